"""The sums of past days: made of what is counted now, less what was recorded since, and kept.

A row is kept only where a sum has changed since the last day that was kept, so that a report as of
a past day reads as few rows as one of today, whatever the number of people and of years.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import (
    ComplianceCount,
    CountedDay,
    KeptDay,
    KeptStanding,
    Requirement,
    RequirementVersion,
    TargetStanding,
)
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState
from coursesite.assignments.services.standings import (
    Spot,
    Sum,
    Sums,
    added_up,
    counted_on,
    make_room,
    stands_of,
    turned_between,
)
from coursesite.db import insert_into
from coursesite.people.models import Organisation, Unit

ONE_DAY = timedelta(days=1)
PIECE = 5_000
"""So many sums are written at once."""

LONGEST_GAP = 31
"""So many missed days are made good one by one; of a longer gap only the last ones."""


def keep_past_days(session: Session) -> None:
    """Keep the sums of each day that is over, where each organisation is."""
    for id, zone in session.execute(sa.select(Organisation.id, Organisation.time_zone)).all():
        keep_days_before(session, id, clock.today(zone))


def keep_days_before(session: Session, organisation_id: int, today: date) -> bool:
    """Keep the days up to yesterday that are not kept yet; False when there is nothing to do."""
    days = days_to_keep(session, organisation_id, today)
    keep_days(session, organisation_id, days)
    return bool(days)


def days_to_keep(session: Session, organisation_id: int, today: date) -> list[date]:
    """The days up to yesterday that are not kept yet; of many, the last ones."""
    last = session.scalar(
        sa.select(sa.func.max(KeptDay.day)).where(KeptDay.organisation_id == organisation_id)
    )
    first = last + ONE_DAY if last else known_since(session, organisation_id)
    if first is None or first >= today:
        return []
    missed = [first + ONE_DAY * number for number in range((today - first).days)]
    return missed[-LONGEST_GAP:]


def known_since(session: Session, organisation_id: int) -> date | None:
    """The first day whose end is on record; None where nothing ever was required."""
    found = sa.select(sa.func.min(RequirementVersion.recorded_on))
    return session.scalar(found.where(RequirementVersion.organisation_id == organisation_id))


def keep_days(session: Session, organisation_id: int, days: Collection[date]) -> None:
    """Keep these days, in order and each after the last that is kept; again changes nothing."""
    if days:
        counted_on(session, organisation_id)
    for day, changed in sums_to_keep(session, organisation_id, days):
        keep_day(session, organisation_id, day, changed)


def sums_to_keep(
    session: Session, organisation_id: int, days: Iterable[date]
) -> Iterator[tuple[date, Sums]]:
    """What has changed on each of these days since the one before; nothing is written.

    What was known on a day that is over changes no more, so it may be asked of one moment and
    written at another.
    """
    kept = _latest(session, organisation_id)
    nothing = Sum(0, 0)
    for day in days:
        found = sums_behind(session, organisation_id, day)
        yield (
            day,
            {
                each: found.get(each, nothing)
                for each in sorted({*kept, *found})
                if kept.get(each, nothing) != found.get(each, nothing)
            },
        )
        kept = found


def keep_day(session: Session, organisation_id: int, day: date, changed: Sums) -> None:
    """Keep what has changed on it, unless somebody has kept the day."""
    for _piece in keep_in_pieces(session, organisation_id, day, changed):
        pass


def keep_in_pieces(
    session: Session, organisation_id: int, day: date, changed: Sums
) -> Iterator[int]:
    """The same; whoever asks may commit after each piece, so that nobody waits for long.

    The day counts as kept after the last; a piece that is written twice says the same twice.
    """
    if session.get(KeptDay, (organisation_id, day)):
        return
    rows = [
        {**spot._asdict(), **each._asdict(), "recorded_on": day} for spot, each in changed.items()
    ]
    adding = insert_into(session, KeptStanding)
    new = {name: adding.excluded[name] for name in Sum._fields}
    adding = adding.on_conflict_do_update(index_elements=[*_KEY, "recorded_on"], set_=new)
    for first in range(0, len(rows), PIECE):
        piece = rows[first : first + PIECE]
        session.connection().execute(adding, piece)
        make_room(session, (Spot(*(row[name] for name in Spot._fields)) for row in piece))
        yield len(piece)
    claim = insert_into(session, KeptDay).values(organisation_id=organisation_id, day=day)
    session.execute(claim.on_conflict_do_nothing())
    yield 0


def sums_behind(session: Session, organisation_id: int, day: date) -> Sums:
    """The sums of a day that is lately over: those of now, less what has changed since.

    What that costs depends on units and changes.
    """
    own = CountedDay.organisation_id == organisation_id
    counted = session.scalar(sa.select(CountedDay.counted_on).where(own))
    if counted is None:
        return sums_on(session, organisation_id, day)
    names = [*Spot._fields, *Sum._fields]
    now = sa.select(*(getattr(TargetStanding, name) for name in names)).where(
        TargetStanding.organisation_id == organisation_id
    )
    sums = {Spot._make(row[:-2]): Sum._make(row[-2:]) for row in session.execute(now)}
    for spot, each in added_up(changes_back_to(session, organisation_id, day, counted)).items():
        alone, people = sums.get(spot, (0, 0))
        sums[spot] = Sum(alone + each.alone, people + each.people)
    return {spot: each for spot, each in sums.items() if any(each)}


def changes_back_to(
    session: Session, organisation_id: int, day: date, counted: date
) -> Iterator[Any]:
    """By how much the sums of a past day are other than those of the day that is counted.

    In rows to be added up: how many stand so in a unit alone, or how many fewer. What that costs
    depends on what was recorded since, and on what has come to stand otherwise by the days alone.
    """
    turned = turned_between(organisation_id, counted, day)
    found = sa.union_all(*turned, *_changed_since(organisation_id, day))
    yield from session.execute(found)


def sums_on(session: Session, organisation_id: int, day: date) -> Sums:
    """How each target stood in each unit at the end of a past day, as known then."""
    return added_up(stands_on(session, organisation_id, day))


def stands_on(session: Session, organisation_id: int, day: date) -> Iterator[Any]:
    """The same in rows to be added up: how many stand so in a unit alone, or how many fewer."""
    now = stands_of(organisation_id, standing_of(ComplianceCount, day).label("standing"))
    # One statement sees one state of the database, whoever writes meanwhile.
    found = sa.union_all(_signed(now, 1), *_changed_since(organisation_id, day))
    yield from session.execute(found)


def _changed_since(organisation_id: int, day: date) -> list[sa.Select[*tuple[Any, ...]]]:
    new = _versions(organisation_id, day, *recorded_since(day))
    old = _versions(organisation_id, day, *replaced_since(day))
    return [_signed(new, -1), _signed(old, 1)]


def _signed(sums: sa.Select[*tuple[Any, ...]], sign: int) -> sa.Select[*tuple[Any, ...]]:
    inner = sums.subquery()
    others = [column for column in inner.c if column.name != "people"]
    return sa.select(*others, (sign * inner.c.people).label("people"))


def recorded_since(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    """What is on record now, and was not yet at the end of that day."""
    return RequirementVersion.replaced_on.is_(None), RequirementVersion.recorded_on > day


def replaced_since(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    """What was on record at the end of that day, and is not now."""
    return RequirementVersion.replaced_on > day, RequirementVersion.recorded_on <= day


def _versions(
    organisation_id: int, day: date, *conditions: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    """Versions by unit, target and how they stood, as standings are."""
    standing = standing_of(RequirementVersion, day).label("standing")
    key = (
        Unit.path,
        RequirementVersion.unit_id,
        Requirement.target_kind,
        Requirement.target_slug,
        Unit.organisation_id,
        standing,
    )
    return (
        sa.select(*key, sa.func.count().label("people"))
        .select_from(RequirementVersion)
        .join(Requirement, Requirement.id == RequirementVersion.requirement_id)
        .join(Unit, Unit.id == RequirementVersion.unit_id)
        .where(
            RequirementVersion.organisation_id == organisation_id,
            RequirementVersion.state == RequirementState.ACTIVE,
            *conditions,
        )
        .group_by(*key)
    )


def _latest(session: Session, organisation_id: int) -> Sums:
    """The sums of the last day that is kept: each found by its key, whatever its history."""
    other = aliased(KeptStanding)
    same = [getattr(KeptStanding, name) == getattr(TargetStanding, name) for name in _KEY]
    last = sa.select(sa.func.max(other.recorded_on)).where(
        *(getattr(other, name) == getattr(TargetStanding, name) for name in _KEY)
    )
    latest = last.correlate(TargetStanding).scalar_subquery()
    columns = (*(getattr(KeptStanding, name) for name in (*Spot._fields, *Sum._fields)),)
    found = (
        sa.select(*columns)
        .join(TargetStanding, sa.and_(*same))
        .where(
            TargetStanding.organisation_id == organisation_id, KeptStanding.recorded_on == latest
        )
    )
    return {Spot._make(row[:-2]): Sum._make(row[-2:]) for row in session.execute(found)}


_KEY = ("unit_id", "target_kind", "target_slug", "standing")
