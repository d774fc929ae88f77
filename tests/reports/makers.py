"""Requirements for stories about reports, with the counts that belong to them."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import ComplianceCount, Requirement
from coursesite.assignments.rules import Progress, RequirementState
from coursesite.people.models import Person
from coursesite.progress.rules import TargetKind

MODULE = "prison-1-first-days"


def in_days(number: int) -> date:
    return clock.today("UTC") + timedelta(days=number)


def require(session: Session, person: Person, slug: str = MODULE, **values: Any) -> Requirement:
    """The person must do the module; not started and due in 100 days, if nothing else is said."""
    requirement = Requirement(
        **{
            "person_id": person.id,
            "organisation_id": person.organisation_id,
            "unit_id": person.unit_id,
            "target_kind": TargetKind.MODULE,
            "target_slug": slug,
            "state": RequirementState.ACTIVE,
            "created_at": clock.now(),
            "progress": Progress.NOT_STARTED,
            "due_on": in_days(100),
            **values,
        }
    )
    session.add(requirement)
    session.flush()
    return requirement


def count_all(session: Session) -> None:
    """Make the counts what the requirements add up to."""
    session.execute(sa.delete(ComplianceCount))
    days = (Requirement.due_on, Requirement.valid_until, Requirement.grace_until)
    key = (
        Requirement.unit_id,
        Requirement.target_kind,
        Requirement.target_slug,
        Requirement.progress,
        Requirement.excuse,
    )
    rows = (
        sa.select(*key, *(sa.func.coalesce(day, date.max) for day in days), sa.func.count())
        .where(Requirement.state == RequirementState.ACTIVE, Requirement.unit_id.is_not(None))
        .group_by(*key, *days)
    )
    names = [*(column.key for column in (*key, *days)), "people"]
    session.execute(sa.insert(ComplianceCount).from_select(names, rows))
