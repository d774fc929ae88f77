"""What happens to an assignment, carried out for its people in steps, however many they are.

What the assignment says counts at once; what that does for each of its people follows, some in each
step, from how they stand then: a step that is taken twice does nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.led import number_led, number_matching
from coursesite.assignments.rules import CARRY_OUT, Deed, Tally, Turn
from coursesite.assignments.services.assigning import STEP, get_target
from coursesite.assignments.services.ending import end_some
from coursesite.assignments.services.moving import Mover
from coursesite.assignments.services.reaching import today_of
from coursesite.assignments.services.turning import PHASES, Turning
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, said
from coursesite.jobs.models import Task
from coursesite.jobs.rules import TaskState
from coursesite.jobs.services import NewTask, go_on, start_task
from coursesite.people.models import Organisation

BUSY = said("What was done to it last is still being carried out. Wait until that has ended.")
UNFINISHED = said(
    "Its last change was not carried out for everybody. Let it be carried out to the end first."
)


@dataclass(frozen=True)
class Order:
    """What was done to an assignment, by whom and why; `turn` belongs to a change."""

    assignment_id: int
    deed: Deed
    by_id: int
    reason: str
    turn: Turn = field(default_factory=Turn)

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment_id,
            "deed": self.deed,
            "by": self.by_id,
            "reason": self.reason,
            "turn": [self.turn.dates_change, self.turn.days_paused],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Order":
        turn, deed = Turn(*kept["turn"]), Deed(kept["deed"])
        return cls(kept["assignment"], deed, kept["by"], kept["reason"], turn)


@dataclass(frozen=True)
class Place:
    """How far it is: in which phase, and after which id."""

    phase: str = next(iter(PHASES))
    after_id: int = 0


@dataclass(frozen=True)
class Carried:
    """What one step did, for how many, and where to go on; None at the end."""

    people: int
    numbers: Mapping[str, int]
    place: Place | None


def concerned(session: Session, assignment: Assignment, deed: Deed) -> int:
    """For how many people there is something to do, at most; of a change it is foreseen."""
    led = number_led(session, assignment.id)
    if deed is not Deed.RESUME:
        return led
    today = today_of(session, assignment.organisation_id, locked=False)
    return max(led, number_matching(session, assignment.plan, today))


def carry_out_later(
    session: Session, assignment: Assignment, order: Order, new: NewTask, asking: tuple[Actor, str]
) -> Task:
    """Let a job carry it out; the assignment knows which."""
    actor, language = asking
    payload = {**new.payload, **order.to_json()}
    task = start_task(session, NewTask(CARRY_OUT, new.title, payload, new.total), actor, language)
    assignment.task_id = task.id
    return task


def carry_some(session: Session, order: Order, place: Place, most: int | None = None) -> Carried:
    """Carry it out for some more people."""
    most = most or STEP
    assignment = session.get_one(Assignment, order.assignment_id, populate_existing=True)
    today = today_of(session, assignment.organisation_id)
    session.refresh(assignment)
    if order.deed in {Deed.PAUSE, Deed.END}:
        return _end_some(session, assignment, order, (place, most))
    tally, turning = Tally(), turning_of(session, order, assignment, today)
    after_id = PHASES[place.phase](session, turning, (place.after_id, most), tally)
    session.expire_all()
    numbers = tally.reach.to_json()
    return Carried(sum(numbers.values()), numbers, _next(place, after_id))


def turning_of(session: Session, order: Order, assignment: Assignment, today: date) -> Turning:
    """What turns by it, from what the assignment says now."""
    plan = assignment.plan
    mover = Mover(assignment.id, order.by_id, order.reason)
    return Turning(assignment.id, plan, get_target(session, plan), today, order.turn, mover)


def _end_some(
    session: Session, assignment: Assignment, order: Order, page: tuple[Place, int]
) -> Carried:
    """It asked until the day on which it was ended or paused."""
    place, most = page
    zone = session.get_one(Organisation, assignment.organisation_id).time_zone
    moment = assignment.ended_at or assignment.paused_at or clock.now()
    mover = Mover(assignment.id, order.by_id, order.reason)
    day = clock.day_of(moment, zone)
    some = end_some(session, assignment, day, mover, (place.after_id, most))
    if some is None:
        return Carried(0, {}, None)
    return Carried(some.people, some.numbers, Place(place.phase, some.last_id))


def _next(place: Place, after_id: int | None) -> Place | None:
    if after_id is not None:
        return Place(place.phase, after_id)
    phases = list(PHASES)
    later = phases[phases.index(place.phase) + 1 :]
    return Place(later[0]) if later else None


def refuse_busy(session: Session, assignment: Assignment, deed: Deed) -> None:
    """One thing after the other: what is half carried out is not the ground for another.

    A half-carried pause or return is undone by its contrary, and anything by the end.
    """
    task = last_carrying(session, assignment)
    if task is None or task.state is TaskState.DONE:
        return
    if task.under_way:
        raise Conflict(BUSY)
    unfinished = Order.from_json(task.payload).deed is Deed.CHANGE
    if unfinished and deed is not Deed.END:
        raise Conflict(UNFINISHED)


def last_carrying(session: Session, assignment: Assignment) -> Task | None:
    """The job that carries out, or carried out, what was done to it last; not its making."""
    task = last_task(session, assignment)
    return task if task and task.kind == CARRY_OUT else None


def last_task(session: Session, assignment: Assignment) -> Task | None:
    if assignment.task_id is None:
        return None
    return session.get(Task, assignment.task_id, populate_existing=True)


def carry_on(session: Session, assignment: Assignment, actor: Actor) -> Task:
    """Go on with what was given up or failed, from where it was."""
    today_of(session, assignment.organisation_id)
    session.refresh(assignment)
    task = last_task(session, assignment)
    if task is None:
        raise Conflict("There is nothing to carry out.")
    go_on(session, task)
    subject = ("assignment", assignment.id)
    after = {"done": task.done, "total": task.total}
    record(session, "assignment-carried-on", actor, subject, after=after)
    return task
