"""Deciding what becomes of the people who are parked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    Parked,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import (
    Whom,
    candidate_of,
    candidates,
    is_open_period,
    lock_held,
)
from coursesite.assignments.queries.parked import (
    Narrowed,
    ids_waiting,
    not_begun,
    undoable_in,
    waiting_in,
)
from coursesite.assignments.rules import (
    Ask,
    Decision,
    Problem,
    RequirementState,
    problem_with,
    reach,
)
from coursesite.assignments.services.assigning import get_target
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.outcome import Outcome, words
from coursesite.assignments.services.reaching import carry_out, today_of
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Invalid, NotFound, said
from coursesite.people.models import Person
from coursesite.people.rules import Scope

TOO_EARLY = {
    Problem.PASSED: said("Give a date that has not passed."),
    Problem.TOO_SOON: said("Give a later date: that leaves too little time for the course."),
}
BEGUN = said("They have begun, or something else asks them for it too.")


@dataclass(frozen=True)
class Verdict:
    """What becomes of parked people, and why; `due_on` belongs to NEW_DATE."""

    decision: Decision
    reason: str
    due_on: date | None = None


class DecidedAlready(Conflict):
    """Somebody else has decided about all of them."""


class ChangedMeanwhile(Conflict):
    """Others wait than those who were seen."""


class DateTooEarly(Invalid):
    """The new date is as impossible as the old one."""


def decide_parked(
    session: Session, parked_ids: Collection[int], scope: Scope, verdict: Verdict, actor: Actor
) -> int:
    """Carry the verdict out for those of them who still wait in this scope; how many they were."""
    return len(decide_waiting(session, parked_ids, scope, verdict, actor))


def decide_waiting(
    session: Session, parked_ids: Collection[int], scope: Scope, verdict: Verdict, actor: Actor
) -> Sequence[Parked]:
    """The same; those about whom it was decided."""
    if not verdict.reason.strip():
        raise Invalid("Say why.")
    today = today_of(session, scope.organisation_id)
    waiting = _waiting(session, parked_ids, scope, today)
    if not waiting:
        raise DecidedAlready("Nobody of those waits any more: somebody has decided already.")
    for assignment_id, group in groupby(waiting, key=lambda each: each.assignment_id):
        parked = list(group)
        assignment = session.get_one(Assignment, assignment_id)
        _decide(session, assignment, parked, verdict, actor)
        if verdict.decision is not Decision.LEAVE_OUT:
            _assign(session, assignment, parked, verdict, today)
    return waiting


def seen_waiting(
    session: Session, choice: tuple[Narrowed, int], scope: Scope, today: date
) -> Sequence[int]:
    """All that a filter shows, if they are as many as were seen."""
    narrowed, seen = choice
    ids = ids_waiting(session, scope, today, narrowed)
    if not ids:
        raise DecidedAlready("Nobody of those waits any more: somebody has decided already.")
    if len(ids) != seen:
        raise ChangedMeanwhile(
            "Now %(num)d people wait there: it has changed since you looked. Decide again.",
            num=len(ids),
        )
    return ids


def check_dates(
    session: Session, assignments: Sequence[Assignment], verdict: Verdict, today: date
) -> None:
    """Whether the new date leaves enough time for every one of these."""
    if verdict.decision is Decision.NEW_DATE:
        for each in assignments:
            _check_date(verdict.due_on, get_target(session, each.plan).minutes, today)


def undo_decisions(
    session: Session, parked_ids: Collection[int], scope: Scope, actor: Actor, *, reason: str
) -> Outcome:
    """Let them wait again, unless they have begun or something else asks for it as well."""
    outcome = undo_as_possible(session, parked_ids, scope, actor, reason=reason)
    if not outcome.done and not outcome.left_out:
        raise NotFound("There is no such decision that can be taken back.")
    return outcome


def undo_as_possible(
    session: Session, parked_ids: Collection[int], scope: Scope, actor: Actor, *, reason: str
) -> Outcome:
    """The same, where perhaps nothing is left to be taken back."""
    reason = words(reason)
    today = today_of(session, scope.organisation_id)
    found = (
        sa.select(Parked)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(Parked.id.in_(parked_ids), undoable_in(scope, today))
        .order_by(Parked.assignment_id, Parked.id)
    )
    decided = session.scalars(found.with_for_update(of=Parked)).all()
    done: list[int] = []
    left_out: dict[int, str] = {}
    for assignment_id, group in groupby(decided, key=lambda each: each.assignment_id):
        some = list(group)
        assigned = [each.person_id for each in some if each.decision != Decision.LEAVE_OUT]
        begun = set(assigned) - _take_back(session, assignment_id, assigned)
        left_out |= dict.fromkeys(begun, BEGUN)
        for each in some:
            if each.person_id not in begun:
                _undo(session, each, actor, reason)
                done.append(each.person_id)
    session.flush()
    return Outcome(done, left_out)


def _undo(session: Session, parked: Parked, actor: Actor, reason: str) -> None:
    before = {"decision": parked.decision, "person_id": parked.person_id}
    parked.decision = parked.decided_at = parked.decided_by_id = parked.sweep_id = None
    subject = ("assignment", parked.assignment_id)
    after = {"people": [parked.person_id]}
    record(session, "parked-undone", actor, subject, before=before, after=after, reason=reason)


def _take_back(session: Session, assignment_id: int, person_ids: Collection[int]) -> set[int]:
    """Ask no more for what this assignment alone asks for; of whom it is not too late for that."""
    found = (
        sa.select(Requirement, RequirementSource, Period)
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .join(Period, is_open_period())
        .where(
            Requirement.person_id.in_(person_ids),
            RequirementSource.assignment_id == assignment_id,
            not_begun(but=assignment_id),
        )
        .order_by(Requirement.id)
    )
    rows = session.execute(found.with_for_update(of=Requirement)).all()
    with counting(session, *(requirement for requirement, _source, _period in rows)):
        for requirement, source, period in rows:
            period.cancelled_at = clock.now()
            session.delete(source)
            requirement.state, requirement.due_on = RequirementState.ENDED, None
    return {requirement.person_id for requirement, _source, _period in rows}


def _waiting(
    session: Session, parked_ids: Collection[int], scope: Scope, today: date
) -> Sequence[Parked]:
    found = (
        sa.select(Parked)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(Parked.id.in_(parked_ids), waiting_in(scope, today))
        .order_by(Parked.assignment_id, Parked.id)
    )
    return session.scalars(found.with_for_update(of=Parked)).all()


def _decide(
    session: Session,
    assignment: Assignment,
    parked: Sequence[Parked],
    verdict: Verdict,
    actor: Actor,
) -> None:
    for each in parked:
        each.decision, each.decided_at = verdict.decision, clock.now()
        each.decided_by_id = actor.person_id
    session.flush()
    after = {
        "decision": verdict.decision,
        "due_on": verdict.due_on.isoformat() if verdict.due_on else None,
        "people": [each.person_id for each in parked],
    }
    subject = ("assignment", assignment.id)
    record(session, "parked-decided", actor, subject, after=after, reason=verdict.reason.strip())


def _assign(
    session: Session,
    assignment: Assignment,
    parked: Sequence[Parked],
    verdict: Verdict,
    today: date,
) -> None:
    plan = assignment.plan
    target = get_target(session, plan)
    if verdict.decision is Decision.NEW_DATE:
        _check_date(verdict.due_on, target.minutes, today)
    stored = {each.person_id: each.due_on for each in parked}
    whom = Whom(assignment.id, tuple(stored))
    lock_held(session, plan, today, whom)
    rows = candidates(session, plan, today, target.modules, whom)
    ask = Ask(plan.due, plan.terms, target.minutes)
    counted_from_today = today + timedelta(days=plan.due.days or 0)
    pairs = []
    for row in rows:
        anyway_on = verdict.due_on or stored[row.person_id] or counted_from_today
        pairs.append((row, reach(ask, candidate_of(row, today), today, anyway_on)))
    carry_out(session, assignment.id, plan, pairs)


def _check_date(due_on: date | None, minutes: int, today: date) -> None:
    problem = problem_with(due_on, minutes, today)
    if problem is not None:
        raise DateTooEarly(TOO_EARLY.get(problem, said("Give a date.")))
