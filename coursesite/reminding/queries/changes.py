"""Whom the change of a text would ask to learn it again, and how many mails that would bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Period, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.queries.text_changes import Whom
from coursesite.assignments.rules import Excuse, RequirementState, about, may_be_missed, one_of
from coursesite.people.models import Person
from coursesite.reminding.models import AssignmentLadder
from coursesite.reminding.queries.due import steps_taken
from coursesite.reminding.rules import Ladder, Level, steps_due


@dataclass(frozen=True)
class ChangeEffect:
    """How many are certified on a text and would be asked again, of whom some renew already; how
    many dates would move; and how many of them would get a mail with the next reminders, at most.
    Where only one of so many people was looked at, these are estimates.
    """

    reopened: int = 0
    renewing: int = 0
    moved: int = 0
    mails: int = 0
    one_of: int = 1

    @property
    def certified(self) -> int:
        return self.reopened + self.renewing

    @property
    def missed(self) -> int:
        """How few people may not be seen in an estimate."""
        return may_be_missed(self.one_of)

    def of_all(self, one_of: int) -> "ChangeEffect":
        """Each of those who were looked at stands for so many; what is estimated is rounded."""
        if one_of == 1:
            return self
        return ChangeEffect(
            about(self.reopened * one_of),
            about(self.renewing * one_of),
            about(self.moved * one_of),
            about(self.mails * one_of),
            one_of,
        )


def effects_of_change(
    session: Session, whom: Whom, days: Sequence[int], today: date
) -> list[ChangeEffect]:
    """What asking them to learn it within each of these numbers of days would do.

    Nothing is written. Who is told of several things gets one mail, so mails may be fewer.
    Of very many, some are looked at.
    """
    picked = one_of(whom.most(session))
    rows = session.execute(_alike(whom.requirements(picked))).all()
    found = (_effect(rows, today + timedelta(days=each), today) for each in days)
    return [each.of_all(picked) for each in found]


def _effect(rows: Sequence[AnyRow], due_on: date, today: date) -> ChangeEffect:
    moved = [row for row in rows if row.due_on is not None and row.due_on > due_on]
    new = [row for row in rows if row.due_on is None]
    told = [row for row in (*new, *moved) if row.own is not None and _is_told(row, due_on, today)]
    return ChangeEffect(
        reopened=sum(row.requirements for row in new),
        renewing=sum(row.requirements for row in rows if row.due_on is not None),
        moved=sum(row.requirements for row in moved),
        mails=sum(row.told_people for row in told),
    )


def _is_told(row: AnyRow, due_on: date, today: date) -> bool:
    """Is a step of their own due for them, of a new period or of one whose date moves?"""
    ladder = Ladder(tuple(row.own), tuple(row.manager), tuple(row.above), row.since)
    first, told = row.first_due_on or due_on, frozenset((row.told or "").split())
    steps = steps_due(ladder, due_on, first, today, told)
    return any(step.level is Level.OWN for step in steps)


def _alike(whom: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """So many who stand alike, with the ladder that reminds them; nobody excused or gone is."""
    reminded = sa.and_(
        Requirement.state == RequirementState.ACTIVE,
        Requirement.excuse == Excuse.NONE,
        Person.left_on.is_(None),
        Person.erased_at.is_(None),
    )
    each = (
        whom.with_only_columns(
            Requirement.person_id,
            sa.case((sa.and_(reminded, _ladders().exists()), _ladder())).label("assignment_id"),
            Period.due_on,
            Period.first_due_on,
            sa.case((Period.id.is_not(None), steps_taken())).label("told"),
        )
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Period, is_open_period())
        .subquery("each")
    )
    columns = (each.c.assignment_id, each.c.due_on, each.c.first_due_on, each.c.told)
    alike = (
        sa.select(
            *columns,
            sa.func.count().label("requirements"),
            sa.func.count(each.c.person_id.distinct()).label("told_people"),
        )
        .group_by(*columns)
        .subquery("alike")
    )
    ladder = AssignmentLadder
    return sa.select(alike, ladder.own, ladder.manager, ladder.above, ladder.since).outerjoin(
        ladder, ladder.assignment_id == alike.c.assignment_id
    )


def _ladder() -> sa.ScalarSelect[int]:
    """The oldest assignment that leads to a requirement and reminds of it."""
    return (
        sa.select(sa.func.min(RequirementSource.assignment_id))
        .where(
            RequirementSource.requirement_id == Requirement.id,
            RequirementSource.ended_on.is_(None),
            RequirementSource.assignment_id.in_(_ladders()),
        )
        .correlate(Requirement)
        .scalar_subquery()
    )


def _ladders() -> sa.Select[int]:
    """Of all assignments that ask for something and remind of it; asked once."""
    return (
        sa.select(AssignmentLadder.assignment_id)
        .join(Assignment, Assignment.id == AssignmentLadder.assignment_id)
        .where(
            Assignment.ended_at.is_(None),
            Assignment.paused_at.is_(None),
            AssignmentLadder.enabled,
        )
    )
