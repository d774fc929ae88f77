"""How many valid completions end on which day, in a unit and all below it: kept with the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount, UnitExpiry
from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services.levels import from_the_lowest
from coursesite.db import insert_into
from coursesite.people.models import Unit
from coursesite.progress.rules import TargetKind


class Ends(Protocol):
    """What decides whether and when a valid completion ends: the key of a count, or its row."""

    @property
    def unit_id(self) -> int: ...
    @property
    def target_kind(self) -> TargetKind: ...
    @property
    def target_slug(self) -> str: ...
    @property
    def progress(self) -> Progress: ...
    @property
    def excuse(self) -> Excuse: ...
    @property
    def valid_until(self) -> date: ...


class _Spot(NamedTuple):
    unit_id: int
    valid_until: date
    target_kind: TargetKind
    target_slug: str


class _Sum(NamedTuple):
    alone: int
    people: int


_Sums = dict[_Spot, _Sum]
_NOTHING = _Sum(0, 0)


def move_expiries(
    session: Session, lines: Mapping[int, Iterable[int]], changed: Iterable[tuple[Ends, int]]
) -> None:
    """So many more, or fewer, end as each key says; `lines` name each unit and all above it."""
    _add(session, _summed(lines, changed))


def repair_expiries(session: Session) -> int:
    """Make the rows what the counts add up to; how many were wrong."""
    return sum(repair_expiries_of(session, ids) for ids in from_the_lowest(session))


def repair_expiries_of(session: Session, unit_ids: Sequence[int]) -> int:
    """Those of some units; of what lies right below them they are right already."""
    wrong = _wrong(session, unit_ids)
    _add(session, wrong)
    return len(wrong)


def expiry_differences(session: Session) -> Iterator[str]:
    """Which training of which unit, ending on which day, is not what the counts add up to."""
    for unit_ids in from_the_lowest(session):
        for spot in sorted(_wrong(session, unit_ids)):
            what = f"{spot.target_kind} {spot.target_slug} of unit {spot.unit_id}"
            yield f"{what} on {spot.valid_until}"


def _wrong(session: Session, unit_ids: Sequence[int]) -> _Sums:
    """What is to be added to the rows of these units that are not right.

    The database compares, and only what differs is told.
    """
    lists = sa.union_all(_counted_in(unit_ids), _below(unit_ids), _kept_in(unit_ids)).subquery()
    *key, alone, people = lists.c
    missing = sa.func.sum(alone), sa.func.sum(people)
    found = sa.select(*key, *missing).group_by(*key)
    rows = session.execute(found.having(sa.or_(missing[0] != 0, missing[1] != 0)))
    return {_Spot(*row[:-2]): _Sum(int(row[-2]), int(row[-1])) for row in rows}


def _counted_in(unit_ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    key = [getattr(ComplianceCount, name) for name in _Spot._fields]
    number = sa.func.sum(ComplianceCount.people)
    return (
        sa.select(*key, number.label("alone"), number.label("people"))
        .where(
            ComplianceCount.unit_id.in_(unit_ids),
            ComplianceCount.excuse == Excuse.NONE,
            ComplianceCount.progress != Progress.REVOKED,
            ComplianceCount.valid_until != date.max,
        )
        .group_by(*key)
    )


def _below(unit_ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    key = (Unit.parent_id, *(getattr(UnitExpiry, name) for name in _Spot._fields[1:]))
    nobody = sa.literal(0, sa.Integer).label("alone")
    return (
        sa.select(*key, nobody, sa.func.sum(UnitExpiry.people).label("people"))
        .join(Unit, Unit.id == UnitExpiry.unit_id)
        .where(Unit.parent_id.in_(unit_ids))
        .group_by(*key)
    )


def _kept_in(unit_ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    """What the rows say already, to be taken off."""
    key = [getattr(UnitExpiry, name) for name in _Spot._fields]
    numbers = ((-getattr(UnitExpiry, name)).label(name) for name in _Sum._fields)
    return sa.select(*key, *numbers).where(UnitExpiry.unit_id.in_(unit_ids))


def map_path(path: str) -> list[int]:
    """A unit and all above it: of `/1/7/` these are 1 and 7."""
    return [int(number) for number in path.strip("/").split("/")]


def _summed(lines: Mapping[int, Iterable[int]], changed: Iterable[tuple[Ends, int]]) -> _Sums:
    ending: Counter[_Spot] = Counter()
    for key, number in changed:
        counts = key.excuse is Excuse.NONE and key.progress is not Progress.REVOKED
        if counts and key.valid_until != date.max:
            ending[_Spot(key.unit_id, key.valid_until, key.target_kind, key.target_slug)] += number
    sums: _Sums = {}
    for spot, number in ending.items():
        for id in lines[spot.unit_id] if number else ():
            above = spot._replace(unit_id=id)
            alone, people = sums.get(above, _NOTHING)
            sums[above] = _Sum(alone + (number if id == spot.unit_id else 0), people + number)
    return {spot: each for spot, each in sums.items() if any(each)}


def _add(session: Session, sums: _Sums) -> None:
    rows = [spot._asdict() | sums[spot]._asdict() for spot in sorted(sums)]
    if not rows:
        return
    adding = insert_into(session, UnitExpiry)
    added = {name: getattr(UnitExpiry, name) + adding.excluded[name] for name in _Sum._fields}
    upsert = adding.on_conflict_do_update(index_elements=list(_Spot._fields), set_=added)
    session.connection().execute(upsert, rows)
    fewer = [
        {f"at_{name}": row[name] for name in _Spot._fields} for row in rows if row["people"] < 0
    ]
    if fewer:
        same = [getattr(UnitExpiry, name) == sa.bindparam(f"at_{name}") for name in _Spot._fields]
        empty = sa.delete(UnitExpiry).where(*same, UnitExpiry.people == 0)
        session.connection().execute(empty, fewer)
