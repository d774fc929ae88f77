"""Proving that units' standings are the sum of the counts, some units at a time; and mending."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import (
    ComplianceCount,
    CountedDay,
    TargetStanding,
    UnitStanding,
)
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.services.levels import from_the_lowest
from coursesite.assignments.services.standings import (
    Spot,
    Sum,
    Sums,
    UnitSums,
    add_to_targets,
    add_to_units,
    by_unit,
    counted_on,
    stands_of,
)
from coursesite.people.models import Organisation, Unit


def repair_standings_of(session: Session, unit_ids: Sequence[int]) -> int:
    """Those of some units; of what lies right below them they are right already."""
    targets = _wrong_targets(session, unit_ids, counted_on)
    add_to_targets(session, targets)
    units = _wrong_units(session, unit_ids)
    add_to_units(session, units)
    return len(targets) + len(units)


def standing_differences(session: Session) -> Iterator[str]:
    """The units whose rows are not what the counts add up to; nothing is written."""
    for unit_ids in from_the_lowest(session):
        for spot in sorted(_wrong_targets(session, unit_ids, _seen_on)):
            yield f"{spot.target_kind} {spot.target_slug} in unit {spot.unit_id}"
        for _organisation, unit_id, _standing in sorted(_wrong_units(session, unit_ids)):
            yield f"unit {unit_id}"


def _wrong_targets(
    session: Session, unit_ids: Sequence[int], day_of: Callable[[Session, int], date]
) -> Sums:
    """What is missing in the rows of these units, or too much."""
    organisations = sa.select(Unit.organisation_id).where(Unit.id.in_(unit_ids)).distinct()
    right: Sums = {}
    for id in session.scalars(organisations).all():
        now = standing_of(ComplianceCount, day_of(session, id))
        counted = stands_of(id, now.label("standing")).where(Unit.id.in_(unit_ids))
        for row in session.execute(counted):
            spot = Spot(id, row.unit_id, row.target_kind, row.target_slug, row.standing)
            right[spot] = Sum(row.people, row.people)
    for row in session.execute(_below(unit_ids)):
        alone, people = right.get(Spot(*row[:-1]), (0, 0))
        right[Spot(*row[:-1])] = Sum(alone, people + row.people)
    return _differences(_kept(session, unit_ids), right)


def _differences(kept: Sums, right: Sums) -> Sums:
    nothing = Sum(0, 0)
    found = {}
    for spot in {*right, *kept}:
        is_, should = kept.get(spot, nothing), right.get(spot, nothing)
        if is_ != should:
            found[spot] = Sum(should.alone - is_.alone, should.people - is_.people)
    return found


def _below(unit_ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    """What the rows of the units right below these add up to."""
    key = (
        TargetStanding.organisation_id,
        Unit.parent_id,
        TargetStanding.target_kind,
        TargetStanding.target_slug,
        TargetStanding.standing,
    )
    number = sa.func.sum(TargetStanding.people).label("people")
    return (
        sa.select(*key, number)
        .join(Unit, Unit.id == TargetStanding.unit_id)
        .where(Unit.parent_id.in_(unit_ids))
        .group_by(*key)
    )


def _kept(session: Session, unit_ids: Sequence[int]) -> Sums:
    columns = (*(getattr(TargetStanding, name) for name in Spot._fields), *_NUMBERS)
    found = sa.select(*columns).where(TargetStanding.unit_id.in_(unit_ids))
    return {Spot._make(row[:-2]): Sum._make(row[-2:]) for row in session.execute(found)}


_NUMBERS = (TargetStanding.alone, TargetStanding.people)


def _wrong_units(session: Session, unit_ids: Sequence[int]) -> UnitSums:
    """What the rows of units lack of those of their targets, or have too much."""
    names = ("organisation_id", "unit_id", "standing", *Sum._fields)
    rows = sa.select(*(getattr(UnitStanding, name) for name in names))
    found_rows = session.execute(rows.where(UnitStanding.unit_id.in_(unit_ids)))
    kept = {tuple(row[:3]): (row.alone, row.people) for row in found_rows}
    right = by_unit(_kept(session, unit_ids))
    found: UnitSums = {}
    for key in {*right, *kept}:
        is_, should = kept.get(key, (0, 0)), right.get(key, (0, 0))
        if is_ != tuple(should):
            found[key] = Sum(should[0] - is_[0], should[1] - is_[1])
    return found


def _seen_on(session: Session, organisation_id: int) -> date:
    """As of which day an organisation is counted, for who only looks; today if it never was."""
    own = CountedDay.organisation_id == organisation_id
    counted = session.scalar(sa.select(CountedDay.counted_on).where(own))
    return counted or clock.today(session.get_one(Organisation, organisation_id).time_zone)
