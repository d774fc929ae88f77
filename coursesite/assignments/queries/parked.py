"""The people whom an assignment reached with an impossible date, waiting for a decision."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked
from coursesite.assignments.queries.candidates import AnyRow, is_here
from coursesite.people.models import Person, Unit
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope

PAGE = 50


def parked_in(session: Session, scope: Scope, today: date, after_id: int = 0) -> Sequence[AnyRow]:
    """A page of those of these units, in the order in which they were parked, and one more."""
    found = (
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
            Unit.name.label("unit"),
        )
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(waiting_in(scope, today), Parked.id > after_id)
        .order_by(Parked.id)
        .limit(PAGE + 1)
    )
    return session.execute(found).all()


def waiting_in(scope: Scope, today: date) -> sa.ColumnElement[bool]:
    """Nobody has decided yet, the assignment still stands, and the person is still here."""
    return sa.and_(
        Parked.decided_at.is_(None),
        Assignment.ended_at.is_(None),
        Assignment.paused_at.is_(None),
        Assignment.organisation_id == scope.organisation_id,
        posted_within(scope),
        is_here(today),
    )
