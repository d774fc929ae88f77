"""Which rows stand how: the conditions that numbers, lists and exports share."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from coursesite.assignments.models import ComplianceCount, Requirement, RequirementVersion
from coursesite.assignments.rules import SOON_DAYS, Excuse, Progress, Standing
from coursesite.db import Word

Rows = type[Requirement] | type[ComplianceCount]
AnyRows = Rows | type[RequirementVersion]
Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


@lru_cache(maxsize=16)
def conditions(rows: AnyRows, today: date) -> Mapping[Standing, sa.ColumnElement[bool]]:
    """How a row stands: exactly one is true of each, the one that the rule gives."""
    counted = rows.excuse == Excuse.NONE
    held = sa.and_(counted, rows.progress != Progress.REVOKED)
    dated = sa.and_(held, _is_set(rows.valid_until))
    past = sa.and_(dated, rows.valid_until < today)
    graced = sa.and_(_is_set(rows.grace_until), rows.grace_until >= today)
    lasting = sa.and_(held, ~_is_set(rows.valid_until), rows.progress == Progress.COMPLETED)
    return {
        Standing.COMPLETED: sa.or_(sa.and_(dated, rows.valid_until >= today), lasting),
        **_open_conditions(rows, today),
        Standing.IN_GRACE: sa.and_(past, graced),
        Standing.EXPIRED: sa.and_(past, ~graced),
        Standing.REVOKED: sa.and_(counted, rows.progress == Progress.REVOKED),
        Standing.WAIVED: rows.excuse == Excuse.WAIVED,
        Standing.ABSENT: rows.excuse == Excuse.ABSENT,
    }


def _open_conditions(rows: AnyRows, today: date) -> dict[Standing, sa.ColumnElement[bool]]:
    never = sa.and_(rows.excuse == Excuse.NONE, ~_is_set(rows.valid_until))
    begun = sa.and_(never, rows.progress == Progress.IN_PROGRESS)
    waiting = sa.and_(never, rows.progress == Progress.NOT_STARTED)
    open_ = sa.and_(never, rows.progress.in_((Progress.NOT_STARTED, Progress.IN_PROGRESS)))
    soon = today + timedelta(days=SOON_DAYS)
    near = sa.and_(_is_set(rows.due_on), rows.due_on <= soon)
    return {
        Standing.NOT_STARTED: sa.and_(waiting, ~near),
        Standing.IN_PROGRESS: sa.and_(begun, ~near),
        Standing.OVERDUE: sa.and_(open_, near, rows.due_on < today),
        Standing.DUE_SOON: sa.and_(open_, near, rows.due_on >= today),
    }


def _is_set(day: Day) -> sa.ColumnElement[bool]:
    """Counts keep the last day there is where a requirement keeps nothing."""
    kept = day.parent.mapper.class_ is ComplianceCount
    return day != date.max if kept else day.is_not(None)


def standing_of(rows: AnyRows, today: date) -> sa.ColumnElement[Standing]:
    """The word for how a row stands."""
    found = conditions(rows, today)
    words = sa.case(*((condition, each.value) for each, condition in found.items()))
    return sa.type_coerce(words, Word(Standing))
