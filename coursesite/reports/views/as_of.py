"""Which past day is asked for, by what was known, and where its sums come from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.queries import SignedIn
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.sentences import in_words
from coursesite.errors import Conflict, Invalid, NotFound, said
from coursesite.people.rules import Scope
from coursesite.reports import queries
from coursesite.reports.queries import Asked, Corrected, Ground, Kept, Made, Source

EARLIEST = date(2000, 1, 1)
TOO_MANY = said(
    "By what is known today, a past day can be worked out for 200,000 requirements at most: choose"
    " a unit. As it was known then, it can be shown for all."
)


class NotAddedUp(Conflict):
    """How all stood on that day was not kept, and adding it up takes longer than a page may."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__("How all stood on %(day)s has not been added up yet.", day=day.isoformat())


def chosen_past(person: SignedIn, sent: Mapping[str, str]) -> Past | None:
    """The past day that was sent; None for today."""
    text, known = sent.get("as_of"), sent.get("known") or Known.THEN
    if known not in set(Known):
        raise NotFound(_("There is no such page."))
    if not text:
        return None
    day = chosen_day(text)
    if day > person.today:
        raise Invalid("How all will stand on %(day)s is not known yet.", day=in_words(day))
    return Past(day, Known(known), person.time_zone) if day < person.today else None


def chosen_day(text: str) -> date:
    """A day as addresses hold it, such as 2026-11-28."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day < EARLIEST:
        raise NotFound(_("There is no such day."))
    return day


def day_to_show(session: Session, scope: Scope, today: date, ground: Ground) -> date:
    """Today; or the day that is counted, while too much turned since to be worked out for a page.

    A job counts the new day soon after it began.
    """
    counted = ground.counted_on
    if counted is None or counted == today:
        return today
    turned = queries.number_turned(session, scope.organisation_id, (counted, today))
    return today if turned < queries.MOST_TURNED else counted


def recorded(past: Past, ground: Ground) -> Past:
    """The past day, told whether it is on record."""
    return replace(past, recorded=ground.known_since is not None and ground.known_since <= past.day)


def source_of(session: Session, asked: Asked, ground: Ground) -> Source:
    """Kept sums where there are; else they are made of the changes since, or of the facts."""
    past = asked.past
    if past is None:
        return _of_today(session, asked, ground)
    if past.known is Known.THEN:
        return _known_then(session, asked, ground)
    if past.recorded and not ground.corrected:
        return _known_then(session, asked, ground)
    if past.recorded and ground.corrected < queries.MANY:
        changes = queries.corrections(session, asked, past)
        return Corrected(session, _known_then(session, asked, ground), changes)
    if queries.requirements_within(session, asked) > queries.MANY:
        raise Invalid(TOO_MANY)
    return queries.made_of_facts(session, asked)


def _of_today(session: Session, asked: Asked, ground: Ground) -> Source:
    counted = ground.counted_on or asked.today
    if counted == asked.today:
        return Kept(session)
    return queries.made_of_turned(session, asked.scope.organisation_id, (counted, asked.today))


def _known_then(session: Session, asked: Asked, ground: Ground) -> Source:
    if ground.kept:
        return Kept(session, asked.day)
    if asked.past and not asked.past.recorded:
        return Made(session, {}, {})
    missed = ground.kept_until is not None and asked.day < ground.kept_until
    if missed and ground.unkept >= queries.MANY:
        raise NotAddedUp(asked.day)
    counted = ground.counted_on or asked.today
    return queries.made_of_changes(session, asked.scope.organisation_id, asked.day, counted)


def is_known(asked: Asked) -> bool:
    """Whether there is a record of what was known then."""
    return asked.past is None or asked.past.known is Known.NOW or asked.past.recorded
