"""Sums of how things stand in units: today's, those of a kept past day, or made for this page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import KeptDay, KeptStanding, TargetStanding, UnitStanding
from coursesite.assignments.rules import Standing
from coursesite.people.models import Unit
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belonging
from coursesite.reports.rules import STATES, Place


class Line(NamedTuple):
    """How many stand so in a training: in a unit with all below it, and in it alone."""

    unit_id: int
    target_kind: TargetKind
    target_slug: str
    standing: Standing
    people: int
    alone: int

    @property
    def target(self) -> Target:
        return self.target_kind, self.target_slug


@dataclass(frozen=True)
class Worst:
    """A single unit, whether others lie below it, and how many of it alone are in a state.

    `above` is the unit that it belongs to, within the same scope or not.
    """

    unit: Place
    above: Place | None
    has_below: bool
    people: int


Numbers = dict[int, int]
"""How many of each unit alone are in a state."""


class Source(Protocol):
    """Where the sums of a page come from; `numbers` are of those with most, and of others too."""

    def lines(self, units: Collection[Place]) -> list[Line]: ...

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]: ...

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers: ...


@dataclass(frozen=True)
class Kept:
    """Sums that are kept: of today, or of a past `day` that is kept."""

    session: Session
    day: date | None = None

    def lines(self, units: Collection[Place]) -> list[Line]:
        ids = [unit.id for unit in units]
        sums = _sums(self.day, TargetStanding.unit_id.in_(ids))
        found = sa.select(*(sums.c[name] for name in Line._fields)).where(sums.c.unit_id.in_(ids))
        return [Line(*row) for row in self.session.execute(found)]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        first = self._first(asked, state, most)
        return worst_of(self.session, dict(map(tuple, self.session.execute(first))), most)

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers:
        first = self._first(asked, state, most).subquery()
        others = self._stand(asked, state).where(Unit.id.in_(also))
        both = sa.union(sa.select(first.c.id, first.c.number), others)
        return dict(map(tuple, self.session.execute(both)))

    def _first(self, asked: Asked, state: str, most: int) -> sa.Select[*tuple[Any, ...]]:
        found = self._stand(asked, state)
        everywhere = asked.scope.paths is None and asked.unit_path is None
        if self.day is None and everywhere and len(STATES[state]) == 1:
            sums = self._alone(asked, state)
            largest = sa.select(sums.c.alone).where(*_stands(sums, asked, state))
            few = largest.order_by(sums.c.alone.desc()).limit(most).subquery()
            least = sa.select(sa.func.min(few.c.alone)).scalar_subquery()
            found = found.where(sums.c.alone >= least)
        number = found.selected_columns.number
        return found.order_by(number.desc(), Unit.name, Unit.id).limit(most)

    def _alone(self, asked: Asked, state: str) -> Any:
        """Of today and without a training, a unit has a row of its own for each standing."""
        if self.day is None and asked.target is None:
            return UnitStanding.__table__
        standings = sorted(STATES[state])
        return _sums(self.day, TargetStanding.standing.in_(standings))

    def _stand(self, asked: Asked, state: str) -> sa.Select[*tuple[Any, ...]]:
        sums = self._alone(asked, state)
        return (
            sa.select(Unit.id, sa.func.sum(sums.c.alone).label("number"))
            .join(sums, sums.c.unit_id == Unit.id)
            .where(*belonging(asked), *_stands(sums, asked, state))
            .group_by(Unit.id, Unit.name)
        )


def trend(
    session: Session, units: Collection[Place], days: Iterable[date]
) -> Mapping[date, list[Line]]:
    """The sums of these units on each of the days, as far as these are kept."""
    wanted = sa.union_all(*(sa.select(sa.literal(day, sa.Date).label("day")) for day in days))
    each = wanted.subquery("days")
    past = _of_past(each.c.day).add_columns(each.c.day).join(each, sa.true())
    past = past.join(
        KeptDay,
        sa.and_(
            KeptDay.organisation_id == TargetStanding.organisation_id, KeptDay.day == each.c.day
        ),
    )
    found = past.where(
        TargetStanding.unit_id.in_([unit.id for unit in units]), KeptStanding.people > 0
    )
    lines: dict[date, list[Line]] = {}
    for row in session.execute(found):
        line = Line(*(getattr(row, name) for name in Line._fields))
        lines.setdefault(row.day, []).append(line)
    return lines


_KEY = ("unit_id", "target_kind", "target_slug", "standing")


def _sums(day: date | None, which: sa.ColumnElement[bool]) -> Any:
    """The sums of today, or those of a kept day.

    Of those, which is said of what is looked up by its key, and not of what is found by it alone:
    PostgreSQL would look through the sums of all days otherwise.
    """
    if day is None:
        return TargetStanding.__table__
    return _of_past(day).where(which).subquery("sums")


def _of_past(day: Any) -> sa.Select[*tuple[Any, ...]]:
    """The latest of each sum that was kept up to a day, found by its key whatever its history."""
    other = aliased(KeptStanding)
    last = (
        sa.select(sa.func.max(other.recorded_on))
        .where(
            *(getattr(other, name) == getattr(TargetStanding, name) for name in _KEY),
            other.recorded_on <= day,
        )
        .correlate_except(other)
        .scalar_subquery()
    )
    same = [getattr(KeptStanding, name) == getattr(TargetStanding, name) for name in _KEY]
    names = (*_KEY, "organisation_id", "people", "alone")
    return (
        sa.select(*(getattr(KeptStanding, name) for name in names))
        .join(TargetStanding, sa.and_(*same))
        .where(KeptStanding.recorded_on == last)
    )


def _stands(sums: Any, asked: Asked, state: str) -> list[sa.ColumnElement[bool]]:
    """That a sum is of that state, of somebody."""
    return [
        sums.c.organisation_id == asked.scope.organisation_id,
        sums.c.standing.in_(sorted(STATES[state])),
        sums.c.alone > 0,
        *_is(sums, asked.target),
    ]


def _is(sums: Any, target: Target | None) -> list[sa.ColumnElement[bool]]:
    if target is None:
        return []
    return [sums.c.target_kind == target[0], sums.c.target_slug == target[1]]


def worst_of(session: Session, numbers: Numbers, most: int) -> list[Worst]:
    """The units with the largest numbers, then by name, and whether others lie below each."""
    largest = nlargest(most, (each for each in numbers.values() if each > 0))
    wanted = [id for id, number in numbers.items() if largest and number >= largest[-1]]
    below, above = aliased(Unit), aliased(Unit)
    has_below = sa.exists().where(below.parent_id == Unit.id)
    found = (
        sa.select(Unit.id, Unit.name, Unit.path, has_below, above.id, above.name, above.path)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(Unit.id.in_(wanted))
    )
    worst = [
        Worst(Place(*row[:3]), Place(*row[4:]) if row[4] else None, row[3], numbers[row[0]])
        for row in session.execute(found)
    ]
    worst.sort(key=lambda each: (-each.people, each.unit.name, each.unit.id))
    return worst[:most]
