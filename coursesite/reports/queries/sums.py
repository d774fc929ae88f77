"""Sums of how things stand in units: today's, those of a kept past day, or made for this page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import KeptStanding, TargetStanding, UnitStanding
from coursesite.assignments.queries.as_of import rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.assignments.services.standings import Stands, Sums, summed
from coursesite.people.models import Unit
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belonging, posted
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
    """A single unit, whether others lie below it, and how many of it alone are in a state."""

    unit: Place
    has_below: bool
    people: int


class Source(Protocol):
    """Where the sums of a page come from."""

    def lines(self, units: Collection[Place]) -> list[Line]: ...

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]: ...


@dataclass(frozen=True)
class Kept:
    """Sums that are kept: of today, or of a past `day` that is kept."""

    session: Session
    day: date | None = None

    def lines(self, units: Collection[Place]) -> list[Line]:
        sums = _sums(self.day)
        found = sa.select(*(sums.c[name] for name in Line._fields)).where(
            sums.c.unit_id.in_([unit.id for unit in units])
        )
        return [Line(*row) for row in self.session.execute(found)]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        sums = _sums(self.day)
        number = sa.func.sum(sums.c.alone)
        found = (
            sa.select(Unit.id, number.label("number"))
            .join(sums, sums.c.unit_id == Unit.id)
            .where(
                *belonging(asked),
                sums.c.organisation_id == asked.scope.organisation_id,
                sums.c.standing.in_(sorted(STATES[state])),
                sums.c.alone > 0,
                *_is(sums, asked.target),
            )
            .group_by(Unit.id, Unit.name)
            .order_by(number.desc(), Unit.name, Unit.id)
            .limit(most)
        )
        first = list(self.session.execute(found))
        return _worst(self.session, first)


@dataclass(frozen=True)
class Made:
    """Sums that were made for this page."""

    session: Session
    sums: Sums

    def lines(self, units: Collection[Place]) -> list[Line]:
        ids = {unit.id for unit in units}
        return [
            Line(*spot[1:], each.people, each.alone)
            for spot, each in self.sums.items()
            if spot.unit_id in ids
        ]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        within = set(self.session.scalars(sa.select(Unit.id).where(*belonging(asked))))
        people: Counter[int] = Counter()
        for spot, each in self.sums.items():
            wanted = asked.target in (None, (spot.target_kind, spot.target_slug))
            if wanted and spot.unit_id in within and spot.standing in STATES[state]:
                people[spot.unit_id] += each.alone
        first = [(id, number) for id, number in people.most_common(most) if number]
        return _worst(self.session, first)


def requirements_within(session: Session, asked: Asked) -> int:
    """How many requirements are active in what is asked for today."""
    found = sa.select(sa.func.sum(UnitStanding.alone)).where(
        UnitStanding.organisation_id == asked.scope.organisation_id,
        UnitStanding.unit_id.in_(sa.select(Unit.id).where(*belonging(asked))),
    )
    return session.scalar(found) or 0


def made_of_facts(session: Session, asked: Asked) -> Made:
    """How all that is asked for stood on a past day, by all that is known now."""
    rows, day = rows_of(asked.past), asked.day
    standing = standing_of(rows, day).label("standing")
    key = (Unit.path, rows.unit_id, rows.target_kind, rows.target_slug, Unit.organisation_id)
    found = (
        sa.select(*key, standing, sa.func.count().label("people"))
        .join(Unit, Unit.id == rows.unit_id)
        .where(
            rows.organisation_id == asked.scope.organisation_id,
            Unit.organisation_id == asked.scope.organisation_id,
            rows.state == RequirementState.ACTIVE,
            *posted(rows, asked),
        )
        .group_by(*key, standing)
    )
    units: dict[int, Any] = {}
    stands: Stands = Counter()
    for row in session.execute(found):
        units[row.unit_id] = row
        stands[row.unit_id, row.target_kind, row.target_slug, row.standing] += row.people
    return Made(session, summed(units, stands))


def trend(
    session: Session, units: Collection[Place], days: Iterable[date]
) -> Mapping[date, list[Line]]:
    """The sums of these units on each of the days, which are kept."""
    wanted = sa.union_all(*(sa.select(sa.literal(day, sa.Date).label("day")) for day in days))
    each = wanted.subquery("days")
    past = _of_past(each.c.day).add_columns(each.c.day).join(each, sa.true())
    found = past.where(
        TargetStanding.unit_id.in_([unit.id for unit in units]), KeptStanding.people > 0
    )
    lines: dict[date, list[Line]] = {}
    for row in session.execute(found):
        line = Line(*(getattr(row, name) for name in Line._fields))
        lines.setdefault(row.day, []).append(line)
    return lines


_KEY = ("unit_id", "target_kind", "target_slug", "standing")


def _sums(day: date | None) -> Any:
    """The sums of today, or those of a kept day."""
    if day is None:
        return TargetStanding.__table__
    return _of_past(day).subquery("sums")


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


def _is(sums: Any, target: Target | None) -> list[sa.ColumnElement[bool]]:
    if target is None:
        return []
    return [sums.c.target_kind == target[0], sums.c.target_slug == target[1]]


def _worst(session: Session, first: Iterable[Any]) -> list[Worst]:
    """Units by id with their numbers, in order: their names, and whether others lie below."""
    numbers = dict(map(tuple, first))
    below = aliased(Unit)
    has_below = sa.exists().where(below.parent_id == Unit.id)
    found = sa.select(Unit.id, Unit.name, Unit.path, has_below).where(Unit.id.in_(numbers))
    units = {row[0]: (Place(*row[:3]), row[3]) for row in session.execute(found)}
    return [Worst(*units[id], number) for id, number in numbers.items()]
