"""The open periods of which somebody may have to be told, in the order of their due dates."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    Assignment,
    Period,
    Reminder,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.rules import Excuse, Progress, RequirementState
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.queries import held_on
from coursesite.people.rules import Role
from coursesite.reminding.models import AssignmentLadder
from coursesite.reminding.rules import Ladder
from coursesite.reminding.rules.levels import Managers

TO_DO = (Progress.NOT_STARTED, Progress.IN_PROGRESS, Progress.REVOKED)


def may_be_told(today: date) -> sa.ColumnElement[bool]:
    """The condition, for an open period with its requirement and person, that they are reminded.

    Not those who are waived, absent or complete, who have left, or whose data is erased.
    """
    return sa.and_(
        Requirement.state == RequirementState.ACTIVE,
        Requirement.excuse == Excuse.NONE,
        Requirement.progress.in_(TO_DO),
        Period.opens_on <= today,
        Period.completed_at.is_(None),
        Period.cancelled_at.is_(None),
        Person.left_on.is_(None),
        Person.erased_at.is_(None),
    )


def ladders_in(session: Session, organisation_id: int) -> dict[int, Ladder]:
    """Those of the assignments that ask for something and remind of it."""
    found = (
        sa.select(AssignmentLadder)
        .join(Assignment, Assignment.id == AssignmentLadder.assignment_id)
        .where(
            Assignment.organisation_id == organisation_id,
            Assignment.ended_at.is_(None),
            Assignment.paused_at.is_(None),
            AssignmentLadder.enabled,
        )
    )
    return {each.assignment_id: each.ladder for each in session.scalars(found)}


def open_and_due(
    session: Session,
    organisation_id: int,
    today: date,
    reach: tuple[date, tuple[date, int]],
    most: int,
) -> Sequence[AnyRow]:
    """At most so many, after a due date and requirement, that are due up to a horizon."""
    up_to, (after_day, after_id) = reach
    place = sa.tuple_(Requirement.due_on, Requirement.id)
    found = (
        sa.select(*_COLUMNS)
        .join(Period, is_open_period())
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Requirement.organisation_id == organisation_id,
            Requirement.due_on <= up_to,
            place > sa.tuple_(sa.literal(after_day), sa.literal(after_id)),
            may_be_told(today),
        )
        .order_by(Requirement.due_on, Requirement.id)
        .limit(most)
    )
    return session.execute(found).all()


_COLUMNS: tuple[Any, ...] = (
    Requirement.id,
    Requirement.due_on.label("listed_on"),
    Requirement.person_id,
    Period.id.label("period_id"),
    Period.due_on,
    Period.first_due_on,
    Period.assignment_id,
    Unit.path,
)


def ladder_of_each(
    session: Session, rows: Sequence[AnyRow], ladders: dict[int, Ladder]
) -> dict[int, Ladder]:
    """By requirement: the ladder of the assignment whose date counts, else of the oldest."""
    found = sa.select(RequirementSource.requirement_id, RequirementSource.assignment_id).where(
        RequirementSource.requirement_id.in_([row.id for row in rows]),
        RequirementSource.assignment_id.in_(ladders),
        RequirementSource.ended_on.is_(None),
    )
    leading: defaultdict[int, set[int]] = defaultdict(set)
    for requirement_id, assignment_id in session.execute(found):
        leading[requirement_id].add(assignment_id)
    chosen = {row.id: _chosen(leading[row.id], row.assignment_id) for row in rows}
    return {id_: ladders[each] for id_, each in chosen.items() if each is not None}


def _chosen(leading: set[int], dated_by: int | None) -> int | None:
    return dated_by if dated_by in leading else min(leading, default=None)


def told_of(session: Session, period_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The steps that were taken for each of these periods."""
    found = sa.select(Reminder.period_id, Reminder.step).where(Reminder.period_id.in_(period_ids))
    told: defaultdict[int, set[str]] = defaultdict(set)
    for period_id, step in session.execute(found):
        told[period_id].add(step)
    return {period_id: frozenset(steps) for period_id, steps in told.items()}


def steps_taken(period: type[Period] = Period) -> sa.ColumnElement[str]:
    """The same of one period, with blanks between them; None if there are none."""
    steps = sa.func.aggregate_strings(Reminder.step, " ")
    found = sa.select(steps).where(Reminder.period_id == period.id)
    return found.correlate(period).scalar_subquery()


def managers_of(
    session: Session, organisation_id: int, today: date, roles: Collection[Role] = (Role.MANAGER,)
) -> Managers:
    """Who holds one of these roles in which units of an organisation today, by their paths."""
    found = (
        sa.select(Unit.path, RoleGrant.person_id)
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            Person.organisation_id == organisation_id,
            Person.left_on.is_(None),
            Person.erased_at.is_(None),
            RoleGrant.role.in_(roles),
            held_on(today),
        )
        .order_by(RoleGrant.person_id)
    )
    by_path: defaultdict[str | None, list[int]] = defaultdict(list)
    for path, person_id in session.execute(found):
        if person_id not in by_path[path]:
            by_path[path].append(person_id)
    return {path: tuple(ids) for path, ids in by_path.items()}
