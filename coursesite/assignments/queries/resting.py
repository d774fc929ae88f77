"""Waivers, absences and extensions, and the requirements that decisions are about."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Extension, Leave, Period, Requirement
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.rules import Excuse, RequirementState
from coursesite.errors import NotFound
from coursesite.people.models import Person
from coursesite.people.queries import called, posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind

PAGE = 50

T = TypeVar("T")


def chosen_people(
    session: Session, scope: Scope, ids: Collection[int], staff_numbers: Collection[str]
) -> Sequence[Person]:
    """Those of this scope whom the ids or the staff numbers name, by name."""
    named = sa.or_(Person.id.in_(ids), Person.staff_number.in_(staff_numbers))
    found = sa.select(Person).where(posted_within(scope), named, Person.left_on.is_(None))
    return session.scalars(found.order_by(Person.family_name, Person.given_name, Person.id)).all()


def requirements_held(
    session: Session, person_ids: Collection[int], kind: TargetKind, slug: str
) -> Sequence[Requirement]:
    """What these people must do of this target now; nobody else changes it meanwhile."""
    found = sa.select(Requirement).where(
        Requirement.person_id.in_(person_ids),
        Requirement.target_kind == kind,
        Requirement.target_slug == slug,
        Requirement.state == RequirementState.ACTIVE,
    )
    return session.scalars(found.order_by(Requirement.id).with_for_update()).all()


def open_periods(session: Session, requirement_ids: Collection[int]) -> dict[int, Period]:
    """The open period of each, by its requirement."""
    found = (
        sa.select(Period)
        .join(Requirement, is_open_period())
        .where(Period.requirement_id.in_(requirement_ids))
    )
    return {each.requirement_id: each for each in session.scalars(found)}


def last_completed(session: Session, requirement_id: int) -> Period | None:
    """The latest period that was completed and counts."""
    found = sa.select(Period).where(
        Period.requirement_id == requirement_id,
        Period.completed_at.is_not(None),
        Period.cancelled_at.is_(None),
    )
    return session.scalars(found.order_by(Period.number.desc())).first()


def unsettled_among(session: Session, person_ids: Collection[int], today: date) -> Sequence[int]:
    """Who of these has an absence that is over, and whose days were not given back yet."""
    over = sa.select(Leave.person_id).where(
        Leave.person_id.in_(person_ids),
        Leave.excuse == Excuse.ABSENT,
        Leave.ends_on < today,
        Leave.settled_at.is_(None),
        Leave.taken_back_at.is_(None),
    )
    return session.scalars(over.distinct().order_by(Leave.person_id)).all()


def get_own_requirement(session: Session, requirement_id: int, person_id: int) -> Requirement:
    """Something that is asked of this person; what is asked of others does not exist."""
    found = sa.select(Requirement).where(
        Requirement.id == requirement_id,
        Requirement.person_id == person_id,
        Requirement.state == RequirementState.ACTIVE,
    )
    return _found(session, found)


def get_leave(session: Session, leave_id: int, scope: Scope) -> Leave:
    found = sa.select(Leave).join(Person, Person.id == Leave.person_id)
    return _found(session, found.where(Leave.id == leave_id, posted_within(scope)))


def get_extension(session: Session, extension_id: int, scope: Scope) -> Extension:
    found = sa.select(Extension).join(Period, Period.id == Extension.period_id)
    extension: Extension = _found(
        session, _within(found, scope).where(Extension.id == extension_id)
    )
    return extension


def get_completion(session: Session, completion_id: int, scope: Scope) -> Completion:
    found = sa.select(Completion).join(Person, Person.id == Completion.person_id)
    return _found(session, found.where(Completion.id == completion_id, posted_within(scope)))


def latest_completions(
    session: Session, person_ids: Collection[int], kind: TargetKind, slug: str
) -> Sequence[Completion]:
    """The latest completion of this target that counts, of each of these people."""
    found = (
        sa.select(Completion)
        .where(
            Completion.person_id.in_(person_ids),
            Completion.target_kind == kind,
            Completion.target_slug == slug,
            Completion.revoked_at.is_(None),
        )
        .order_by(Completion.completed_at, Completion.id)
    )
    latest = {each.person_id: each for each in session.scalars(found)}
    return list(latest.values())


def person_extended(session: Session, extension: Extension) -> int:
    """Whose date it moves."""
    found = sa.select(Requirement.person_id).join(Period, Period.requirement_id == Requirement.id)
    return session.scalars(found.where(Period.id == extension.period_id)).one()


def leaves_of(session: Session, person_id: int) -> Sequence[AnyRow]:
    """Every waiver and absence of a person, the latest first, with what is waived and by whom."""
    by, back_by = aliased(Person), aliased(Person)
    found = (
        sa.select(
            Leave,
            Requirement.target_kind,
            Requirement.target_slug,
            called(by).label("by"),
            called(back_by).label("back_by"),
        )
        .outerjoin(Requirement, Requirement.id == Leave.requirement_id)
        .outerjoin(by, by.id == Leave.approved_by_id)
        .outerjoin(back_by, back_by.id == Leave.taken_back_by_id)
        .where(Leave.person_id == person_id)
        .order_by(Leave.starts_on.desc(), Leave.id.desc())
    )
    return session.execute(found).all()


def extensions_of(session: Session, person_id: int) -> Sequence[AnyRow]:
    """Every extension of a person, asked for or given, the latest first, with its target."""
    found = (
        sa.select(Extension, Requirement.target_kind, Requirement.target_slug)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Requirement.person_id == person_id)
        .order_by(Extension.id.desc())
    )
    return session.execute(found).all()


def asked_in(session: Session, scope: Scope, after_id: int = 0) -> Sequence[AnyRow]:
    """A page of the extensions that wait for a decision, the oldest first, and one more."""
    page = _waiting(scope).where(Extension.id > after_id).order_by(Extension.id).limit(PAGE + 1)
    first = page.subquery()
    found = (
        sa.select(*_ASKED)
        .select_from(first)
        .join(Extension, Extension.id == first.c.id)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
    )
    return session.execute(found.order_by(Extension.id)).all()


def number_asked(scope: Scope) -> sa.ScalarSelect[int]:
    """How many wait for a decision: a question within another; beyond 100 it is 100."""
    some = _waiting(scope).limit(100).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _waiting(scope: Scope) -> sa.Select[*tuple[int]]:
    """Those that wait, and of each whether it is of this scope.

    Few wait, however many people there are; joined to these, SQLite walked through all of them.
    """
    whose = (
        sa.select(Period.id)
        .join(Requirement, is_open_period())
        .join(Person, Person.id == Requirement.person_id)
        .where(Period.id == Extension.period_id, posted_within(scope))
    )
    return sa.select(Extension.id).where(
        Extension.decided_at.is_(None), whose.correlate(Extension).exists()
    )


_ASKED: tuple[Any, ...] = (
    Extension,
    Period.due_on.label("stored"),
    Requirement.target_kind,
    Requirement.target_slug,
    Requirement.person_id,
    Person.given_name,
    Person.family_name,
    Person.unit_id,
)


def holds_on(today: date) -> sa.ColumnElement[bool]:
    """The condition that a waiver or an absence holds on a day."""
    return sa.and_(
        Leave.taken_back_at.is_(None),
        Leave.starts_on <= today,
        sa.or_(Leave.ends_on.is_(None), Leave.ends_on >= today),
    )


def people_to_look_at(session: Session, organisation_id: int, today: date) -> list[int]:
    """Those for whom something rests, should rest today, or has rested until lately."""
    over = sa.and_(
        Leave.taken_back_at.is_(None),
        Leave.settled_at.is_(None),
        Leave.excuse == Excuse.ABSENT,
        Leave.ends_on < today,
    )
    leaving = (
        sa.select(Leave.person_id)
        .join(Person, Person.id == Leave.person_id)
        .where(Person.organisation_id == organisation_id, sa.or_(holds_on(today), over))
    )
    resting = sa.select(Requirement.person_id).where(
        Requirement.organisation_id == organisation_id, Requirement.excuse != Excuse.NONE
    )
    return sorted(session.scalars(leaving.union(resting)))


def _within(found: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    return (
        found.join(Requirement, Requirement.id == Period.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .where(posted_within(scope))
    )


def _found(session: Session, found: sa.Select[T]) -> T:
    row = session.scalars(found).one_or_none()
    if row is None:
        raise NotFound("There is no such thing among those whom you look after.")
    return row
