"""What a ladder would do: how many are told at once, and how many in the next 30 days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    Period,
    Reminder,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.queries.led import number_led
from coursesite.assignments.queries.picking import is_picked
from coursesite.assignments.rules import Plan, about, may_be_missed, one_of
from coursesite.people.models import Person
from coursesite.reminding.models import AssignmentLadder, ReminderRun
from coursesite.reminding.queries.due import may_be_told, steps_taken
from coursesite.reminding.rules import Ladder, Level

SOON = 30


@dataclass(frozen=True)
class Foreseen:
    """Of how many people somebody is told at once, by level; and in the next 30 days, by step.

    Whoever is told at once gets one message, however many steps have passed. Where that is known,
    `due_on` is the date that most of them have, and `first_on` the day of the first step to come.
    Of very many people one of so many is looked at, and the numbers are `estimated`.
    """

    at_once: dict[Level, int]
    soon: list[tuple[Level, int, int]]
    due_on: date | None = field(default=None, compare=False)
    first_on: date | None = field(default=None, compare=False)
    one_of: int = 1

    @property
    def estimated(self) -> bool:
        return self.one_of > 1

    @property
    def missed(self) -> int:
        """How few people may not be seen in an estimate."""
        return may_be_missed(self.one_of)

    @property
    def is_soon(self) -> bool:
        """Whether any step comes in the next 30 days."""
        return any(number for _level, _day, number in self.soon)

    @property
    def numbers(self) -> str:
        """What was seen of it, so that nothing else is enabled."""
        return " ".join(str(each) for each in self.at_once.values())


def foresee(session: Session, assignment_id: int, ladder: Ladder, today: date) -> Foreseen:
    """If these steps were enabled today, and nobody finished meanwhile.

    Of very many, some are looked at, and what is told is an estimate.
    """
    picked = one_of(number_led(session, assignment_id))
    steps = [(level, day) for level in Level for day in ladder.days(level)]
    at_once = [_at_once(level, ladder, today) for level in Level]
    soon = [_soon(day, today) for _, day in steps]
    columns: list[Any] = [sa.func.coalesce(sa.func.sum(each), 0) for each in (*at_once, *soon)]
    found = (
        sa.select(*columns)
        .select_from(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .join(Period, is_open_period())
        .join(Person, Person.id == Requirement.person_id)
        .where(
            RequirementSource.assignment_id == assignment_id,
            RequirementSource.ended_on.is_(None),
            is_picked(RequirementSource.requirement_id, picked),
            may_be_told(today),
        )
    )
    numbers = [_told(int(each), picked) for each in session.execute(found).one()]
    return Foreseen(
        at_once=dict(zip(Level, numbers, strict=False)),
        soon=[
            (level, day, number)
            for (level, day), number in zip(steps, numbers[len(Level) :], strict=True)
        ],
        one_of=picked,
    )


def _told(number: int, one_of: int) -> int:
    """Each of those who were looked at stands for so many; what is estimated is rounded."""
    return number if one_of == 1 else about(number * one_of)


def _at_once(level: Level, ladder: Ladder, today: date) -> sa.ColumnElement[int]:
    """1 where the latest step of the level has come and was not taken."""
    days = ladder.days(level)
    if not days:
        return sa.literal(0)
    taken = sa.exists().where(
        Reminder.period_id == Period.id, Reminder.step == _name(level, days, today)
    )
    come = _has_come(days, ladder.since, today)
    return sa.case((sa.and_(come, ~taken.correlate(Period)), 1), else_=0)


def _has_come(days: Sequence[int], since: date | None, today: date) -> sa.ColumnElement[bool]:
    """Of a step that is told, the day is here or past."""
    if since is None:
        return Period.due_on <= today - timedelta(days=min(days))
    each = (
        Period.due_on.between(since - timedelta(days=day), today - timedelta(days=day))
        for day in days
    )
    return sa.or_(*each)


def _name(level: Level, days: Sequence[int], today: date) -> sa.ColumnElement[str]:
    """What `step_name` says, as the database says it."""
    prefix = "" if level is Level.OWN else level.value
    steps = [
        (Period.due_on <= today - timedelta(days=day), f"{prefix}{f'{day:+d}' if day else '0'}")
        for day in sorted(days, reverse=True)
    ]
    moved = sa.literal("@").concat(sa.cast(Period.due_on, sa.String))
    suffix = sa.case((Period.due_on == Period.first_due_on, ""), else_=moved)
    return sa.case(*steps, else_="").concat(suffix)


def _soon(day: int, today: date) -> sa.ColumnElement[int]:
    first = today - timedelta(days=day)
    comes = sa.and_(Period.due_on > first, Period.due_on <= first + timedelta(days=SOON))
    return sa.case((comes, 1), else_=0)


def told_already(plan: Plan) -> sa.ColumnElement[str]:
    """Of a requirement's open period the date at first, then the steps that were taken, with blanks
    between them; None if there are none.

    Whoever tells has a ladder: where the target never had any, nobody is looked at.
    """
    period = aliased(Period)
    told = sa.cast(period.first_due_on, sa.String).concat(" ").concat(steps_taken(period))
    found = sa.select(told).where(
        period.requirement_id == Requirement.id,
        period.completed_at.is_(None),
        period.cancelled_at.is_(None),
    )
    return _where_open(_ladders(plan), found.correlate(Requirement).scalar_subquery())


def reminded(plan: Plan) -> sa.ColumnElement[bool]:
    """Whether anything reminds of a requirement's open period."""
    ladders = _ladders(plan).where(AssignmentLadder.enabled)
    leading = sa.exists().where(
        RequirementSource.requirement_id == Requirement.id,
        RequirementSource.ended_on.is_(None),
        RequirementSource.assignment_id.in_(ladders),
    )
    return _where_open(ladders, leading.correlate(Requirement))


def _ladders(plan: Plan) -> sa.Select[int]:
    """Of all assignments of the target in the organisation, as only these lead to it."""
    return (
        sa.select(AssignmentLadder.assignment_id)
        .join(Assignment, Assignment.id == AssignmentLadder.assignment_id)
        .where(
            Assignment.organisation_id == plan.organisation_id,
            Assignment.target_kind == plan.kind,
            Assignment.target_slug == plan.slug,
        )
        .correlate(None)
    )


def _where_open(ladders: sa.Select[int], found: Any) -> sa.ColumnElement[Any]:
    """Asked only where something is open and could be told of; whether it could is asked once."""
    return sa.case((sa.and_(Requirement.due_on.is_not(None), ladders.exists()), found))


def find_ladder(session: Session, assignment_id: int) -> AssignmentLadder | None:
    return session.get(AssignmentLadder, assignment_id)


def served_on(session: Session, organisation_id: int) -> date | None:
    """The last day whose reminders have begun."""
    run = session.get(ReminderRun, organisation_id)
    return run.run_on if run else None
