"""Numbers of a page, from the few lines of sums that were read for its units."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    CountedDay,
    KeptDay,
    RequirementVersion,
    UnitStanding,
)
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.queries.resting import number_asked
from coursesite.assignments.rules import Standing
from coursesite.people.models import Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope
from coursesite.reports.queries.asking import Target, corrected
from coursesite.reports.queries.sums import Line
from coursesite.reports.rules import Figures, Place

MANY = 200_000
"""So many requirements are worked out from facts for a page at most: it takes about two seconds."""


LATELY = timedelta(days=31)


@dataclass(frozen=True)
class Ground:
    """How many units the scope has, and what is counted and on record of its organisation.

    `known_since` is the first day whose end is on record, `kept_from` and `kept_until` the first
    and the last whose sums are kept, `kept` says so of the day that is asked for; of one that is
    not, `unkept` is about how much there is to add up. `corrected` is about how many requirements
    something of that day was entered later, where that matters. Both are MANY at most. `asking` is
    how many ask for more time, 100 at most, `records` how many requirements there are at all.
    """

    units: int
    counted_on: date | None
    known_since: date | None
    kept_from: date | None
    kept_until: date | None
    kept: bool
    unkept: int
    corrected: int
    asking: int
    records: int


def ground(session: Session, scope: Scope, past: Past | None) -> Ground:
    own, day = scope.organisation_id, past and past.day
    units = sa.select(sa.func.count()).select_from(Unit).where(units_within(scope))
    counted = sa.select(CountedDay.counted_on).where(CountedDay.organisation_id == own)
    since = sa.select(sa.func.min(RequirementVersion.recorded_on)).where(
        RequirementVersion.organisation_id == own
    )
    days = [
        sa.select(extreme(KeptDay.day)).where(KeptDay.organisation_id == own)
        for extreme in (sa.func.min, sa.func.max)
    ]
    kept = sa.exists().where(KeptDay.organisation_id == own, KeptDay.day == day)
    asked = (each.scalar_subquery() for each in (units, counted, since, *days))
    row: sa.Row[*tuple[Any, ...]] = session.execute(
        sa.select(
            *asked,
            kept,
            _unkept(scope, past, kept),
            _corrected(scope, past),
            number_asked(scope),
            _records(own),
        )
    ).one()
    return Ground(*row)


def _records(organisation_id: int) -> sa.ColumnElement[int]:
    """From the sums of the units at the top."""
    top = sa.select(Unit.id).where(
        Unit.parent_id.is_(None), Unit.organisation_id == organisation_id
    )
    number = sa.select(sa.func.sum(UnitStanding.people)).where(UnitStanding.unit_id.in_(top))
    return sa.func.coalesce(number.scalar_subquery(), 0)


def _unkept(scope: Scope, past: Past | None, kept: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """What was recorded since that day; of one long ago, whatever may have turned by its dates."""
    if past is None:
        return sa.literal(0, sa.Integer)
    own = RequirementVersion.organisation_id == scope.organisation_id
    some = sa.select(sa.literal(1).label("one")).where(own)
    since = some.where(RequirementVersion.recorded_on > past.day)
    numbers = [
        sa.select(sa.func.count()).select_from(each.limit(MANY).subquery()).scalar_subquery()
        for each in (since, some)
    ]
    counted = sa.select(CountedDay.counted_on).where(
        CountedDay.organisation_id == scope.organisation_id
    )
    lately = counted.scalar_subquery() <= past.day + LATELY
    return sa.case((kept, 0), (lately, numbers[0]), else_=numbers[1])


def _corrected(scope: Scope, past: Past | None) -> sa.ColumnElement[int]:
    if past is None or past.known is Known.THEN:
        return sa.literal(0, sa.Integer)
    some = corrected(past, scope).limit(MANY).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def by_target(
    lines: Iterable[Line], units: Collection[Place], *, alone: bool = False
) -> dict[Target, Figures]:
    """How each training stands in these units together, with all below them or `alone`."""
    ids = {unit.id for unit in units}
    people: dict[Target, dict[Standing, int]] = {}
    for line in lines:
        number = line.alone if alone else line.people
        if line.unit_id in ids and number:
            counted = people.setdefault(line.target, {})
            counted[line.standing] = counted.get(line.standing, 0) + number
    return {target: Figures(each) for target, each in people.items()}
