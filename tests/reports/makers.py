"""Requirements as they stand in stories about reports; repair_counts() counts them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import Progress, ReasonCode, RequirementState
from coursesite.assignments.services import Outcome
from coursesite.assignments.services.outcome import NOT_ONESELF
from coursesite.notifications.letters import Letterhead
from coursesite.people.models import Person
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.models import Act
from coursesite.reports.rules import What
from coursesite.reports.services import Decision, Office, note_act
from tests.assignments.makers import acting

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


def decided_by(session: Session, boss: Person, people: list[Person], words: str) -> Act:
    """The boss has waived something for all but the last of these people, who is left out."""
    decision = Decision(What.WAIVER, words, ReasonCode.DUTIES, starts_on=in_days(0))
    head = Letterhead("The site", "https://learn.example.org")
    scope = Scope(boss.organisation_id, None)
    office = Office(acting(boss), boss.name, scope, "UTC", head)
    done = [each.id for each in people[:-1]]
    return note_act(session, decision, Outcome(done, {people[-1].id: NOT_ONESELF}), office)
