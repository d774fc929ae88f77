"""How many valid completions end on which day, in a unit and all below it: kept with the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount, UnitExpiry
from coursesite.assignments.rules import Excuse, Progress
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
    wrong = _wrong(session)
    _add(session, wrong)
    return len(wrong)


def expiry_differences(session: Session) -> Iterator[str]:
    """Which training of which unit, ending on which day, is not what the counts add up to."""
    for spot in sorted(_wrong(session)):
        yield f"{spot.target_kind} {spot.target_slug} of unit {spot.unit_id} on {spot.valid_until}"


def _wrong(session: Session) -> _Sums:
    """What is to be added to the rows that are not right."""
    found = sa.select(
        Unit.path,
        ComplianceCount.unit_id,
        ComplianceCount.target_kind,
        ComplianceCount.target_slug,
        ComplianceCount.progress,
        ComplianceCount.excuse,
        ComplianceCount.valid_until,
        sa.func.sum(ComplianceCount.people).label("people"),
    ).join(Unit, Unit.id == ComplianceCount.unit_id)
    rows: list[Any] = list(session.execute(found.group_by(*found.selected_columns[:-1])))
    lines = {row.unit_id: map_path(row.path) for row in rows}
    right = _summed(lines, ((row, row.people) for row in rows))
    columns = [getattr(UnitExpiry, name) for name in (*_Spot._fields, *_Sum._fields)]
    kept = {_Spot(*row[:4]): _Sum(*row[4:]) for row in session.execute(sa.select(*columns))}
    wrong = {}
    for spot in {*right, *kept}:
        is_, should = kept.get(spot, _NOTHING), right.get(spot, _NOTHING)
        if is_ != should:
            wrong[spot] = _Sum(should.alone - is_.alone, should.people - is_.people)
    return wrong


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
