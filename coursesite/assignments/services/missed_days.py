"""Keeping a past day that was missed: its sums are made of what is on record of it, in steps.

Some units at a time, those at the bottom first. What any later day says stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    KeptDay,
    KeptStanding,
    Requirement,
    RequirementVersion,
    TargetStanding,
)
from coursesite.assignments.queries.as_of import on_record
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState
from coursesite.assignments.services.standings import Spot, Sum, Sums, make_room
from coursesite.db import insert_into
from coursesite.people.models import Unit

ONE_DAY = timedelta(days=1)
UNITS_AT_ONCE = 50
_KEY = ("unit_id", "target_kind", "target_slug", "standing")
_NOTHING = Sum(0, 0)


@dataclass(frozen=True)
class At:
    """The last unit that is done: how deep it lies, and its id."""

    depth: int
    unit_id: int


def is_missed(session: Session, organisation_id: int, day: date) -> bool:
    """Whether it lies before kept days and is none; the last days are kept without being asked."""
    own = KeptDay.organisation_id == organisation_id
    last = session.scalar(sa.select(sa.func.max(KeptDay.day)).where(own))
    kept = session.scalar(sa.select(KeptDay.day).where(own, KeptDay.day == day))
    return last is not None and day < last and kept is None


def keep_some_units(
    session: Session, organisation_id: int, day: date, after: At | None
) -> tuple[At | None, int]:
    """Keep how all stood in some units; the last of them, and how many. None at the end.

    When all are done, the day counts as kept. A step that is taken twice does nothing twice.
    """
    found = session.execute(_units(organisation_id, after)).all()
    # Of one depth only: what lies below must have been kept before it is summed.
    units = [row for row in found if row.depth == found[0].depth]
    if not units:
        claim = insert_into(session, KeptDay).values(organisation_id=organisation_id, day=day)
        session.execute(claim.on_conflict_do_nothing())
        return None, 0
    _keep(session, organisation_id, day, [row.id for row in units])
    return At(units[-1].depth, units[-1].id), len(units)


def number_of_units(session: Session, organisation_id: int) -> int:
    own = Unit.organisation_id == organisation_id
    return session.scalar(sa.select(sa.func.count()).select_from(Unit).where(own)) or 0


def _units(organisation_id: int, after: At | None) -> sa.Select[int, int]:
    """Whatever lies below any of them came before."""
    depth = sa.func.length(Unit.path) - sa.func.length(sa.func.replace(Unit.path, "/", ""))
    found = sa.select(Unit.id, depth.label("depth")).where(Unit.organisation_id == organisation_id)
    if after is not None:
        same = sa.and_(depth == after.depth, Unit.id > after.unit_id)
        found = found.where(sa.or_(depth < after.depth, same))
    return found.order_by(sa.desc("depth"), Unit.id).limit(UNITS_AT_ONCE)


def _keep(session: Session, organisation_id: int, day: date, unit_ids: Sequence[int]) -> None:
    stood: Sums = {}
    for spot, number in _on_record(session, organisation_id, day, unit_ids):
        stood[spot] = Sum(number, number)
    for spot, number in _below(session, organisation_id, day, unit_ids):
        alone, people = stood.get(spot, _NOTHING)
        stood[spot] = Sum(alone, people + number)
    kept = _kept(session, day, unit_ids)
    changed = {
        spot: stood.get(spot, _NOTHING)
        for spot in sorted({*stood, *kept})
        if stood.get(spot, _NOTHING) != kept.get(spot, _NOTHING)
    }
    if not changed:
        return
    as_before = {spot: kept.get(spot, _NOTHING) for spot in changed}
    _write(session, day + ONE_DAY, as_before, over=False)
    _write(session, day, changed, over=True)
    make_room(session, changed)


def _on_record(
    session: Session, organisation_id: int, day: date, unit_ids: Sequence[int]
) -> list[tuple[Spot, int]]:
    """How many stood how in these units alone, by the versions of that day."""
    version = RequirementVersion
    standing = standing_of(version, day).label("standing")
    key = (version.unit_id, Requirement.target_kind, Requirement.target_slug, standing)
    found = (
        sa.select(*key, sa.func.count())
        .select_from(version)
        .join(Requirement, Requirement.id == version.requirement_id)
        .where(
            version.unit_id.in_(unit_ids),
            version.organisation_id == organisation_id,
            version.state == RequirementState.ACTIVE,
            on_record(day),
        )
        .group_by(*key)
    )
    return _spots(session, organisation_id, found)


def _below(
    session: Session, organisation_id: int, day: date, unit_ids: Sequence[int]
) -> list[tuple[Spot, int]]:
    """What the units right below these came to on that day, which is kept already."""
    latest, number = _latest(day), KeptStanding.people
    key = (Unit.parent_id, *(getattr(KeptStanding, name) for name in _KEY[1:]))
    found = (
        sa.select(*key, sa.func.sum(number))
        .join(TargetStanding, _same(TargetStanding))
        .join(Unit, Unit.id == KeptStanding.unit_id)
        .where(Unit.parent_id.in_(unit_ids), KeptStanding.recorded_on == latest, number > 0)
        .group_by(*key)
    )
    return _spots(session, organisation_id, found)


def _spots(
    session: Session, organisation_id: int, found: sa.Select[*tuple[Any, ...]]
) -> list[tuple[Spot, int]]:
    return [(Spot(organisation_id, *row[:-1]), row[-1]) for row in session.execute(found)]


def _kept(session: Session, day: date, unit_ids: Sequence[int]) -> Sums:
    """What the days before it left these units with."""
    names = (*Spot._fields, *Sum._fields)
    found = (
        sa.select(*(getattr(KeptStanding, name) for name in names))
        .join(TargetStanding, _same(TargetStanding))
        .where(KeptStanding.unit_id.in_(unit_ids), KeptStanding.recorded_on == _latest(day))
    )
    return {Spot._make(row[:-2]): Sum._make(row[-2:]) for row in session.execute(found)}


def _latest(day: date) -> Any:
    other = aliased(KeptStanding)
    last = sa.select(sa.func.max(other.recorded_on)).where(
        *(getattr(other, name) == getattr(TargetStanding, name) for name in _KEY),
        other.recorded_on <= day,
    )
    return last.correlate(TargetStanding).scalar_subquery()


def _same(table: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(getattr(KeptStanding, name) == getattr(table, name) for name in _KEY))


def _write(session: Session, day: date, sums: Sums, *, over: bool) -> None:
    """`over` what is there of that day; else only where there is nothing."""
    rows = [{**spot._asdict(), **each._asdict(), "recorded_on": day} for spot, each in sums.items()]
    adding, keys = insert_into(session, KeptStanding), [*_KEY, "recorded_on"]
    if over:
        new = {name: adding.excluded[name] for name in Sum._fields}
        adding = adding.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        adding = adding.on_conflict_do_nothing(index_elements=keys)
    session.connection().execute(adding, rows)
