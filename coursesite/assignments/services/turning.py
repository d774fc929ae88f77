"""Carrying out what a changed assignment does, for all whom it leads to, led to, or will."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Parked, Period, Requirement, RequirementSource
from coursesite.assignments.queries.alike import led_alike
from coursesite.assignments.queries.candidates import AnyRow, Whom, matching
from coursesite.assignments.queries.led import (
    followed,
    led_by,
    led_ids,
    numbers_before_change,
    other_dates,
)
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import (
    Ask,
    Decision,
    Effect,
    Plan,
    Reach,
    Reached,
    RequirementState,
    Tally,
    Turn,
    follow,
    one_of,
)
from coursesite.assignments.services.counting import count, place_of
from coursesite.assignments.services.history import keep
from coursesite.assignments.services.moving import Move, Mover, record_moves
from coursesite.assignments.services.reaching import (
    BATCH,
    FIRST,
    Pair,
    Watch,
    carry_out,
    foresee_new,
    lock,
    nobody,
    reach_some,
)
from coursesite.assignments.services.standings import Counted
from coursesite.people.models import Person, Unit

Page = tuple[int, int]
"""After which id, and at most how many."""

STATE_AFTER = {
    Effect.SUSPENDED: RequirementState.SUSPENDED,
    Effect.RESTORED: RequirementState.ACTIVE,
}


@dataclass(frozen=True)
class Turning:
    """An assignment, what it is to say from now on, and what turns by that.

    `mover` is who turns it, and why; None while it is only foreseen.
    """

    assignment_id: int
    plan: Plan
    target: Target
    today: date
    turn: Turn
    mover: Mover | None = None


def foresee(session: Session, turning: Turning, watch: Watch = nobody) -> Reach:
    """What the change would do for everybody; nothing is written. `watch` sees them too.

    Of very many, some are looked at, and what is told is an estimate.
    """
    id, plan, today = turning.assignment_id, turning.plan, turning.today
    ask = Ask(plan.due, plan.terms, turning.target.minutes)
    people, led = numbers_before_change(session, id, plan, today)
    whom = Whom(id, one_of=one_of(max(people, led)))
    tally = Tally(whom.one_of, people)
    if first := led_ids(session, id, (0, FIRST)):
        for row, reached in _led(session, turning, first):
            tally.show(row.person_id, reached)
    for alike, person in led_alike(session, whom, plan, today, watch.columns(plan)):
        followed_ = follow(ask, person, today, turning.turn)
        if followed_ is not None:
            tally.count(followed_, alike.people)
            tally.show(alike.person_id, followed_)
            watch(alike, followed_)
    foresee_new(session, (plan, turning.target, today, whom), tally, watch)
    return tally.reach


def turn_all(session: Session, turning: Turning) -> Reach:
    """Carry the change out for everybody whom it concerns."""
    tally = Tally()
    for phase in PHASES.values():
        after_id: int | None = 0
        while after_id is not None:
            after_id = phase(session, turning, (after_id, BATCH), tally)
    session.expire_all()
    return tally.reach


def turn_led(session: Session, turning: Turning, page: Page, tally: Tally) -> int | None:
    """For some of those whom it leads to, or led to; up to whom, None when there are no more."""
    ids = led_ids(session, turning.assignment_id, page)
    if not ids:
        return None
    lock(session, ids)
    pairs = _led(session, turning, ids)
    _write(session, turning, pairs)
    _add(tally, pairs)
    return ids[-1]


def turn_new(session: Session, turning: Turning, page: Page, tally: Tally) -> int | None:
    """For some of those who are new to it."""
    after_id, most = page
    whom = Whom(turning.assignment_id, after_id=after_id, most=most)
    some = reach_some(session, turning.plan, turning.target, turning.today, whom)
    if some is None:
        return None
    carry_out(session, turning.assignment_id, turning.plan, some.pairs)
    _add(tally, some.pairs)
    return some.last_id


def let_go_of_parked(session: Session, turning: Turning, page: Page, _tally: Tally) -> int | None:
    """Nobody has to decide about those whom it does not reach any more."""
    after_id, most = page
    waiting = (
        sa.select(Parked.id)
        .where(
            Parked.assignment_id == turning.assignment_id,
            Parked.decided_at.is_(None),
            Parked.id > after_id,
        )
        .order_by(Parked.id)
        .limit(most)
    )
    ids = session.scalars(waiting).all()
    if not ids:
        return None
    reached = (
        sa.select(Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id == Parked.person_id, matching(turning.plan.conditions, turning.today))
        .correlate(Parked)
    )
    session.execute(
        sa.update(Parked)
        .where(Parked.id.in_(ids), ~reached.exists())
        .values(decided_at=clock.now(), decision=Decision.RESOLVED),
        execution_options={"synchronize_session": False},
    )
    return ids[-1]


PHASES: Mapping[str, Callable[[Session, Turning, Page, Tally], int | None]] = {
    "led": turn_led,
    "new": turn_new,
    "parked": let_go_of_parked,
}
"""What a change does, one after the other."""


def _led(session: Session, turning: Turning, ids: Sequence[int]) -> list[Pair]:
    """Those of these requirements, which are in order, that the change concerns."""
    id, plan, today = turning.assignment_id, turning.plan, turning.today
    ask = Ask(plan.due, plan.terms, turning.target.minutes)
    within = ids[0], ids[-1]
    others = other_dates(session, id, today, within)
    found = (
        (row, follow(ask, followed(row, id, others.get(row.id, ())), today, turning.turn))
        for row in led_by(session, id, plan, today, within)
    )
    return [(row, reached) for row, reached in found if reached]


def _add(tally: Tally, pairs: Sequence[Pair]) -> None:
    tally.add((row.person_id, reached) for row, reached in pairs)


def _write(session: Session, turning: Turning, pairs: Sequence[Pair]) -> None:
    _write_sources(session, turning, pairs)
    requirements, periods, changes, moves = [], [], [], []
    for row, reached in pairs:
        state, due_on = _after(row, reached)
        if (state, due_on) == (row.state, row.due_on):
            continue
        requirements.append({"id": row.id, "state": state, "due_on": due_on})
        changes.append((place_of(row), _place_after(row, state, due_on)))
        if due_on and due_on != row.due_on:
            dated_by = turning.assignment_id if row.matches else None
            periods.append({"id": row.period_id, "due_on": due_on, "assignment_id": dated_by})
            moves.append(Move(row.period_id, row.due_on, due_on))
    if requirements:
        session.execute(sa.update(Requirement), requirements)
    if periods:
        session.execute(sa.update(Period), periods)
    if turning.mover:
        record_moves(session, moves, turning.mover)
    count(session, changes)
    keep(session, turning.plan.organisation_id, [each["id"] for each in requirements])


def _after(row: AnyRow, reached: Reached) -> tuple[RequirementState, date | None]:
    moves = reached.effect in {Effect.MOVED, Effect.RESTORED} and reached.due_on is not None
    state = STATE_AFTER.get(reached.effect, row.state)
    return state, reached.due_on if moves else row.due_on


def _place_after(row: AnyRow, state: RequirementState, due_on: date | None) -> Counted | None:
    if state is not RequirementState.ACTIVE or row.unit_id is None:
        return None
    return Counted(
        row.unit_id,
        row.target_kind,
        row.target_slug,
        row.progress,
        row.excuse,
        due_on or date.max,
        row.valid_until or date.max,
        row.grace_until or date.max,
    )


def _write_sources(session: Session, turning: Turning, pairs: Sequence[Pair]) -> None:
    for matches, ended_on in ((False, turning.today), (True, None)):
        turned = [row.id for row, _ in pairs if row.matches is matches and row.led is not matches]
        if turned:
            same = {"by": turning.assignment_id, "on": ended_on}
            session.connection().execute(_TURN, [{"requirement": id, **same} for id in turned])


_TURN = (
    sa.update(RequirementSource)
    .where(
        RequirementSource.requirement_id == sa.bindparam("requirement"),
        RequirementSource.assignment_id == sa.bindparam("by"),
    )
    .values(ended_on=sa.bindparam("on", type_=sa.Date))
)
