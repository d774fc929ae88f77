"""Carrying out what an assignment does, for all the people whom it reaches at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement, RequirementSource
from coursesite.assignments.queries.alike import Alike, candidates_alike
from coursesite.assignments.queries.candidates import (
    EVERYBODY,
    AnyRow,
    Whom,
    candidate_of,
    candidates,
    lock_held,
)
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import (
    Ask,
    Cause,
    Effect,
    Excuse,
    Plan,
    Policy,
    Progress,
    Reached,
    RequirementState,
    Tally,
    Validity,
    reach,
)
from coursesite.assignments.services.correcting import note_late
from coursesite.assignments.services.counting import count, place_of
from coursesite.assignments.services.gathering import Late
from coursesite.assignments.services.history import keep
from coursesite.assignments.services.waiting import write_parked
from coursesite.errors import NotFound
from coursesite.people.models import Organisation, Person
from coursesite.progress.rules import TargetKind

ASSIGNED = {Effect.NEW, Effect.COMPLETED, Effect.JOINED, Effect.MOVED}
MANY = 500
BATCH = 5_000
WINDOW = 20_000
FIRST = 500
WITH_PERIOD = {Effect.NEW, Effect.COMPLETED}

Pair = tuple[AnyRow, Reached]


class Watch(Protocol):
    """Sees all who are foreseen, so many alike at a time, with columns of their requirements."""

    def columns(self, plan: Plan, /) -> Sequence[sa.ColumnElement[Any]]: ...

    def __call__(self, alike: Alike, reached: Reached, /) -> object: ...


class _Nobody:
    def columns(self, _plan: Plan, /) -> Sequence[sa.ColumnElement[Any]]:
        return ()

    def __call__(self, _alike: Alike, _reached: Reached, /) -> None:
        """There is nobody who watches."""


nobody = _Nobody()


def today_of(session: Session, organisation_id: int, *, locked: bool = True) -> date:
    """The organisation's day; `locked` lets only one change of its assignments run at a time."""
    zone = sa.select(Organisation.time_zone).where(Organisation.id == organisation_id)
    if locked:
        zone = zone.with_for_update(key_share=True)
    time_zone = session.scalar(zone)
    if time_zone is None:
        raise NotFound("There is no such organisation.")
    return clock.today(time_zone)


def lock(session: Session, requirement_ids: Sequence[int]) -> None:
    """Let nobody complete or begin these half-way through what follows."""
    rows = sa.select(Requirement.id).where(Requirement.id.in_(requirement_ids))
    session.execute(rows.order_by(Requirement.id).with_for_update())


def reach_all(
    session: Session,
    plan: Plan,
    target: Target,
    today: date,
    whom: Whom = EVERYBODY,
) -> list[Pair]:
    """Those whom the plan reaches, with what it does for each."""
    ask = Ask(plan.due, plan.terms, target.minutes)
    rows = candidates(session, plan, today, target.modules, whom)
    return [(row, reach(ask, candidate_of(row, today), today)) for row in rows]


def foresee_new(
    session: Session, asked: tuple[Plan, Target, date, Whom], tally: Tally, watch: Watch
) -> None:
    """Count what the plan would do for those who are new to it; the first few by name.

    Nobody is looked for by name where very many are there already: it could take all of them.
    """
    plan, target, today, whom = asked
    ask = Ask(plan.due, plan.terms, target.minutes)
    if whom.assignment_id is None or whom.one_of == 1:
        first = replace(whom, most=FIRST, one_of=1)
        for row, reached in reach_all(session, plan, target, today, first):
            tally.show(row.person_id, reached)
    columns = watch.columns(plan)
    for alike, candidate in candidates_alike(session, plan, today, whom, columns):
        reached = reach(ask, candidate, today)
        tally.count(reached, alike.people)
        tally.show(alike.person_id, reached)
        watch(alike, reached)


def in_batches(
    session: Session, plan: Plan, target: Target, today: date, whom: Whom = EVERYBODY
) -> Iterator[list[Pair]]:
    """Everybody whom the plan reaches, never more than some thousands at a time."""
    whom = replace(whom, most=BATCH)
    while pairs := reach_all(session, plan, target, today, whom):
        yield pairs
        if len(pairs) < BATCH:
            return
        whom = replace(whom, after_id=pairs[-1][0].person_id)


@dataclass(frozen=True)
class SomePairs:
    """Some of those whom a plan reaches, and up to whom was looked for them."""

    pairs: list[Pair]
    last_id: int


def reach_some(
    session: Session, plan: Plan, target: Target, today: date, whom: Whom
) -> SomePairs | None:
    """The next whom the plan reaches, perhaps none of them; None when there is nobody to look at.

    However few match, so many people are looked at in one step, and no more.
    """
    if whom.after_id >= (session.scalar(sa.select(sa.func.max(Person.id))) or 0):
        return None
    until_id = whom.after_id + WINDOW
    whom = replace(whom, until_id=until_id)
    lock_held(session, plan, today, whom)
    pairs = reach_all(session, plan, target, today, whom)
    full = len(pairs) == whom.most
    return SomePairs(pairs, pairs[-1][0].person_id if full else until_id)


def carry_out(session: Session, assignment_id: int, plan: Plan, pairs: Sequence[Pair]) -> None:
    """Write requirements, periods, sources, parked people and counts, whatever their number."""
    if not pairs:
        return
    session.flush()
    today = today_of(session, plan.organisation_id, locked=False)
    assigned = [pair for pair in pairs if pair[1].effect in ASSIGNED]
    values = [_requirement(plan, row, reached) for row, reached in assigned]
    ids = _write_requirements(session, assigned, values)
    when = _When(clock.now(), today)
    _write_periods(session, Policy(plan.terms, assignment_id), assigned, ids, when)
    by = {
        "assignment_id": assignment_id,
        "due_rule": plan.due.rule,
        "due_days": plan.due.days,
        "matched_on": when.day,
        "matched_at": when.at,
        "ended_on": None,
    }
    _write_sources(session, by, assigned, ids)
    write_parked(session, assignment_id, pairs, assigned)
    before = (place_of(row) if row.requirement_id else None for row, _ in assigned)
    count(session, zip(before, map(place_of, values), strict=True))
    keep(session, plan.organisation_id, ids)
    stood = _counted_late(zip(assigned, ids, strict=True), plan.organisation_id)
    note_late(session, stood, today)
    if len(assigned) >= MANY:
        _tell_planner(session)
    session.expire_all()


def _counted_late(assigned: Iterable[tuple[Pair, int]], organisation_id: int) -> Iterator[Late]:
    """What stood before now counts a completion of a day on which it was not known to count."""
    for (row, reached), id in assigned:
        if reached.effect is Effect.COMPLETED and row.requirement_id:
            yield Late(id, organisation_id, clock.day_of(row.completed_at, row.time_zone))


def _tell_planner(session: Session) -> None:
    """Without this, PostgreSQL takes the tables for nearly empty until its autovacuum comes.

    Joining 20,000 new requirements then took three minutes instead of a second.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("ANALYZE requirements, periods, requirement_sources"))


@dataclass(frozen=True)
class _When:
    """One moment for all that is written, and its day: by it, a period is told to be a source's."""

    at: datetime
    day: date


@dataclass(frozen=True)
class _Values:
    """A requirement's columns as they will be."""

    person_id: int
    organisation_id: int
    target_kind: TargetKind
    target_slug: str
    unit_id: int | None
    state: RequirementState
    progress: Progress
    excuse: Excuse
    due_on: date | None
    valid_until: date | None
    grace_until: date | None


def _requirement(plan: Plan, row: AnyRow, reached: Reached) -> _Values:
    progress, due_on, validity = _standing(row, reached)
    return _Values(
        person_id=row.person_id,
        organisation_id=plan.organisation_id,
        target_kind=plan.kind,
        target_slug=plan.slug,
        unit_id=row.person_unit_id,
        state=RequirementState.ACTIVE,
        progress=progress,
        excuse=row.excuse or (Excuse.ABSENT if row.absent else Excuse.NONE),
        due_on=due_on,
        valid_until=validity.valid_until,
        grace_until=validity.grace_until,
    )


def _standing(row: AnyRow, reached: Reached) -> tuple[Progress, date | None, Validity]:
    stored = Validity(row.valid_until, row.grace_until)
    if reached.effect is Effect.COMPLETED:
        return Progress.COMPLETED, None, reached.validity or Validity()
    if reached.effect is Effect.JOINED:
        return row.progress, row.due_on, stored
    if reached.effect is Effect.MOVED:
        return row.progress, reached.due_on, stored
    begun = Progress.IN_PROGRESS if row.begun else Progress.NOT_STARTED
    anew = row.state in (None, RequirementState.ENDED)
    return begun, reached.due_on, Validity() if anew else stored


def _write_requirements(
    session: Session, assigned: Sequence[Pair], values: Sequence[_Values]
) -> list[int]:
    """Insert or update; the ids in the order of what came in."""
    known = {row.person_id: row.requirement_id for row, _ in assigned if row.requirement_id}
    now = clock.now()
    fresh = [{**asdict(each), "created_at": now} for each in values if each.person_id not in known]
    changed = [
        {**asdict(each), "id": known[each.person_id]} for each in values if each.person_id in known
    ]
    if fresh:
        adding = sa.insert(Requirement).returning(Requirement.person_id, Requirement.id)
        known.update((row.person_id, row.id) for row in session.execute(adding, fresh))
    if changed:
        session.execute(sa.update(Requirement), changed)
    return [known[each.person_id] for each in values]


def _write_periods(
    session: Session, policy: Policy, assigned: Sequence[Pair], ids: list[int], when: _When
) -> None:
    opened, moved = [], []
    for (row, reached), requirement_id in zip(assigned, ids, strict=True):
        if reached.effect in WITH_PERIOD:
            period = _period(row, reached, policy, when)
            opened.append({**period, "requirement_id": requirement_id})
        elif reached.effect is Effect.MOVED:
            date_ = {"due_on": reached.due_on, "assignment_id": policy.assignment_id}
            moved.append({"id": row.period_id, **date_})
    if opened:
        session.execute(sa.insert(Period), opened)
    if moved:
        session.execute(sa.update(Period), moved)


def _period(row: AnyRow, reached: Reached, policy: Policy, when: _When) -> dict[str, Any]:
    done = reached.effect is Effect.COMPLETED
    validity = reached.validity or Validity()
    due_on = reached.due_on or when.day
    return {
        "number": (row.last_number or 0) + 1,
        "cause": Cause.ASSIGNED,
        "assignment_id": policy.assignment_id,
        "opened_at": when.at,
        "assigned_on": when.day,
        "opens_on": when.day,
        "due_on": due_on,
        "first_due_on": due_on,
        "completed_at": row.completed_at if done else None,
        "completion_id": row.completion_id if done else None,
        "valid_until": validity.valid_until,
        "grace_until": validity.grace_until,
        "policy": policy.to_json() if done else None,
    }


def _write_sources(
    session: Session, by: dict[str, Any], assigned: Sequence[Pair], ids: list[int]
) -> None:
    """`by` is what leads to all of them alike."""
    sources = [
        {"requirement_id": requirement_id, "due_on": reached.given, **by}
        for (_row, reached), requirement_id in zip(assigned, ids, strict=True)
    ]
    if sources:
        session.execute(sa.insert(RequirementSource), sources)
