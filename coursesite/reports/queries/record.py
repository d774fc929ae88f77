"""One person's record, as far as a manager may see it: no marks, no answers, no notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from coursesite.assignments.models import Extension, Period, Requirement
from coursesite.assignments.queries.as_of import Past, rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import RequirementState
from coursesite.errors import NotFound
from coursesite.people.models import Person, Unit
from coursesite.people.queries import called, posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import HANDED_IN, AttemptState

Row = sa.Row[*tuple[Any, ...]]


def get_person(session: Session, person_id: int, scope: Scope) -> Person:
    """Somebody whom the manager looks after, with the unit; others do not exist."""
    found = sa.select(Person).where(Person.id == person_id, posted_within(scope))
    person = session.scalars(found.options(joinedload(Person.unit).joinedload(Unit.parent))).first()
    if person is None:
        raise NotFound("There is no such person among those whom you look after.")
    return person


def get_requirement(session: Session, requirement_id: int, person_id: int) -> Requirement:
    """What this person must do, or had to."""
    found = sa.select(Requirement).where(
        Requirement.id == requirement_id, Requirement.person_id == person_id
    )
    requirement = session.scalars(found).first()
    if requirement is None:
        raise NotFound("There is no such thing among those whom you look after.")
    return requirement


def periods_of(session: Session, person_id: int) -> Sequence[Row]:
    """All periods of a person, the latest of each requirement first, with their target.

    A period comes once for each extension of it, or with None; who decided and took it back.
    """
    by, back_by = aliased(Person), aliased(Person)
    found = (
        sa.select(
            Period,
            Extension,
            Requirement.target_kind,
            Requirement.target_slug,
            called(by).label("by"),
            called(back_by).label("back_by"),
        )
        .join(Requirement, Requirement.id == Period.requirement_id)
        .outerjoin(Extension, Extension.period_id == Period.id)
        .outerjoin(by, by.id == Extension.decided_by_id)
        .outerjoin(back_by, back_by.id == Extension.taken_back_by_id)
        .where(Requirement.person_id == person_id)
        .order_by(Period.requirement_id, Period.number.desc())
    )
    return session.execute(found).all()


def completions_of(session: Session, person_id: int) -> Sequence[Row]:
    """Everything that somebody completed, the latest first, and who entered it by hand."""
    found = (
        sa.select(Completion, called(Person).label("by"))
        .outerjoin(Person, Person.id == Completion.evidence["by"].as_integer())
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .options(joinedload(Completion.revision), joinedload(Completion.local_version))
    )
    return session.execute(found).all()


def stood_on(session: Session, person_id: int, past: Past) -> Sequence[Row]:
    """What was required of a person at the end of a past day, where they were, how it stood."""
    rows = rows_of(past)
    found = (
        sa.select(
            rows.id,
            rows.target_kind,
            rows.target_slug,
            Unit.name.label("unit"),
            standing_of(rows, past.day).label("standing"),
            rows.due_on,
            rows.valid_until,
        )
        .outerjoin(Unit, Unit.id == rows.unit_id)
        .where(rows.person_id == person_id, rows.state == RequirementState.ACTIVE)
        .order_by(rows.target_kind, rows.target_slug)
    )
    return session.execute(found).all()


def attempts_of(session: Session, person_id: int, before: datetime | None = None) -> Sequence[Row]:
    """For each quiz and round: how many attempts were handed in, and when one was passed.

    Only of those that were handed in before a moment, if one is given.
    """
    passed = sa.case((Attempt.state == AttemptState.PASSED, Attempt.submitted_at))
    found = (
        sa.select(
            Attempt.quiz_slug,
            Attempt.round,
            sa.func.count().label("number"),
            sa.func.min(passed).label("passed_at"),
            sa.func.max(Attempt.submitted_at).label("last_at"),
        )
        .where(Attempt.person_id == person_id, Attempt.state.in_(HANDED_IN))
        .where(Attempt.submitted_at < before if before else sa.true())
        .group_by(Attempt.quiz_slug, Attempt.round)
        .order_by(sa.desc("last_at"), Attempt.quiz_slug)
    )
    return session.execute(found).all()
