"""How many requirements stand how in a unit and all below it, as of a day.

A manager's page reads a row for each standing, whatever the number of people and of days on which
something falls due. The rows move with every change of the counts. What changes by the day alone is
moved when the day is brought forward, by a job that runs as soon as the day has begun.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import (
    ComplianceCount,
    CountedDay,
    TargetStanding,
    UnitStanding,
)
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import SOON_DAYS, Excuse, Facts, Progress, Standing, standing
from coursesite.assignments.services.expiring import map_path, move_expiries
from coursesite.db import insert_into
from coursesite.people.models import Organisation, Unit
from coursesite.progress.rules import TargetKind


class Counted(NamedTuple):
    """All that decides where a requirement is counted: the key of a count."""

    unit_id: int
    target_kind: TargetKind
    target_slug: str
    progress: Progress
    excuse: Excuse
    due_on: date
    valid_until: date
    grace_until: date


class Spot(NamedTuple):
    """A row of a target's standings."""

    organisation_id: int
    unit_id: int
    target_kind: TargetKind
    target_slug: str
    standing: Standing


class Sum(NamedTuple):
    alone: int
    people: int


Sums = dict[Spot, Sum]
UnitSums = dict[tuple[int, int, Standing], Sum]
Stands = Counter[tuple[int, TargetKind, str, Standing]]


def move(session: Session, changed: Iterable[tuple[Counted, int]]) -> None:
    """So many more, or fewer, stand as each key says."""
    moved = list(changed)
    units = _units(session, {key.unit_id for key, _ in moved})
    organisations = {unit.organisation_id for unit in units.values()}
    days = {each: counted_on(session, each) for each in sorted(organisations)}
    stands: Stands = Counter()
    for key, number in moved:
        day = days[units[key.unit_id].organisation_id]
        stands[key.unit_id, key.target_kind, key.target_slug, _standing(key, day)] += number
    _add(session, summed(units, stands))
    lines = {id: map_path(unit.path) for id, unit in units.items()}
    move_expiries(session, lines, moved)


def bring_forward(session: Session, organisation_id: int, today: date) -> bool:
    """Count an organisation's units as of today; False when they were already."""
    day = counted_on(session, organisation_id)
    if day == today:
        return False
    _turn(session, organisation_id, day, today)
    session.execute(
        sa.update(CountedDay)
        .where(CountedDay.organisation_id == organisation_id)
        .values(counted_on=today)
    )
    return True


def _turn(session: Session, organisation_id: int, one: date, other: date) -> None:
    """Make the sums of one day those of the other, in the database: others wait for this."""
    turned = sa.union_all(*turned_between(organisation_id, one, other)).subquery("turned")
    above = _with_those_above(organisation_id)
    alone = sa.case((above.c.id == turned.c.unit_id, turned.c.people), else_=0)
    sums = sa.func.sum(alone), sa.func.sum(turned.c.people)
    key = above.c.id, turned.c.target_kind, turned.c.target_slug, turned.c.standing
    found = (
        sa.select(sa.literal(organisation_id, sa.Integer), *key, *sums)
        .join(above, above.c.unit_id == turned.c.unit_id)
        .where(turned.c.people != 0)
        .group_by(*key)
        .having(sa.or_(sums[0] != 0, sums[1] != 0))
    )
    adding = insert_into(session, TargetStanding).from_select([*Spot._fields, *Sum._fields], found)
    more = {name: getattr(TargetStanding, name) + adding.excluded[name] for name in Sum._fields}
    _write(session, adding, TargetStanding, more)
    names = ("organisation_id", "unit_id", "standing")
    same = [getattr(TargetStanding, name) for name in names]
    numbers = [sa.func.sum(getattr(TargetStanding, name)) for name in Sum._fields]
    of_units = sa.select(*same, *numbers).group_by(*same)
    of_units = of_units.where(TargetStanding.organisation_id == organisation_id)
    adding = insert_into(session, UnitStanding).from_select([*names, *Sum._fields], of_units)
    new = {name: adding.excluded[name] for name in Sum._fields}
    _write(session, adding, UnitStanding, new)


def _write(session: Session, adding: Any, table: Any, values: Mapping[str, Any]) -> None:
    keys = table.__table__.primary_key
    session.connection().execute(adding.on_conflict_do_update(index_elements=keys, set_=values))


def _with_those_above(organisation_id: int) -> sa.CTE:
    """Each unit of the organisation beside itself, and beside all above it."""
    own = sa.select(Unit.id.label("unit_id"), Unit.id, Unit.parent_id)
    lines = own.where(Unit.organisation_id == organisation_id).cte("lines", recursive=True)
    next_ = sa.select(lines.c.unit_id, Unit.id, Unit.parent_id)
    return lines.union_all(next_.join(Unit, Unit.id == lines.c.parent_id))


def added_up(rows: Iterable[Any]) -> Sums:
    """Rows with how many stand how in a unit alone, for it and all above it."""
    units: dict[int, Any] = {}
    stands: Stands = Counter()
    for row in rows:
        units[row.unit_id] = row
        stands[row.unit_id, row.target_kind, row.target_slug, row.standing] += row.people
    return summed(units, stands)


def turned_between(
    organisation_id: int, one: date, other: date
) -> list[sa.Select[*tuple[Any, ...]]]:
    """What stands on the other day as it did not on the one: as it was, which is less, and as it
    is, which is more.
    """
    rows = _turning_first(min(one, other), max(one, other))
    before, after = standing_of(rows, one), standing_of(rows, other)
    key = (Unit.path, rows.unit_id, rows.target_kind, rows.target_slug, Unit.organisation_id)
    return [
        sa.select(*key, how.label("standing"), (sign * sa.func.sum(rows.people)).label("people"))
        .join(Unit, Unit.id == rows.unit_id)
        .where(Unit.organisation_id == organisation_id, before != after)
        .group_by(*key, how)
        for how, sign in ((before, -1), (after, 1))
    ]


def turning_between(
    first: date, last: date, organisation_id: int | None = None
) -> sa.Select[ComplianceCount]:
    """The counts that may stand otherwise on the last day than on the first: by their dates."""
    soon, one_day = timedelta(days=SOON_DAYS), timedelta(days=1)
    there = ComplianceCount
    found = sa.select(there).where(
        sa.or_(
            there.due_on.between(first + soon + one_day, last + soon),
            *(
                day.between(first, last - one_day)
                for day in (there.due_on, there.valid_until, there.grace_until)
            ),
        )
    )
    if organisation_id is None:
        return found
    found = found.join(Unit, Unit.id == there.unit_id)
    return found.where(Unit.organisation_id == organisation_id)


def _turning_first(first: date, last: date) -> type[ComplianceCount]:
    """They are found by their dates, before anything else is asked of them."""
    turning = turning_between(first, last).cte("turning").prefix_with("MATERIALIZED")
    return cast("type[ComplianceCount]", aliased(ComplianceCount, turning))


def bring_all_forward(session: Session) -> None:
    """Count every organisation as of the day that it has now."""
    for id, zone in session.execute(sa.select(Organisation.id, Organisation.time_zone)).all():
        bring_forward(session, id, clock.today(zone))


def stands_of(
    organisation_id: int, *standings: sa.ColumnElement[Standing]
) -> sa.Select[*tuple[Any, ...]]:
    """The counts of an organisation by unit, target and standings."""
    key = (Unit.path, ComplianceCount.unit_id, *_TARGET)
    return (
        sa.select(
            *key,
            Unit.organisation_id,
            *standings,
            sa.func.sum(ComplianceCount.people).label("people"),
        )
        .join(Unit, Unit.id == ComplianceCount.unit_id)
        .where(Unit.organisation_id == organisation_id)
        .group_by(*key, Unit.organisation_id, *standings)
    )


_TARGET = (ComplianceCount.target_kind, ComplianceCount.target_slug)


def _standing(key: Counted, day: date) -> Standing:
    """How all that are counted alike stand on a day."""
    due_on, valid_until, grace_until = (None if each == date.max else each for each in key[-3:])
    return standing(Facts(key.progress, key.excuse, due_on, valid_until, grace_until), day)


def _units(session: Session, ids: Collection[int]) -> dict[int, Any]:
    found = sa.select(Unit.id, Unit.organisation_id, Unit.path).where(Unit.id.in_(ids))
    return {row.id: row for row in session.execute(found)}


def summed(units: Mapping[int, Any], stands: Stands) -> Sums:
    """The same for each unit with all below it; `units` have their path and organisation."""
    sums: Sums = {}
    for (unit_id, kind, slug, how), number in stands.items():
        unit = units[unit_id]
        for id in map_path(unit.path) if number else ():
            spot = Spot(unit.organisation_id, id, kind, slug, how)
            alone, people = sums.get(spot, (0, 0))
            sums[spot] = Sum(alone + (number if id == unit_id else 0), people + number)
    return {spot: each for spot, each in sums.items() if any(each)}


def counted_on(session: Session, organisation_id: int) -> date:
    """As of which day an organisation is counted. Who changes its counts waits here for others."""
    found = (
        sa.select(CountedDay.counted_on)
        .where(CountedDay.organisation_id == organisation_id)
        .with_for_update()
    )
    day = session.scalar(found)
    if day is None:
        zone = session.get_one(Organisation, organisation_id).time_zone
        first = {"organisation_id": organisation_id, "counted_on": clock.today(zone)}
        session.execute(insert_into(session, CountedDay).values(first).on_conflict_do_nothing())
        day = session.scalars(found).one()
    return day


def _add(session: Session, sums: Sums) -> None:
    add_to_targets(session, sums)
    add_to_units(session, by_unit(sums))


def by_unit(sums: Sums) -> UnitSums:
    by_unit: UnitSums = {}
    for spot, each in sums.items():
        key = (spot.organisation_id, spot.unit_id, spot.standing)
        alone, people = by_unit.get(key, (0, 0))
        by_unit[key] = Sum(alone + each.alone, people + each.people)
    return by_unit


def make_room(session: Session, spots: Iterable[Spot]) -> None:
    """Let there be a row for each of these, so that whoever looks for past sums knows of them."""
    add_to_targets(session, dict.fromkeys(spots, Sum(0, 0)))


def add_to_targets(session: Session, sums: Sums) -> None:
    rows = [spot._asdict() | sums[spot]._asdict() for spot in sorted(sums)]
    _upsert(session, TargetStanding, rows)


def add_to_units(session: Session, sums: UnitSums) -> None:
    names = ("organisation_id", "unit_id", "standing")
    rows = [dict(zip(names, key, strict=True)) | sums[key]._asdict() for key in sorted(sums)]
    _upsert(session, UnitStanding, rows)


def _upsert(
    session: Session, table: type[UnitStanding] | type[TargetStanding], rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    adding = insert_into(session, table)
    added = {name: getattr(table, name) + adding.excluded[name] for name in Sum._fields}
    keys = table.__table__.primary_key
    session.connection().execute(
        adding.on_conflict_do_update(index_elements=keys, set_=added), rows
    )
