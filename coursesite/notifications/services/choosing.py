"""What an organisation and its people choose: hours, digest, language, a calendar's address."""

import secrets
from collections.abc import Mapping
from datetime import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.queries import token_digest
from coursesite.audit.services import Actor, record
from coursesite.errors import Invalid
from coursesite.notifications.models import CalendarFeed, MailChoice, MailHours
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import Digest, Hours, Often, Topic
from coursesite.people.models import Person


def choose_hours(session: Session, organisation_id: int, hours: Hours, actor: Actor) -> None:
    """From now on reminders of the organisation are sent on these days, at these hours."""
    if hours.starts_at >= hours.ends_at:
        raise Invalid("The hours must begin before they end.")
    if not hours.days:
        raise Invalid("Choose at least one day.")
    before = _facts(hours_of(session, organisation_id))
    session.merge(
        MailHours(
            organisation_id=organisation_id,
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            days=list(hours.days),
        )
    )
    subject = ("organisation", organisation_id)
    record(session, "mail-hours-chosen", actor, subject, before=before, after=_facts(hours))
    session.flush()


def _facts(hours: Hours) -> dict[str, object]:
    return {
        "from": _clock(hours.starts_at),
        "to": _clock(hours.ends_at),
        "days": list(hours.days),
    }


def _clock(moment: time) -> str:
    return moment.isoformat("minutes")


def choose_digest(session: Session, person_id: int, digest: Digest) -> None:
    session.merge(MailChoice(person_id=person_id, digest=digest))
    session.flush()


def choose_news(session: Session, person_id: int, chosen: Mapping[Topic, Often]) -> None:
    """How often news of these topics comes from now on; what waits already comes as it would."""
    values = {topic.value: often for topic, often in chosen.items()}
    session.merge(MailChoice(person_id=person_id, **values))
    session.flush()


def choose_language(session: Session, person_id: int, language: str | None) -> None:
    """The language of pages and mails; None is that of the organisation."""
    session.get_one(Person, person_id).language = language
    session.flush()


def begin_feed(session: Session, person_id: int, *, alarms: bool, actor: Actor) -> str:
    """A new address of one's calendar, told once; the one before it opens no more."""
    _close(session, person_id)
    token = secrets.token_urlsafe(32)
    session.add(
        CalendarFeed(
            token_digest=token_digest(token),
            person_id=person_id,
            alarms=alarms,
            created_at=clock.now(),
        )
    )
    record(session, "calendar-address-made", actor, ("person", person_id))
    session.flush()
    return token


def end_feed(session: Session, person_id: int, actor: Actor) -> None:
    """Let the address of one's calendar open no more."""
    _close(session, person_id)
    record(session, "calendar-address-ended", actor, ("person", person_id))


def _close(session: Session, person_id: int) -> None:
    session.execute(sa.delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
