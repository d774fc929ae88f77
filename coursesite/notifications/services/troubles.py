"""People whom mail does not reach, so that their manager and administrator see it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import SITE, Actor, record
from coursesite.errors import Invalid, NotFound
from coursesite.notifications.models import MailTrouble
from coursesite.notifications.rules import Source, one_line
from coursesite.people.models import Person
from coursesite.people.rules import normal_email


def note_refusal(session: Session, person_id: int, email: str, words: str) -> None:
    """The server would not take mail for this address; the next mail that it takes clears it."""
    known = session.get(MailTrouble, person_id)
    if known is not None and known.email == email:
        return
    person = session.get_one(Person, person_id)
    if person.erased_at is not None:
        return
    actor = Actor(None, person.organisation_id, SITE.origin)
    _note(session, person, (Source.SERVER, words), actor)


def clear_refusal(session: Session, person_id: int) -> None:
    """Mail was taken again; what somebody entered stays, since the server may not know."""
    known = session.get(MailTrouble, person_id)
    if known is not None and known.source is Source.SERVER:
        session.delete(known)
        session.flush()


def note_trouble(
    session: Session, organisation_id: int, email: str, reason: str, actor: Actor
) -> Person:
    """Mail to this address came back: nothing more is sent to it until this is cleared."""
    found = sa.select(Person).where(
        Person.organisation_id == organisation_id, Person.email == normal_email(email)
    )
    person = session.scalars(found).one_or_none()
    if person is None:
        raise NotFound("Nobody in your organisation has this address.")
    if not reason.strip():
        raise Invalid("Say what the message that came back says.")
    _note(session, person, (Source.ENTERED, reason), actor)
    return person


def clear_trouble(session: Session, organisation_id: int, person_id: int, actor: Actor) -> None:
    """Mail may be sent to the person again."""
    person = session.get(Person, person_id)
    known = session.get(MailTrouble, person_id)
    if person is None or known is None or person.organisation_id != organisation_id:
        raise NotFound("Nothing is noted about this person's mail.")
    session.delete(known)
    record(session, "mail-trouble-cleared", actor, ("person", person_id))
    session.flush()


def _note(session: Session, person: Person, why: tuple[Source, str], actor: Actor) -> None:
    source, reason = why
    session.merge(
        MailTrouble(
            person_id=person.id,
            email=person.email,
            source=source,
            reason=one_line(reason, 500),
            noted_by_id=actor.person_id,
            since=clock.now(),
        )
    )
    after = {"how": source.value}
    record(session, "mail-trouble-noted", actor, ("person", person.id), after=after)
    session.flush()
