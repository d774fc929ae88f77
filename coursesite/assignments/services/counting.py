"""How many requirements stand alike in a unit: kept with every change, and proved by a recount."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount, Requirement
from coursesite.assignments.rules import Excuse, Progress, RequirementState
from coursesite.assignments.services.correcting import note_late
from coursesite.assignments.services.expiring import repair_expiries_of
from coursesite.assignments.services.gathering import WHERE, Gathering, gathering_in
from coursesite.assignments.services.history import (
    alike,
    keep,
    keep_each,
    repair_versions_in,
    stretches,
)
from coursesite.assignments.services.levels import from_the_lowest
from coursesite.assignments.services.proving import repair_standings_of
from coursesite.assignments.services.standings import Counted, move
from coursesite.audit import services as audit
from coursesite.db import insert_into
from coursesite.progress.rules import TargetKind


class Placed(Protocol):
    """What decides where something is counted: a requirement, or a row that looks like one."""

    @property
    def state(self) -> RequirementState: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def target_kind(self) -> TargetKind: ...
    @property
    def target_slug(self) -> str: ...
    @property
    def progress(self) -> Progress: ...
    @property
    def excuse(self) -> Excuse: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def grace_until(self) -> date | None: ...


SHOWN = 100

Change = tuple[Counted | None, Counted | None]

_KEY = [sa.inspect(ComplianceCount).columns[name] for name in Counted._fields]


class Difference(NamedTuple):
    """A count that is not the sum of its rows."""

    key: Counted
    counted: int
    rows: int


def place_of(requirement: Placed) -> Counted | None:
    """Where a requirement is counted; None while it is not active or its person has no unit."""
    if requirement.state is not RequirementState.ACTIVE or requirement.unit_id is None:
        return None
    return Counted(
        requirement.unit_id,
        requirement.target_kind,
        requirement.target_slug,
        requirement.progress,
        requirement.excuse,
        requirement.due_on or date.max,
        requirement.valid_until or date.max,
        requirement.grace_until or date.max,
    )


def count(session: Session, changes: Iterable[Change]) -> None:
    """Take each requirement from where it was counted to where it is; None is nowhere."""
    people: Counter[Counted] = Counter()
    for before, after in changes:
        if before is not None:
            people[before] -= 1
        if after is not None:
            people[after] += 1
    gathering = gathering_in(session)
    if gathering is None:
        _move(session, people)
    else:
        gathering.people.update(people)


@contextmanager
def counted_together(session: Session) -> Iterator[None]:
    """Whatever is done inside is counted, and kept as it stands, once at the end.

    Nothing inside may ask for the counts. Of nested ones the outermost counts, without what was
    done in those that failed.
    """
    outer, gathering = gathering_in(session), Gathering()
    session.info[WHERE] = gathering
    try:
        yield
    finally:
        session.info[WHERE] = outer
    session.flush()
    if outer is not None:
        outer.add(gathering)
        return
    _move(session, gathering.people)
    for organisation_id, ids in gathering.kept.items():
        keep(session, organisation_id, ids)
    for today, entered in gathering.late.items():
        note_late(session, entered, today)


def _move(session: Session, people: Counter[Counted]) -> None:
    changed = sorted((key, number) for key, number in people.items() if number)
    if changed:
        _add(session, changed)
        move(session, changed)
    emptied = [key for key, number in changed if number < 0]
    if emptied:
        _drop_empty(session, emptied)


@contextmanager
def counting(session: Session, *requirements: Requirement) -> Iterator[None]:
    """Counts what happens to these requirements inside, and keeps how they stand from now on."""
    before = [(place_of(each), alike(each)) for each in requirements]
    yield
    if gathering_in(session) is None:
        session.flush()
    count(session, zip((place for place, _ in before), map(place_of, requirements), strict=True))
    pairs = zip(before, requirements, strict=True)
    keep_each(session, [each for (_, was), each in pairs if alike(each) != was])


def recount(session: Session) -> list[Difference]:
    """Where the counts are not what the rows add up to; empty when all is well."""
    units = from_the_lowest(session)
    return [each for unit_ids in units for each in recount_in(session, unit_ids)]


def recount_in(session: Session, unit_ids: Sequence[int]) -> list[Difference]:
    """Of some units: the database compares, and only what differs is told."""
    found = session.execute(_DIFFERENCES, {"units": unit_ids}).all()
    return sorted(Difference(Counted._make(row[:-2]), int(row[-2]), int(row[-1])) for row in found)


def repair_counts(session: Session) -> int:
    """Make the counts what the rows add up to; how many were wrong, which is on record."""
    *_, found = repair_in_pieces(session)
    return found.differences


@dataclass
class Repaired:
    """How much was wrong, and the first of it."""

    differences: int = 0
    standings: int = 0
    versions: int = 0
    first: list[Difference] = field(default_factory=list)


def repair_in_pieces(session: Session) -> Iterator[Repaired]:
    """The same; whoever asks may commit after each piece, so that nobody waits for long."""
    found = Repaired()
    for unit_ids in from_the_lowest(session):
        _repair(session, unit_ids, found)
        yield found
    for stretch in stretches(session):
        found.versions += repair_versions_in(session, stretch)
        yield found
    if found.differences or found.standings or found.versions:
        first = [[*map(str, each.key), each.counted, each.rows] for each in found.first]
        numbers = {name: getattr(found, name) for name in ("differences", "standings", "versions")}
        subject = ("counts", "all")
        audit.record(
            session, "counts-repaired", audit.SITE, subject, after=numbers | {"first": first}
        )
    yield found


def _repair(session: Session, unit_ids: Sequence[int], found: Repaired) -> None:
    differences = recount_in(session, unit_ids)
    if differences:
        _add(session, [(each.key, each.rows - each.counted) for each in differences])
        _drop_empty(session, [each.key for each in differences])
    found.differences += len(differences)
    found.first += differences[: SHOWN - len(found.first)]
    found.standings += repair_standings_of(session, unit_ids)
    found.standings += repair_expiries_of(session, unit_ids)


def _add(session: Session, changed: list[tuple[Counted, int]]) -> None:
    adding = insert_into(session, ComplianceCount)
    upsert = adding.on_conflict_do_update(
        index_elements=_KEY, set_={"people": ComplianceCount.people + adding.excluded.people}
    )
    rows = [{**key._asdict(), "people": number} for key, number in changed]
    session.connection().execute(upsert, rows)


def _drop_empty(session: Session, keys: list[Counted]) -> None:
    same = [column == sa.bindparam(f"at_{column.name}") for column in _KEY]
    empty = sa.delete(ComplianceCount).where(*same, ComplianceCount.people == 0)
    rows = [{f"at_{name}": value for name, value in key._asdict().items()} for key in keys]
    session.connection().execute(empty, rows)


def _last(day: sa.orm.InstrumentedAttribute[date | None]) -> sa.ColumnElement[date]:
    return sa.func.coalesce(day, date.max)


_PLACE = (
    Requirement.unit_id,
    Requirement.target_kind,
    Requirement.target_slug,
    Requirement.progress,
    Requirement.excuse,
    _last(Requirement.due_on),
    _last(Requirement.valid_until),
    _last(Requirement.grace_until),
)
COUNTED_ROWS = (
    sa.select(*_PLACE, sa.func.count())
    .where(Requirement.state == RequirementState.ACTIVE, Requirement.unit_id.is_not(None))
    .group_by(*_PLACE)
)


def _differences() -> Any:
    """Both ways of counting some units, side by side, where they differ."""
    units: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
    nobody = sa.literal(0, sa.Integer)
    counted = sa.select(*_KEY, ComplianceCount.people.label("counted"), nobody.label("rows"))
    rows = COUNTED_ROWS.where(Requirement.unit_id.in_(units))
    *place, number = rows.selected_columns
    both = sa.union_all(
        counted.where(ComplianceCount.unit_id.in_(units)),
        rows.with_only_columns(*place, nobody, number),
    ).subquery()
    *key, kept, right = both.c
    sums = (sa.func.sum(kept), sa.func.sum(right))
    return sa.select(*key, *sums).group_by(*key).having(sums[0] != sums[1])


_DIFFERENCES = _differences()
