"""Requirements as they stood at the end of a past day, in place of those of today.

*As known then* is what was on record when the day was over. *As known now* is that day by all that
is known today: completions by their own day though they were entered later, waivers and absences by
their days, nothing of what was taken back as a mistake.
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
    """A past day of an organisation, and by what was known."""

    day: date
    known: Known
    time_zone: str

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
    found = _known_then(past) if past.known is Known.THEN else _known_now(past)
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


def on_record(day: date) -> sa.ColumnElement[bool]:
    """That a version was the latest at the end of a day."""
    still = sa.or_(RequirementVersion.replaced_on.is_(None), RequirementVersion.replaced_on > day)
    return sa.and_(RequirementVersion.recorded_on <= day, still)


def _known_then(past: Past) -> _Select:
    return sa.select(
        *_SAME,
        RequirementVersion.unit_id,
        RequirementVersion.state,
        RequirementVersion.progress,
        RequirementVersion.excuse,
        RequirementVersion.due_on,
        RequirementVersion.valid_until,
        RequirementVersion.grace_until,
    ).join(
        RequirementVersion,
        sa.and_(RequirementVersion.requirement_id == Requirement.id, on_record(past.day)),
    )


_Done = aliased(Period)
_Open = aliased(Period)


def _known_now(past: Past) -> _Select:
    """What happened on no day of its own, such as beginning, is taken from the record of then."""
    version = sa.and_(RequirementVersion.requirement_id == Requirement.id, on_record(past.day))
    revoked = Completion.revoked_at < past.over_at
    is_done, is_open = _Done.id.is_not(None), _Open.id.is_not(None)
    begun = RequirementVersion.progress == Progress.IN_PROGRESS
    lasting = sa.and_(is_done, sa.func.coalesce(~revoked, sa.true()))
    unchanged = RequirementVersion.valid_until == _Done.valid_until
    progress = sa.case(
        (sa.and_(is_done, revoked), Progress.REVOKED.value),
        (sa.and_(is_done, ~is_open), Progress.COMPLETED.value),
        (begun, Progress.IN_PROGRESS.value),
        else_=Progress.NOT_STARTED.value,
    )
    return (
        sa.select(
            *_SAME,
            _unit_on(past.day).label("unit_id"),
            sa.type_coerce(_state(past.day), Word(RequirementState)).label("state"),
            sa.type_coerce(progress, Word(Progress)).label("progress"),
            sa.type_coerce(_excuse(past.day), Word(Excuse)).label("excuse"),
            sa.case((is_open, sa.func.coalesce(RequirementVersion.due_on, _due_on(past)))).label(
                "due_on"
            ),
            sa.case((lasting, _Done.valid_until)).label("valid_until"),
            sa.case(
                (sa.and_(lasting, unchanged), RequirementVersion.grace_until),
                (lasting, _Done.grace_until),
            ).label("grace_until"),
        )
        .outerjoin(RequirementVersion, version)
        .outerjoin(_Done, _Done.id == _last_done(past))
        .outerjoin(_Open, _Open.id == _first_open(past))
        .outerjoin(Completion, Completion.id == _Done.completion_id)
    )


def _unit_on(day: date) -> sa.ScalarSelect[Any]:
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


def _state(day: date) -> sa.ColumnElement[str]:
    """As it was on record; what was required before there was a record, by its assignments."""
    led_to = sa.exists().where(
        RequirementSource.requirement_id == Requirement.id,
        RequirementSource.matched_on <= day,
        sa.or_(RequirementSource.ended_on.is_(None), RequirementSource.ended_on > day),
    )
    return sa.case(
        (RequirementVersion.state.is_not(None), RequirementVersion.state),
        (led_to.correlate(Requirement), RequirementState.ACTIVE.value),
        else_=RequirementState.SUSPENDED.value,
    )


def _excuse(day: date) -> sa.ColumnElement[str]:
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


def _last_done(past: Past) -> sa.ScalarSelect[Any]:
    """The latest period that had been completed by then, on the day of the completion."""
    period = aliased(Period)
    found = (
        sa.select(period.id)
        .where(
            period.requirement_id == Requirement.id,
            period.completed_at < past.over_at,
            period.cancelled_at.is_(None),
        )
        .order_by(period.number.desc())
        .limit(1)
    )
    return found.correlate(Requirement).scalar_subquery()


def _first_open(past: Past) -> sa.ScalarSelect[Any]:
    """The period that was open then; one that was cancelled later was open still."""
    period = aliased(Period)
    found = (
        sa.select(period.id)
        .where(
            period.requirement_id == Requirement.id,
            period.opens_on <= past.day,
            sa.or_(period.completed_at.is_(None), period.completed_at >= past.over_at),
            sa.or_(period.cancelled_at.is_(None), period.cancelled_at >= past.over_at),
        )
        .order_by(period.number.desc())
        .limit(1)
    )
    return found.correlate(Requirement).scalar_subquery()


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
