"""The people whom an assignment reached with an impossible date, waiting for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Assignment, Parked, Requirement
from coursesite.assignments.queries.candidates import AnyRow, is_here
from coursesite.assignments.queries.led import AssignmentId, has_live_source
from coursesite.assignments.rules import Problem, Progress
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope

PAGE = 50


@dataclass(frozen=True)
class Narrowed:
    """Only those of one assignment, or with one problem; None is all."""

    assignment_id: int | None = None
    problem: Problem | None = None

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        wanted = []
        if self.assignment_id is not None:
            wanted.append(Parked.assignment_id == self.assignment_id)
        if self.problem is not None:
            wanted.append(Parked.problem == self.problem)
        return sa.and_(sa.true(), *wanted)


ALL = Narrowed()


def parked_in(
    session: Session, scope: Scope, today: date, after_id: int = 0, narrowed: Narrowed = ALL
) -> Sequence[AnyRow]:
    """A page of those of these units, in the order in which they were parked, and one more."""
    found = (
        _people()
        .where(waiting_in(scope, today), narrowed.condition, Parked.id > after_id)
        .order_by(Parked.id)
        .limit(PAGE + 1)
    )
    return session.execute(found).all()


def decided_in(
    session: Session, scope: Scope, today: date, before_id: int | None = None
) -> Sequence[AnyRow]:
    """A page of those about whom somebody has decided, the last parked first, and one more."""
    decider = aliased(Person)
    found = (
        _people()
        .add_columns(
            Parked.decision,
            Parked.decided_at,
            decider.given_name.label("decider_given"),
            decider.family_name.label("decider_family"),
        )
        .join(decider, decider.id == Parked.decided_by_id)
        .where(_stands_in(scope, today), Parked.decided_at.is_not(None))
        .order_by(Parked.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        found = found.where(Parked.id < before_id)
    return session.execute(found).all()


def cases_in(session: Session, scope: Scope, today: date) -> Sequence[AnyRow]:
    """How many wait in each assignment by each problem, those of the latest first."""
    case = (
        Parked.assignment_id,
        Parked.problem,
        Assignment.target_kind,
        Assignment.target_slug,
        Assignment.created_at,
    )
    found = (
        sa.select(*case, sa.func.count().label("people"))
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(waiting_in(scope, today))
        .group_by(*case)
        .order_by(Parked.assignment_id.desc(), Parked.problem)
    )
    return session.execute(found).all()


def ids_waiting(
    session: Session,
    scope: Scope,
    today: date,
    narrowed: Narrowed,
    page: tuple[int, int, int] | None = None,
) -> Sequence[int]:
    """All of those that a filter shows; `page` are those after an id, up to another, at most."""
    found = (
        sa.select(Parked.id)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(waiting_in(scope, today), narrowed.condition)
        .order_by(Parked.id)
    )
    if page is not None:
        after_id, until_id, most = page
        found = found.where(Parked.id > after_id, Parked.id <= until_id).limit(most)
    return session.scalars(found).all()


def assignments_waiting(
    session: Session, scope: Scope, today: date, narrowed: Narrowed
) -> Sequence[Assignment]:
    """The assignments of those that a filter shows."""
    ids = (
        sa.select(Parked.assignment_id)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(waiting_in(scope, today), narrowed.condition)
    )
    return session.scalars(sa.select(Assignment).where(Assignment.id.in_(ids))).all()


def any_waits(session: Session, scope: Scope, today: date) -> bool:
    """Whether somebody waits at all."""
    found = (
        sa.select(Parked.id)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(waiting_in(scope, today))
    )
    return session.scalars(found.limit(1)).first() is not None


def waiting_in(scope: Scope, today: date) -> sa.ColumnElement[bool]:
    """Nobody has decided yet, the assignment asks, and the person is still here."""
    return sa.and_(
        Parked.decided_at.is_(None), Assignment.paused_at.is_(None), _stands_in(scope, today)
    )


def undoable_in(scope: Scope, today: date) -> sa.ColumnElement[bool]:
    """Somebody has decided, the assignment still stands, and the person is still here."""
    return sa.and_(Parked.decided_by_id.is_not(None), _stands_in(scope, today))


def not_begun(*, but: AssignmentId) -> sa.ColumnElement[bool]:
    """Nobody has done anything about a requirement, and no assignment but for this one asks it."""
    return sa.and_(
        Requirement.progress == Progress.NOT_STARTED,
        Requirement.valid_until.is_(None),
        ~has_live_source(matching=False, but=but),
    )


def _stands_in(scope: Scope, today: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        Assignment.ended_at.is_(None),
        Assignment.organisation_id == scope.organisation_id,
        posted_within(scope),
        is_here(today),
    )


def _people() -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(
            Parked.id,
            Parked.problem,
            Parked.due_on,
            Parked.assignment_id,
            Assignment.target_kind,
            Assignment.target_slug,
            Assignment.due_rule,
            Person.given_name,
            Person.family_name,
            Person.unit_id,
        )
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
    )
