"""Changing an assignment that stands, letting it rest, and letting it ask again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.rules import Deed, Plan, Reach, Turn
from coursesite.assignments.services.assigning import fill, get_target
from coursesite.assignments.services.carrying import (
    Order,
    Place,
    carry_some,
    refuse_busy,
    turning_of,
)
from coursesite.assignments.services.moving import Mover
from coursesite.assignments.services.outcome import approver, words
from coursesite.assignments.services.reaching import BATCH, Watch, nobody, today_of
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
    before, turning = _change(session, assignment, plan, actor, reason)
    reach = turn_all(session, turning)
    after = {**plan.to_json(), "reach": reach.to_json()}
    _record(session, "assignment-changed", actor, (assignment.id, before, after), words(reason))
    return reach


def change_in_steps(
    session: Session, assignment: Assignment, foreseen: tuple[Plan, Reach], actor: Actor, why: str
) -> Order:
    """The same, but for those whom it reaches: that is to be carried out as it was foreseen."""
    plan, reach = foreseen
    before, turning = _change(session, assignment, plan, actor, why)
    after = {**plan.to_json(), "foreseen": reach.to_json()}
    _record(session, "assignment-changed", actor, (assignment.id, before, after), words(why))
    return Order(assignment.id, Deed.CHANGE, approver(actor), words(why), turning.turn)


def _change(
    session: Session, assignment: Assignment, plan: Plan, actor: Actor, reason: str
) -> tuple[Plan, Turning]:
    """What it said before, and what turns by what it says now."""
    reason = words(reason)
    today = today_of(session, plan.organisation_id)
    _refuse_over(session, assignment)
    refuse_busy(session, assignment, Deed.CHANGE)
    if assignment.paused_at:
        raise Conflict("This assignment is paused. Resume it before you change it.")
    before = assignment.plan
    if before == plan:
        raise Invalid("Nothing is different from what it says already.")
    turning = _turning(session, assignment, plan, today)
    fill(assignment, plan)
    assignment.task_id = None
    session.flush()
    return before, replace(turning, mover=Mover(assignment.id, approver(actor), reason))


def pause_assignment(
    session: Session, assignment: Assignment, actor: Actor, *, reason: str
) -> None:
    """It asks nobody any more and reaches nobody new, until it is resumed; nothing is lost."""
    numbers = _carry_out_all(session, _pause(session, assignment, actor, reason), assignment)
    _record(session, "assignment-paused", actor, (assignment.id, None, numbers), words(reason))


def pause_in_steps(session: Session, assignment: Assignment, actor: Actor, *, reason: str) -> Order:
    """The same, but for those whom it asks."""
    order = _pause(session, assignment, actor, reason)
    _record(session, "assignment-paused", actor, (assignment.id, None, {}), order.reason)
    return order


def _pause(session: Session, assignment: Assignment, actor: Actor, reason: str) -> Order:
    reason = words(reason)
    today_of(session, assignment.organisation_id)
    _refuse_over(session, assignment)
    refuse_busy(session, assignment, Deed.PAUSE)
    if assignment.paused_at:
        raise Conflict("This assignment is paused already.")
    assignment.paused_at, assignment.task_id = clock.now(), None
    session.flush()
    return Order(assignment.id, Deed.PAUSE, approver(actor), reason)


def resume_assignment(
    session: Session, assignment: Assignment, actor: Actor, *, reason: str
) -> Reach:
    """It asks again: those of before, as far as they still match, and those who came meanwhile."""
    order = _resume(session, assignment, actor, reason)
    today = today_of(session, assignment.organisation_id)
    reach = turn_all(session, turning_of(session, order, assignment, today))
    after = {"days_paused": order.turn.days_paused, "reach": reach.to_json()}
    _record(session, "assignment-resumed", actor, (assignment.id, None, after), order.reason)
    return reach


def resume_in_steps(
    session: Session, assignment: Assignment, actor: Actor, *, reason: str
) -> Order:
    """The same, but for those whom it asks."""
    order = _resume(session, assignment, actor, reason)
    after = {"days_paused": order.turn.days_paused}
    _record(session, "assignment-resumed", actor, (assignment.id, None, after), order.reason)
    return order


def _resume(session: Session, assignment: Assignment, actor: Actor, reason: str) -> Order:
    reason = words(reason)
    today = today_of(session, assignment.organisation_id)
    _refuse_over(session, assignment)
    refuse_busy(session, assignment, Deed.RESUME)
    if assignment.paused_at is None:
        raise Conflict("This assignment is not paused.")
    zone = session.get_one(Organisation, assignment.organisation_id).time_zone
    turn = Turn(days_paused=(today - clock.day_of(assignment.paused_at, zone)).days)
    get_target(session, assignment.plan)
    assignment.paused_at = assignment.task_id = None
    session.flush()
    return Order(assignment.id, Deed.RESUME, approver(actor), reason, turn)


def end_assignment(session: Session, assignment: Assignment, actor: Actor, *, reason: str) -> None:
    """Stop asking for it; what was completed stays, what other assignments ask for stays too."""
    order = _end(session, assignment, actor, reason)
    numbers = _carry_out_all(session, order, assignment)
    _record(session, "assignment-ended", actor, (assignment.id, None, numbers), order.reason)


def end_in_steps(session: Session, assignment: Assignment, actor: Actor, *, reason: str) -> Order:
    """The same, but for those whom it asks."""
    order = _end(session, assignment, actor, reason)
    _record(session, "assignment-ended", actor, (assignment.id, None, {}), order.reason)
    return order


def _end(session: Session, assignment: Assignment, actor: Actor, reason: str) -> Order:
    if not reason.strip():
        raise Invalid("Say why this assignment ends.")
    today_of(session, assignment.organisation_id)
    _refuse_over(session, assignment)
    refuse_busy(session, assignment, Deed.END)
    assignment.ended_at, assignment.task_id = clock.now(), None
    session.flush()
    return Order(assignment.id, Deed.END, approver(actor), reason.strip())


def _carry_out_all(session: Session, order: Order, assignment: Assignment) -> dict[str, int]:
    """At once, for everybody; what that did, in numbers."""
    numbers: Counter[str] = Counter()
    place: Place | None = Place()
    while place is not None:
        carried = carry_some(session, order, place, BATCH)
        numbers.update(carried.numbers)
        place = carried.place
    session.expire_all()
    return dict(numbers)


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
