"""Deciding about several who wait, at once or in steps; what was decided is taken back as one."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Parked, ParkedSweep
from coursesite.assignments.queries.parked import Narrowed, assignments_waiting, ids_waiting
from coursesite.assignments.queries.sweeps import next_decided, scope_of
from coursesite.assignments.rules import MANY, Problem, SweepState
from coursesite.assignments.services.counting import counted_together
from coursesite.assignments.services.outcome import approver, words
from coursesite.assignments.services.parking import (
    Verdict,
    check_dates,
    decide_parked,
    decide_waiting,
    seen_waiting,
    undo_as_possible,
)
from coursesite.assignments.services.reaching import today_of
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict
from coursesite.people.rules import Scope

SEVERAL = 2
"""A decision about one person is taken back where that person stands."""


class Some(NamedTuple):
    """Those after an id, and how many at most."""

    after_id: int
    most: int


def decide_chosen(
    session: Session, parked_ids: Collection[int], scope: Scope, verdict: Verdict, actor: Actor
) -> int:
    """Decide at once about those who were ticked, and keep it together; how many they were."""
    decided = decide_waiting(session, parked_ids, scope, verdict, actor)
    sweep = _sweep(scope, verdict, actor, _shared(decided))
    return _keep(session, decided, sweep, picked=True)


def decide_all(
    session: Session, choice: tuple[Narrowed, int], scope: Scope, verdict: Verdict, actor: Actor
) -> int:
    """The same for all that a filter shows, as long as they are as many as were seen."""
    today = today_of(session, scope.organisation_id)
    ids = seen_waiting(session, choice, scope, today)
    decided = decide_waiting(session, ids, scope, verdict, actor)
    return _keep(session, decided, _sweep(scope, verdict, actor, choice[0]), picked=False)


def _shared(decided: Sequence[Parked]) -> Narrowed:
    """The assignment and the problem of them all, where it is one."""
    assignment_id, *others = {each.assignment_id for each in decided}
    problem, *more = {Problem(each.problem) for each in decided}
    return Narrowed(None if others else assignment_id, None if more else problem)


def _keep(session: Session, decided: Sequence[Parked], sweep: ParkedSweep, *, picked: bool) -> int:
    ids = sorted(each.id for each in decided)
    if len(ids) >= SEVERAL:
        sweep.last_id, sweep.people = ids[-1], len(ids)
        sweep.picked, sweep.state = picked, SweepState.DONE
        session.add(sweep)
        session.flush()
        _mark(session, ids, sweep.id)
    return len(ids)


def begin_sweep(
    session: Session, choice: tuple[Narrowed, int], scope: Scope, verdict: Verdict, actor: Actor
) -> ParkedSweep:
    """Write down what is decided about all that a filter shows, if they are as many as were seen.

    A date that leaves too little time for any of the trainings is refused before it begins.
    """
    narrowed, _seen = choice
    today = today_of(session, scope.organisation_id)
    ids = seen_waiting(session, choice, scope, today)
    check_dates(session, assignments_waiting(session, scope, today, narrowed), verdict, today)
    sweep = _sweep(scope, verdict, actor, narrowed)
    sweep.last_id, sweep.people = ids[-1], len(ids)
    session.add(sweep)
    session.flush()
    after = {"decision": sweep.decision, "people": sweep.people, **_filter(sweep)}
    record(
        session, "parked-decided-for-all", actor, _subject(sweep), after=after, reason=sweep.reason
    )
    return sweep


def _sweep(scope: Scope, verdict: Verdict, actor: Actor, narrowed: Narrowed) -> ParkedSweep:
    return ParkedSweep(
        organisation_id=scope.organisation_id,
        person_id=approver(actor),
        paths=scope.paths_to_keep,
        assignment_id=narrowed.assignment_id,
        problem=narrowed.problem,
        decision=verdict.decision,
        due_on=verdict.due_on,
        reason=words(verdict.reason),
        made_at=clock.now(),
    )


def sweep_some(
    session: Session, sweep: ParkedSweep, some: Some, actor: Actor
) -> tuple[int, int] | None:
    """Decide about the next who still wait: how many, and the last of them; None at the end."""
    today = today_of(session, sweep.organisation_id)
    scope, narrowed = scope_of(sweep), _narrowed(sweep)
    page = (some.after_id, sweep.last_id, some.most)
    ids = ids_waiting(session, scope, today, narrowed, page)
    if not ids:
        sweep.state = SweepState.DONE
        session.flush()
        return None
    verdict = Verdict(sweep.decision, sweep.reason, sweep.due_on)
    with counted_together(session):
        decide_parked(session, ids, scope, verdict, actor)
    _mark(session, ids, sweep.id)
    return len(ids), ids[-1]


def begin_sweep_undo(session: Session, sweep: ParkedSweep, reason: str, actor: Actor) -> None:
    """From now on all of it is taken back."""
    reason = words(reason)
    there = (SweepState.DOING, SweepState.DONE)
    here = sa.and_(ParkedSweep.id == sweep.id, ParkedSweep.state.in_(there))
    taking = {"state": SweepState.TAKING_BACK, "undo_reason": reason}
    moving = sa.update(ParkedSweep).where(here).values(**taking)
    if session.execute(moving.returning(ParkedSweep.id)).first() is None:
        raise Conflict("This is being taken back, or was taken back already.")
    session.refresh(sweep)
    record(session, "parked-sweep-taken-back", actor, _subject(sweep), reason=reason)


def undo_sweep_at_once(
    session: Session, sweep: ParkedSweep, reason: str, scope: Scope, actor: Actor
) -> tuple[int, int]:
    """Take all of it back; how many wait again, and for how many it stands."""
    begin_sweep_undo(session, sweep, reason, actor)
    waits, stands, after_id = 0, 0, 0
    while some := undo_sweep_some(session, sweep, Some(after_id, MANY), scope, actor):
        waits, stands, after_id = waits + some[0] - some[1], stands + some[1], some[2]
    return waits, stands


def undo_sweep_some(
    session: Session, sweep: ParkedSweep, some: Some, scope: Scope, actor: Actor
) -> tuple[int, int, int] | None:
    """Let the next wait again, as far as that is possible: how many they were, of how many the
    decision stands, and the last of them; None at the end.
    """
    ids = next_decided(session, sweep.id, some.after_id, some.most)
    if not ids:
        sweep.state = SweepState.TAKEN_BACK
        session.flush()
        return None
    with counted_together(session):
        undone = undo_as_possible(session, ids, scope, actor, reason=sweep.undo_reason or "")
    return len(ids), len(ids) - len(undone.done), ids[-1]


def _mark(session: Session, ids: Sequence[int], sweep_id: int) -> None:
    session.flush()
    session.execute(
        sa.update(Parked).where(Parked.id.in_(ids)).values(sweep_id=sweep_id),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _narrowed(sweep: ParkedSweep) -> Narrowed:
    return Narrowed(sweep.assignment_id, Problem(sweep.problem) if sweep.problem else None)


def _filter(sweep: ParkedSweep) -> dict[str, Any]:
    due_on = sweep.due_on.isoformat() if sweep.due_on else None
    return {"assignment": sweep.assignment_id, "problem": sweep.problem, "due_on": due_on}


def _subject(sweep: ParkedSweep) -> tuple[str, object]:
    return ("parked-sweep", sweep.id)
