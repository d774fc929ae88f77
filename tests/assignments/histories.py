"""Random histories of one person: what may happen, and telling it through the services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Extension, Leave, Requirement
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    ExpiryMode,
    Reason,
    ReasonCode,
    Rest,
    Terms,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    completed,
    count_lapsed,
    end_assignment,
    end_leave,
    give_extension,
    mark_absent,
    match_person,
    open_renewals,
    pause_assignment,
    rest_by_days,
    restore_completion,
    resume_assignment,
    revoke_completions,
    started,
    take_back_extension,
    take_back_leave,
    waive,
)
from coursesite.errors import Conflict, Refusal
from coursesite.people.models import Person, Unit
from coursesite.people.services import mark_as_left, post_person
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from tests.assignments.makers import MODULE, acting, complete, make_plan, publish_module
from tests.makers import make_organisation, make_person, make_unit

FIRST = datetime(2024, 1, 15, 9, tzinfo=UTC)
BECAUSE = Reason(ReasonCode.OTHER, "It is so")
TERMS = (
    Terms(12, 60, 30),
    Terms(24, 90, 0, ExpiryMode.COMPLETION),
    Terms(6, 30, 10, ExpiryMode.CALENDAR, "08-31"),
    Terms(1, 45, 5),
    Terms(),
)
DUES = (30, 60, 200)


@dataclass(frozen=True)
class Step:
    """What happens after so many days; `night` says whether the nightly jobs ran in between."""

    what: str
    days: int = 0
    which: int = 0
    number: int = 0
    night: bool = True


@dataclass
class Life:
    """A person, two units to move between, and whoever decides about them."""

    session: Session
    zone: str = "UTC"
    now: datetime = FIRST
    assignments: list[Assignment] = field(default_factory=list)

    def __post_init__(self) -> None:
        with time_machine.travel(self.now):
            publish_module(self.session)
            organisation = make_organisation(self.session, time_zone=self.zone)
            self.units = [make_unit(self.session, organisation) for _ in range(2)]
            self.person = make_person(self.session, self.units[0])
            self.boss = make_person(self.session, make_unit(self.session, organisation))

    def tell(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.now += timedelta(days=step.days, minutes=1)
            with time_machine.travel(self.now):
                if step.night:
                    self.pass_night()
                try:
                    with self.session.begin_nested():
                        ACTIONS[step.what](self, step)
                        self.session.flush()
                except Refusal:
                    self.session.expire_all()

    def pass_night(self) -> None:
        open_renewals(self.session)
        rest_by_days(self.session)
        count_lapsed(self.session)

    @property
    def today(self) -> date:
        return clock.today(self.zone)

    def in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def requirements(self) -> Sequence[Requirement]:
        found = sa.select(Requirement).where(Requirement.person_id == self.person.id)
        return self.session.scalars(found).all()

    def completions(self) -> Sequence[Completion]:
        found = sa.select(Completion).where(Completion.person_id == self.person.id)
        return self.session.scalars(found.order_by(Completion.id)).all()

    def leaves(self) -> Sequence[Leave]:
        return self.session.scalars(sa.select(Leave).order_by(Leave.id)).all()

    def chosen(self, things: Sequence[object], step: Step) -> object:
        if not things:
            raise Conflict("There is none.")
        return things[step.which % len(things)]

    def assignment(self, step: Step) -> Assignment:
        found = self.chosen(self.assignments, step)
        assert isinstance(found, Assignment)
        return found


def _assign(life: Life, step: Step) -> None:
    if len(life.assignments) > 3:
        raise Conflict("Enough.")
    plan = make_plan(
        life.units[step.which % 2],
        terms=TERMS[step.number % len(TERMS)],
        due=_due(life, step),
    )
    life.assignments.append(assign(life.session, plan, acting(life.boss)))


def _due(life: Life, step: Step) -> Due:
    if step.number % 4 == 3:
        return Due(DueRule.FIXED, on=life.in_days(step.number + 20))
    return Due(DueRule.AFTER_ASSIGNMENT, days=DUES[step.number % len(DUES)])


def _change(life: Life, step: Step) -> None:
    assignment = life.assignment(step)
    plan = replace(assignment.plan, terms=TERMS[step.number % len(TERMS)], due=_due(life, step))
    change_assignment(life.session, assignment, plan, acting(life.boss), reason="Another rule")


def _end(life: Life, step: Step) -> None:
    end_assignment(life.session, life.assignment(step), acting(life.boss), reason="Over")


def _pause(life: Life, step: Step) -> None:
    pause_assignment(life.session, life.assignment(step), acting(life.boss), reason="A while")


def _resume(life: Life, step: Step) -> None:
    resume_assignment(life.session, life.assignment(step), acting(life.boss), reason="On")


def _complete(life: Life, _step: Step) -> None:
    completed(life.session, complete(life.session, life.person))


def _enter(life: Life, step: Step) -> None:
    means = Means.PRIOR if step.which % 2 else Means.GRANTED
    done = complete(life.session, life.person, days_ago=step.number, means=means)
    completed(life.session, done)


def _revoke(life: Life, step: Step) -> None:
    done = life.chosen(life.completions(), step)
    assert isinstance(done, Completion)
    revoke_completions(life.session, [done], BECAUSE, acting(life.boss))


def _restore(life: Life, step: Step) -> None:
    done = life.chosen([each for each in life.completions() if each.revoked_at], step)
    assert isinstance(done, Completion)
    restore_completion(life.session, done, acting(life.boss), reason="A mistake")


def _extend(life: Life, step: Step) -> None:
    day = life.in_days(step.number)
    give_extension(life.session, life.requirements(), day, BECAUSE, acting(life.boss))


def _take_back(life: Life, step: Step) -> None:
    given = life.chosen(life.session.scalars(sa.select(Extension)).all(), step)
    assert isinstance(given, Extension)
    take_back_extension(life.session, given, acting(life.boss), reason="A mistake")


def _away(life: Life, step: Step) -> None:
    first = life.in_days(step.which * 5 - 20)
    last = first + timedelta(days=step.number) if step.number % 5 else None
    rest = Rest(Excuse.ABSENT, first, last)
    mark_absent(life.session, [life.person], rest, BECAUSE, acting(life.boss))


def _waive(life: Life, step: Step) -> None:
    rest = Rest(Excuse.WAIVED, life.in_days(step.which), life.in_days(step.which + step.number))
    waive(life.session, life.requirements(), rest, BECAUSE, acting(life.boss))


def _end_leave(life: Life, step: Step) -> None:
    leave = life.chosen(life.leaves(), step)
    assert isinstance(leave, Leave)
    day = leave.starts_on + timedelta(days=step.number)
    end_leave(life.session, leave, day, acting(life.boss), reason="Back")


def _forget_leave(life: Life, step: Step) -> None:
    leave = life.chosen(life.leaves(), step)
    assert isinstance(leave, Leave)
    take_back_leave(life.session, leave, acting(life.boss), reason="A mistake")


def _move(life: Life, step: Step) -> None:
    unit: Unit = life.units[step.which % 2]
    post_person(life.session, life.person, unit, acting(life.boss), reason="Moved")
    _match(life.session, life.person)


def _leave(life: Life, _step: Step) -> None:
    day = life.in_days(-1)
    mark_as_left(life.session, life.person, day, acting(life.boss), reason="Left")
    _match(life.session, life.person)


def _match(session: Session, person: Person) -> None:
    session.flush()
    match_person(session, person.id)


def _begin(life: Life, _step: Step) -> None:
    rounds = sa.select(sa.func.count()).where(ModuleRound.person_id == life.person.id)
    number = (life.session.scalar(rounds) or 0) + 1
    round = ModuleRound(
        person_id=life.person.id, module_slug=MODULE, number=number, started_at=clock.now()
    )
    life.session.add(round)
    life.session.flush()
    started(life.session, life.person.id, [(TargetKind.MODULE, MODULE)])


def _wait(_life: Life, _step: Step) -> None:
    """Only time passes."""


ACTIONS: dict[str, Callable[[Life, Step], None]] = {
    "assign": _assign,
    "complete": _complete,
    "wait": _wait,
    "enter": _enter,
    "begin": _begin,
    "extend": _extend,
    "away": _away,
    "move": _move,
    "revoke": _revoke,
    "restore": _restore,
    "change": _change,
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "take back": _take_back,
    "waive": _waive,
    "end leave": _end_leave,
    "forget leave": _forget_leave,
    "leave": _leave,
}
