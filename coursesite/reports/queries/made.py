"""Sums that are made for a page: of a past day that is not kept, or of what was entered later."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import UnitStanding
from coursesite.assignments.queries.as_of import Past, Rows, rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState
from coursesite.assignments.services.keeping import changes_back_to
from coursesite.assignments.services.standings import (
    Stands,
    Sums,
    summed,
    turned_between,
    turning_between,
)
from coursesite.people.models import Unit
from coursesite.reports.queries.asking import Asked, belonging, corrected, lies_in, posted
from coursesite.reports.queries.sums import Kept, Line, Numbers, Source, Worst, worst_of
from coursesite.reports.rules import STATES, Place

MOST_TURNED = 10_000
"""So many counts that turned with the days are worked out for a page: it takes half a second."""


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
        return worst_of(self.session, self.numbers(asked, state, most, ()), most)

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
    """Sums that are known, and by how much others are other: so many more, or fewer."""

    session: Session
    known: Source
    changes: Made

    def lines(self, units: Collection[Place]) -> list[Line]:
        sums: dict[tuple[Any, ...], list[int]] = {}
        for line in (*self.known.lines(units), *self.changes.lines(units)):
            found = sums.setdefault(line[:-2], [0, 0])
            found[0] += line.people
            found[1] += line.alone
        return [Line(*key, *numbers) for key, numbers in sums.items() if any(numbers)]

    def worst(self, asked: Asked, state: str, most: int) -> list[Worst]:
        return worst_of(self.session, self.numbers(asked, state, most, ()), most)

    def numbers(self, asked: Asked, state: str, most: int, also: Collection[int]) -> Numbers:
        """Whoever is among the first now was among those, and as many more, or has changed."""
        changed = self.changes.numbers(asked, state, most, ())
        ids = {*changed, *also}
        found = Counter(self.known.numbers(asked, state, most + len(ids), ids))
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


def made_of_changes(session: Session, organisation_id: int, day: date, counted: date) -> Corrected:
    """The sums of a past day that is not kept, as known then: those of today, and what changed."""
    changes = changes_back_to(session, organisation_id, day, counted)
    return Corrected(session, Kept(session), made_of(session, changes))


def made_of_turned(session: Session, organisation_id: int, days: tuple[date, date]) -> Corrected:
    """The sums of the second day, where the first is counted; nothing is written."""
    turned = sa.union_all(*turned_between(organisation_id, *days))
    return Corrected(session, Kept(session), made_of(session, session.execute(turned)))


def number_turned(session: Session, organisation_id: int, days: tuple[date, date]) -> int:
    """How many counts may stand otherwise on the second day; MOST_TURNED at most."""
    turning = turning_between(min(days), max(days), organisation_id).limit(MOST_TURNED)
    return session.scalar(sa.select(sa.func.count()).select_from(turning.subquery())) or 0


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
