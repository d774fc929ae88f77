"""Holding somebody's data for an inquiry, and letting it go again."""

from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import add_months
from coursesite.audit.services import Actor, record
from coursesite.erasing.models import ErasureHold
from coursesite.erasing.queries.holds import find_hold, is_being_erased
from coursesite.erasing.rules import LONGEST_HOLD, MONTHS
from coursesite.errors import Conflict, Forbidden, Invalid
from coursesite.people.models import Person


def hold(session: Session, person: Person, until_on: date, actor: Actor, *, reason: str) -> None:
    """Nobody erases this person before the day after; a hold that is there takes the new day."""
    today = clock.today(person.organisation.time_zone)
    if not today <= until_on <= add_months(today, MONTHS * LONGEST_HOLD):
        raise Invalid("Choose a day from today to %(most)d years from now.", most=LONGEST_HOLD)
    if person.erased_at is not None:
        raise Conflict("The data of this person was erased already.")
    if is_being_erased(session, person):
        raise Conflict("The data of this person is being erased at this moment.")
    known = session.get(ErasureHold, person.id, with_for_update=True)
    counts = known is not None and known.until_on >= today
    before = {"until_on": known.until_on.isoformat()} if known and counts else None
    row = known or ErasureHold(person_id=person.id)
    row.reason, row.until_on = reason.strip(), until_on
    row.held_by_id, row.held_at = actor.person_id, clock.now()
    session.add(row)
    after = {"until_on": until_on.isoformat()}
    subject = ("person", person.id)
    record(session, "erasure-held", actor, subject, before=before, after=after, reason=reason)
    session.flush()


def let_go(session: Session, person: Person, actor: Actor, *, reason: str) -> None:
    """From now on this person can be erased again, by hand and by itself."""
    if person.id == actor.person_id:
        raise Forbidden("Somebody else who administers must let your data go.")
    known = find_hold(session, person)
    if known is None:
        raise Conflict("The data of this person is not held.")
    before, subject = {"until_on": known.until_on.isoformat()}, ("person", person.id)
    session.delete(known)
    record(session, "erasure-let-go", actor, subject, before=before, reason=reason)
    session.flush()
