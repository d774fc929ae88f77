"""Requiring things of people in tests, without the assignment that leads to it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.rules import Progress, RequirementState
from coursesite.people.models import Person
from coursesite.progress.rules import TargetKind


def require(session: Session, person: Person, kind: TargetKind, slug: str) -> Requirement:
    """As an assignment would: open since yesterday, due in a month."""
    today = clock.now().date()
    requirement = Requirement(
        person_id=person.id,
        organisation_id=person.organisation_id,
        unit_id=person.unit_id,
        target_kind=kind,
        target_slug=slug,
        state=RequirementState.ACTIVE,
        progress=Progress.NOT_STARTED,
        due_on=today + timedelta(days=30),
        created_at=clock.now(),
    )
    session.add(requirement)
    session.flush()
    open_period(session, requirement, number=1)
    return requirement


def open_period(session: Session, requirement: Requirement, number: int, days: int = -1) -> None:
    today = clock.now().date()
    session.add(
        Period(
            requirement_id=requirement.id,
            number=number,
            assigned_on=today,
            opens_on=today + timedelta(days=days),
            due_on=today + timedelta(days=30),
            first_due_on=today + timedelta(days=30),
        )
    )
    session.commit()
