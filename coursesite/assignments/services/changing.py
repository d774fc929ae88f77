"""Changing an assignment that stands, letting it rest, and letting it ask again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.rules import Plan, Reach, Turn
from coursesite.assignments.services.assigning import fill, get_target
from coursesite.assignments.services.ending import end_sources
from coursesite.assignments.services.moving import Mover
from coursesite.assignments.services.outcome import approver, words
from coursesite.assignments.services.reaching import Watch, nobody, today_of
from coursesite.assignments.services.turning import Turning, foresee, turn_all
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Invalid
from coursesite.people.models import Organisation


def review_change(
    session: Session, assignment: Assignment, plan: Plan, watch: Watch = nobody
) -> Reach:
    """Whom the assignment would reach if it said this, and what moves; nothing is written."""
    today = today_of(session, plan.organisation_id, locked=False)
    turning = _turning(session, assignment, plan, today)
    return foresee(session, turning, watch)


def change_assignment(
    session: Session, assignment: Assignment, plan: Plan, actor: Actor, *, reason: str
) -> Reach:
    """Let it say this from now on, for those whom it reaches already as well."""
    reason = words(reason)
    today = today_of(session, plan.organisation_id)
    _refuse_over(session, assignment)
    if assignment.paused_at:
        raise Conflict("This assignment is paused. Resume it before you change it.")
    before = assignment.plan
    if before == plan:
        raise Invalid("Nothing is different from what it says already.")
    turning = _turning(session, assignment, plan, today)
    fill(assignment, plan)
    session.flush()
    mover = Mover(assignment.id, approver(actor), reason)
    reach = turn_all(session, replace(turning, mover=mover))
    after = {**plan.to_json(), "reach": reach.to_json()}
    _record(session, "assignment-changed", actor, (assignment.id, before, after), reason)
    return reach


def pause_assignment(
    session: Session, assignment: Assignment, actor: Actor, *, reason: str
) -> None:
    """It asks nobody any more and reaches nobody new, until it is resumed; nothing is lost."""
    reason = words(reason)
    today = today_of(session, assignment.organisation_id)
    _refuse_over(session, assignment)
    if assignment.paused_at:
        raise Conflict("This assignment is paused already.")
    assignment.paused_at = clock.now()
    session.flush()
    mover = Mover(assignment.id, approver(actor), reason)
    numbers = end_sources(session, assignment, today, mover)
    session.expire_all()
    _record(session, "assignment-paused", actor, (assignment.id, None, numbers), reason)


def resume_assignment(
    session: Session, assignment: Assignment, actor: Actor, *, reason: str
) -> Reach:
    """It asks again: those of before, as far as they still match, and those who came meanwhile."""
    reason = words(reason)
    today = today_of(session, assignment.organisation_id)
    _refuse_over(session, assignment)
    if assignment.paused_at is None:
        raise Conflict("This assignment is not paused.")
    zone = session.get_one(Organisation, assignment.organisation_id).time_zone
    turn = Turn(days_paused=(today - clock.day_of(assignment.paused_at, zone)).days)
    plan = assignment.plan
    target = get_target(session, plan)
    assignment.paused_at = None
    session.flush()
    mover = Mover(assignment.id, approver(actor), reason)
    reach = turn_all(session, Turning(assignment.id, plan, target, today, turn, mover))
    after = {"days_paused": turn.days_paused, "reach": reach.to_json()}
    _record(session, "assignment-resumed", actor, (assignment.id, None, after), reason)
    return reach


def _record(
    session: Session,
    kind: str,
    actor: Actor,
    what: tuple[int, Plan | None, Mapping[str, object]],
    reason: str,
) -> None:
    assignment_id, before, after = what
    earlier = before.to_json() if before else None
    subject = ("assignment", assignment_id)
    record(session, kind, actor, subject, before=earlier, after=dict(after), reason=reason)


def _refuse_over(session: Session, assignment: Assignment) -> None:
    session.refresh(assignment)
    if assignment.ended_at:
        raise Conflict("This assignment has ended already.")


def _turning(session: Session, assignment: Assignment, plan: Plan, today: date) -> Turning:
    before = assignment.plan
    if (before.kind, before.slug) != (plan.kind, plan.slug):
        raise Invalid("What must be done cannot change. End this assignment and make another.")
    turn = Turn(dates_change=before.when != plan.when)
    return Turning(assignment.id, plan, get_target(session, plan), today, turn)
