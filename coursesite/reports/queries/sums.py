"""Sums of how things stand in units: today's, those of a kept past day, or made for this page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import KeptStanding, TargetStanding, UnitStanding
from coursesite.assignments.queries.as_of import Past, Rows, rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.assignments.services.keeping import stands_on
from coursesite.assignments.services.standings import Stands, Sums, summed
from coursesite.people.models import Unit
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belonging, corrected, lies_in, posted
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
        sums = _sums(self.day)
        found = sa.select(*(sums.c[name] for name in Line._fields)).where(
            sums.c.unit_id.in_([unit.id for unit in units])
        )
        return [Line(*row) for row in self.session.execute(found)]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        first = self._first(asked, state, most)
        return _worst(self.session, dict(map(tuple, self.session.execute(first))), most)

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers:
        first = self._first(asked, state, most).subquery()
        others = self._stand(asked, state).where(Unit.id.in_(also))
        both = sa.union(sa.select(first.c.id, first.c.number), others)
        return dict(map(tuple, self.session.execute(both)))

    def _first(self, asked: Asked, state: str, most: int) -> sa.Select[*tuple[Any, ...]]:
        found = self._stand(asked, state)
        number = found.selected_columns.number
        return found.order_by(number.desc(), Unit.name, Unit.id).limit(most)

    def _stand(self, asked: Asked, state: str) -> sa.Select[*tuple[Any, ...]]:
        sums = _sums(self.day)
        return (
            sa.select(Unit.id, sa.func.sum(sums.c.alone).label("number"))
            .join(sums, sums.c.unit_id == Unit.id)
            .where(
                *belonging(asked),
                sums.c.organisation_id == asked.scope.organisation_id,
                sums.c.standing.in_(sorted(STATES[state])),
                sums.c.alone > 0,
                *_is(sums, asked.target),
            )
            .group_by(Unit.id, Unit.name)
        )


@dataclass(frozen=True)
class Made:
    """Sums that were made for this page; of those units where somebody stands, with their paths."""

    session: Session
    sums: Sums
    paths: Mapping[int, str]

    def lines(self, units: Collection[Place]) -> list[Line]:
        ids = {unit.id for unit in units}
        return [
            Line(*spot[1:], each.people, each.alone)
            for spot, each in self.sums.items()
            if spot.unit_id in ids
        ]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        return _worst(self.session, self.numbers(asked, state, most, ()), most)

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers:
        """Of all units."""
        within = {id for id, path in self.paths.items() if lies_in(asked, path)}
        people: Counter[int] = Counter()
        for spot, each in self.sums.items():
            wanted = asked.target in (None, (spot.target_kind, spot.target_slug))
            if wanted and spot.unit_id in within and spot.standing in STATES[state]:
                people[spot.unit_id] += each.alone
        return dict(people)


@dataclass(frozen=True)
class Corrected:
    """Sums as they were known then, and what was entered later: so many more, or fewer."""

    session: Session
    known_then: Source
    changes: Made

    def lines(self, units: Collection[Place]) -> list[Line]:
        sums: dict[tuple[Any, ...], list[int]] = {}
        for line in (*self.known_then.lines(units), *self.changes.lines(units)):
            found = sums.setdefault(line[:-2], [0, 0])
            found[0] += line.people
            found[1] += line.alone
        return [Line(*key, *numbers) for key, numbers in sums.items() if any(numbers)]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        return _worst(self.session, self.numbers(asked, state, most, ()), most)

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers:
        """Whoever is among the first now was among those, and as many more, or has changed."""
        changed = self.changes.numbers(asked, state, most, ())
        ids = {*changed, *also}
        found = Counter(self.known_then.numbers(asked, state, most + len(ids), ids))
        found.update(changed)
        return dict(found)


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
    return made_of(session, session.execute(found))


def made_of_changes(session: Session, organisation_id: int, day: date) -> Made:
    """The sums of a past day that is not kept, as known then."""
    return made_of(session, stands_on(session, organisation_id, day))


def corrections(session: Session, asked: Asked, past: Past) -> Made:
    """By how much the sums of a past day are other than was known then."""
    late = corrected(past, asked.scope)
    then, now = rows_of(past.other), rows_of(past)
    both = sa.union_all(
        *(_late(rows, past.day, late, sign) for rows, sign in ((then, -1), (now, 1)))
    )
    return made_of(session, session.execute(both))


def _late(rows: Rows, day: date, late: sa.Select[int], sign: int) -> sa.Select[*tuple[Any, ...]]:
    standing = standing_of(rows, day).label("standing")
    key = (Unit.path, rows.unit_id, rows.target_kind, rows.target_slug, Unit.organisation_id)
    return (
        sa.select(*key, standing, (sign * sa.func.count()).label("people"))
        .join(Unit, Unit.id == rows.unit_id)
        .where(rows.id.in_(late), rows.state == RequirementState.ACTIVE)
        .group_by(*key, standing)
    )


def made_of(session: Session, rows: Iterable[Any]) -> Made:
    """Of rows with how many stand how in a unit."""
    units: dict[int, Any] = {}
    stands: Stands = Counter()
    for row in rows:
        units[row.unit_id] = row
        stands[row.unit_id, row.target_kind, row.target_slug, row.standing] += row.people
    paths = {id: row.path for id, row in units.items()}
    return Made(session, summed(units, stands), paths)


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


def _worst(session: Session, numbers: Numbers, most: int) -> list[Worst]:
    """The units with the largest numbers, then by name, and whether others lie below each."""
    largest = nlargest(most, (each for each in numbers.values() if each > 0))
    wanted = [id for id, number in numbers.items() if largest and number >= largest[-1]]
    below = aliased(Unit)
    has_below = sa.exists().where(below.parent_id == Unit.id)
    found = sa.select(Unit.id, Unit.name, Unit.path, has_below).where(Unit.id.in_(wanted))
    worst = [Worst(Place(*row[:3]), row[3], numbers[row[0]]) for row in session.execute(found)]
    worst.sort(key=lambda each: (-each.people, each.unit.name, each.unit.id))
    return worst[:most]
