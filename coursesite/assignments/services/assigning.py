"""Making an assignment."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, AssignmentCriterion
from coursesite.assignments.queries.alike import everybody_of
from coursesite.assignments.queries.candidates import Whom, lock_held
from coursesite.assignments.queries.led import number_matching
from coursesite.assignments.queries.targets import Target, find_target
from coursesite.assignments.rules import Plan, Reach, Tally, one_of
from coursesite.assignments.services.reaching import (
    Watch,
    carry_out,
    foresee_new,
    in_batches,
    nobody,
    reach_some,
    today_of,
)
from coursesite.audit.services import Actor, record
from coursesite.errors import Invalid, NotFound

STEP = 1_000


class NothingToAssign(NotFound):
    """The target is not published."""


def preview(session: Session, plan: Plan, watch: Watch = nobody) -> Reach:
    """Whom the plan would reach today and what it would do for them; nothing is written.

    `watch` sees them too. However many they are, it asks the same few questions; of very many,
    some are looked at, and what is told is an estimate.
    """
    day = clock.today("UTC")  # mostly theirs, too
    organisation, whom, people = everybody_of(session, plan, day)  # held: asked for again
    today = clock.today(organisation.time_zone)
    whom = replace(whom, one_of=one_of(people))
    if whom.one_of > 1 and today != day:
        people = number_matching(session, plan, today)
    tally = Tally(whom.one_of, people)
    foresee_new(session, (plan, get_target(session, plan), today, whom), tally, watch)
    return tally.reach


def assign(session: Session, plan: Plan, actor: Actor) -> Assignment:
    """Make the assignment: for all who match now, and for those who will."""
    target = get_target(session, plan)
    today = today_of(session, plan.organisation_id)
    assignment = _make(session, plan, actor)
    reach = apply_to_all(session, assignment.id, plan, target, today)
    after = {**plan.to_json(), "reach": reach.to_json()}
    _record_made(session, assignment, actor, after)
    return assignment


def assign_in_steps(session: Session, plan: Plan, reach: Reach, actor: Actor) -> Assignment:
    """Make the assignment; whom it reaches is carried out by `assign_some`, again and again.

    Whoever joins meanwhile is reached by their joining. `reach` is what was foreseen.
    """
    get_target(session, plan)
    assignment = _make(session, plan, actor)
    after = {**plan.to_json(), "foreseen": reach.to_json()}
    _record_made(session, assignment, actor, after)
    return assignment


@dataclass(frozen=True)
class Some:
    """What one step did: up to whom, for how many, and to which effect by name."""

    last_id: int
    people: int
    reach: Reach


def assign_some(
    session: Session, assignment_id: int, after_id: int, most: int | None = None
) -> Some | None:
    """Carry it out for some more of those whom it is new for, perhaps for none of them.

    None when there is nobody more to look at, or it has ended or rests.
    """
    assignment = session.get_one(Assignment, assignment_id, populate_existing=True)
    today = today_of(session, assignment.organisation_id)
    session.refresh(assignment)
    if assignment.ended_at or assignment.paused_at:
        return None
    plan = assignment.plan
    whom = Whom(assignment_id, after_id=after_id, most=most or STEP)
    some = reach_some(session, plan, get_target(session, plan), today, whom)
    if some is None:
        return None
    carry_out(session, assignment_id, plan, some.pairs)
    tally = Tally()
    tally.add((row.person_id, reached) for row, reached in some.pairs)
    return Some(some.last_id, len(some.pairs), tally.reach)


def asks(session: Session, assignment_id: int) -> bool:
    """Whether it has neither ended nor rests."""
    assignment = session.get_one(Assignment, assignment_id, populate_existing=True)
    return assignment.ended_at is None and assignment.paused_at is None


def record_carried_out(
    session: Session, assignment_id: int, actor: Actor, numbers: dict[str, int]
) -> None:
    """All steps are taken: what they did, in sum."""
    subject = ("assignment", assignment_id)
    record(session, "assignment-carried-out", actor, subject, after={"reach": numbers})


def _make(session: Session, plan: Plan, actor: Actor) -> Assignment:
    assignment = _assignment(plan, actor)
    session.add(assignment)
    session.flush()
    return assignment


def _record_made(
    session: Session, assignment: Assignment, actor: Actor, after: dict[str, Any]
) -> None:
    subject = ("assignment", assignment.id)
    record(session, "assignment-made", actor, subject, after=after, reason=assignment.reason)


def apply_to_all(
    session: Session, assignment_id: int, plan: Plan, target: Target, today: date
) -> Reach:
    """For all whom the assignment is new for."""
    lock_held(session, plan, today, Whom(assignment_id))
    tally = Tally()
    for pairs in in_batches(session, plan, target, today, Whom(assignment_id)):
        carry_out(session, assignment_id, plan, pairs)
        tally.add((row.person_id, reached) for row, reached in pairs)
    return tally.reach


def get_target(session: Session, plan: Plan) -> Target:
    target = find_target(session, plan.kind, plan.slug)
    if target is None:
        raise NothingToAssign("This path or module is not published, so it cannot be assigned.")
    return target


def _assignment(plan: Plan, actor: Actor) -> Assignment:
    if actor.person_id is None:
        raise Invalid("Only a person can assign.")
    made = Assignment(
        organisation_id=plan.organisation_id,
        target_kind=plan.kind,
        target_slug=plan.slug,
        created_by_id=actor.person_id,
        created_at=clock.now(),
    )
    fill(made, plan)
    return made


def fill(assignment: Assignment, plan: Plan) -> None:
    """Let an assignment say what the plan says, but for its target."""
    due, terms = plan.due, plan.terms
    assignment.reason = plan.reason
    assignment.due_rule, assignment.due_on, assignment.due_days = due.rule, due.on, due.days
    assignment.due_target = plan.due_target
    assignment.validity_months = terms.months
    assignment.window_days, assignment.grace_days = terms.window_days, terms.grace_days
    assignment.expiry_mode, assignment.calendar_day = terms.mode, terms.calendar_day
    assignment.refreshers = list(terms.refreshers) or None
    assignment.criteria = [
        AssignmentCriterion(group=each.group, kind=each.kind, value=each.value)
        for each in plan.conditions
    ]
