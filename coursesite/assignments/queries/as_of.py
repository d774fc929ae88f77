"""Requirements as they stood at the end of a past day, in place of those of today.

*As known then* is what was on record when the day was over. *As known now* is that day by all that
is known today: completions by their own day though they were entered later, waivers and absences by
their days, nothing of what was taken back as a mistake. Where nothing was entered later about that
day, and that is of nearly all, both are the same: only the others are worked out from facts.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from coursesite.assignments.models import (
    ContentRenewal,
    CorrectedDays,
    Extension,
    Leave,
    Period,
    Requirement,
    RequirementSource,
    RequirementVersion,
)
from coursesite.assignments.rules import Excuse, Progress, RequirementState
from coursesite.db import Word
from coursesite.people.models import Posting
from coursesite.progress.models import Completion

Rows = type[Requirement]


class Known(StrEnum):
    """By what was known: at the end of that day, or today."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True)
class Past:
    """A past day of an organisation, and by what was known.

    `recorded` says that the day is on record; of days before that, facts alone tell.
    """

    day: date
    known: Known
    time_zone: str
    recorded: bool = True

    @property
    def other(self) -> "Past":
        """The same day by the other knowledge."""
        return replace(self, known=Known.NOW if self.known is Known.THEN else Known.THEN)

    @property
    def over_at(self) -> datetime:
        """The moment at which the day was over."""
        midnight = datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(self.time_zone))
        return midnight.astimezone(UTC)


@lru_cache(maxsize=64)
def rows_of(past: Past | None) -> Rows:
    """Requirements of today, or as they stood; with the columns that decide how they stand."""
    if past is None:
        return Requirement
    if past.known is Known.THEN:
        found = _known_then(past)
    else:
        found = _known_now(past) if past.recorded else _from_facts(past)
    return cast(Rows, aliased(Requirement, found.subquery("past"), adapt_on_names=True))


_SAME = (
    Requirement.id,
    Requirement.person_id,
    Requirement.organisation_id,
    Requirement.target_kind,
    Requirement.target_slug,
    Requirement.created_at,
)

_Select = sa.Select[*tuple[Any, ...]]
_Column = sa.ColumnElement[Any]


def on_record(day: date) -> sa.ColumnElement[bool]:
    """That a version was the latest at the end of a day."""
    still = sa.or_(RequirementVersion.replaced_on.is_(None), RequirementVersion.replaced_on > day)
    return sa.and_(RequirementVersion.recorded_on <= day, still)


def corrected_later(day: date) -> sa.ColumnElement[bool]:
    """That something about the day was entered after it."""
    return sa.and_(CorrectedDays.noted_on > day, CorrectedDays.since <= day)


def _recorded(past: Past) -> _Select:
    same = RequirementVersion.requirement_id == Requirement.id
    return sa.select(*_SAME).join(RequirementVersion, sa.and_(same, on_record(past.day)))


def _known_then(past: Past) -> _Select:
    return _recorded(past).add_columns(
        RequirementVersion.unit_id,
        RequirementVersion.state,
        RequirementVersion.progress,
        RequirementVersion.excuse,
        RequirementVersion.due_on,
        RequirementVersion.valid_until,
        RequirementVersion.grace_until,
    )


_Done = aliased(Period)
_Open = aliased(Period)


def _known_now(past: Past) -> _Select:
    """What is on record; of what was entered later, what the facts lead to."""
    late, version = CorrectedDays.requirement_id.is_not(None), RequirementVersion
    until, due_on = _valid_until(past), sa.func.coalesce(version.due_on, _due_on(past))
    unchanged = version.valid_until == until
    worked_out = {
        "unit_id": _unit_on(past.day),
        "progress": _progress(past, version.progress == Progress.IN_PROGRESS),
        "excuse": _excuse(past.day),
        "due_on": sa.case((_IS_OPEN, due_on)),
        "valid_until": sa.case((_lasts(past), until)),
        "grace_until": sa.case(
            (sa.and_(_lasts(past), unchanged), version.grace_until),
            (_lasts(past), _grace_until(past, due_on)),
        ),
    }
    columns = {
        name: sa.case((late, value), else_=getattr(version, name))
        for name, value in worked_out.items()
    }
    same = CorrectedDays.requirement_id == Requirement.id
    found = _recorded(past).outerjoin(CorrectedDays, sa.and_(same, corrected_later(past.day)))
    return _with_periods(found, CorrectedDays.requirement_id, past).add_columns(
        version.state, *_typed(columns)
    )


def _from_facts(past: Past) -> _Select:
    """What was required before there was a record, by its assignments."""
    columns = {
        "unit_id": _unit_on(past.day),
        "state": _state(past.day),
        "progress": _progress(past, sa.false()),
        "excuse": _excuse(past.day),
        "due_on": sa.case((_IS_OPEN, _due_on(past))),
        "valid_until": sa.case((_lasts(past), _valid_until(past))),
        "grace_until": sa.case((_lasts(past), _grace_until(past, _due_on(past)))),
    }
    found = sa.select(*_SAME).select_from(Requirement)
    return _with_periods(found, Requirement.id, past).add_columns(*_typed(columns))


_WORDS: dict[str, Any] = {
    "state": Word(RequirementState),
    "progress": Word(Progress),
    "excuse": Word(Excuse),
}


def _typed(columns: dict[str, Any]) -> list[Any]:
    return [
        (sa.type_coerce(value, _WORDS[name]) if name in _WORDS else value).label(name)
        for name, value in columns.items()
    ]


def _with_periods(found: _Select, requirement_id: Any, past: Past) -> _Select:
    """With the period that was completed last, and the one that was open, of this requirement."""
    return (
        found.outerjoin(_Done, _Done.id == _last_done(requirement_id, past))
        .outerjoin(_Open, _Open.id == _first_open(requirement_id, past))
        .outerjoin(Completion, Completion.id == _Done.completion_id)
    )


_IS_DONE, _IS_OPEN = _Done.id.is_not(None), _Open.id.is_not(None)


def _lasts(past: Past) -> sa.ColumnElement[bool]:
    """That what was completed had not been revoked by then."""
    revoked = Completion.revoked_at < past.over_at
    return sa.and_(_IS_DONE, sa.func.coalesce(~revoked, sa.true()))


def _valid_until(past: Past) -> _Column:
    """As it was granted, or until a changed text must have been learned; see rules.held."""
    cut = _changed_by(past)
    return sa.case(
        (cut < sa.func.coalesce(_Done.valid_until, date.max), cut), else_=_Done.valid_until
    )


def _grace_until(past: Past, due_on: _Column) -> _Column:
    changed, until = _changed_by(past).is_not(None), _valid_until(past)
    return sa.case(
        (sa.and_(changed, due_on > until), due_on), (changed, until), else_=_Done.grace_until
    )


def _changed_by(past: Past) -> _Column:
    """By when a text that had changed by then was to be learned in the open period."""
    first = sa.select(sa.func.min(ContentRenewal.due_on)).where(
        ContentRenewal.period_id == _Open.id, ContentRenewal.opened_at < past.over_at
    )
    return first.correlate(_Open).scalar_subquery()


def _progress(past: Past, begun: sa.ColumnElement[bool]) -> _Column:
    """Beginning has no day of its own: it is taken from the record."""
    return sa.case(
        (sa.and_(_IS_DONE, Completion.revoked_at < past.over_at), Progress.REVOKED.value),
        (sa.and_(_IS_DONE, ~_IS_OPEN), Progress.COMPLETED.value),
        (begun, Progress.IN_PROGRESS.value),
        else_=Progress.NOT_STARTED.value,
    )


def _unit_on(day: date) -> _Column:
    found = (
        sa.select(Posting.unit_id)
        .where(
            Posting.person_id == Requirement.person_id,
            Posting.starts_on <= day,
            sa.or_(Posting.ends_on.is_(None), Posting.ends_on >= day),
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
    )
    return found.correlate(Requirement).scalar_subquery()


def _state(day: date) -> _Column:
    led_to = sa.exists().where(
        RequirementSource.requirement_id == Requirement.id,
        RequirementSource.matched_on <= day,
        sa.or_(RequirementSource.ended_on.is_(None), RequirementSource.ended_on > day),
    )
    return sa.case(
        (led_to.correlate(Requirement), RequirementState.ACTIVE.value),
        else_=RequirementState.SUSPENDED.value,
    )


def _excuse(day: date) -> _Column:
    def rests(excuse: Excuse) -> sa.ColumnElement[bool]:
        return (
            sa.exists()
            .where(
                Leave.person_id == Requirement.person_id,
                sa.or_(Leave.requirement_id.is_(None), Leave.requirement_id == Requirement.id),
                Leave.excuse == excuse,
                Leave.starts_on <= day,
                sa.or_(Leave.ends_on.is_(None), Leave.ends_on >= day),
                Leave.taken_back_at.is_(None),
            )
            .correlate(Requirement)
        )

    return sa.case(
        *((rests(each), each.value) for each in (Excuse.WAIVED, Excuse.ABSENT)),
        else_=Excuse.NONE.value,
    )


def _last_done(requirement_id: Any, past: Past) -> sa.ScalarSelect[Any]:
    """The latest period that had been completed by then, on the day of the completion."""
    period = aliased(Period)
    found = (
        sa.select(period.id)
        .where(
            period.requirement_id == requirement_id,
            period.completed_at < past.over_at,
            period.cancelled_at.is_(None),
        )
        .order_by(period.number.desc())
        .limit(1)
    )
    return found.correlate(requirement_id.class_).scalar_subquery()


def _first_open(requirement_id: Any, past: Past) -> sa.ScalarSelect[Any]:
    """The period that was open then; one that was cancelled later was open still."""
    period = aliased(Period)
    found = (
        sa.select(period.id)
        .where(
            period.requirement_id == requirement_id,
            period.opens_on <= past.day,
            sa.or_(period.completed_at.is_(None), period.completed_at >= past.over_at),
            sa.or_(period.cancelled_at.is_(None), period.cancelled_at >= past.over_at),
        )
        .order_by(period.number.desc())
        .limit(1)
    )
    return found.correlate(requirement_id.class_).scalar_subquery()


def _due_on(past: Past) -> sa.ColumnElement[date]:
    """What the date was before it was moved by what was decided after that day."""
    moved = (
        sa.select(Extension.previous_due_on)
        .where(
            Extension.period_id == _Open.id,
            Extension.granted.is_(True),
            Extension.taken_back_at.is_(None),
            Extension.decided_at >= past.over_at,
        )
        .order_by(Extension.decided_at, Extension.id)
        .limit(1)
    )
    return sa.func.coalesce(moved.correlate(_Open).scalar_subquery(), _Open.due_on)
