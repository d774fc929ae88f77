"""Requirements as they stand in stories about reports; repair_counts() counts them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
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
