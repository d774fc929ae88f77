"""A long list takes no more memory than a short one."""

import tracemalloc

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import Excuse, Progress, RequirementState
from coursesite.jobs.rules import TaskState
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.exporting import EXPORT, Export
from coursesite.reports.queries import Asked
from coursesite.reports.views.words import WORDS
from coursesite.schedule import LONG
from tests.browser import Browser
from tests.jobs.makers import ask, work_all
from tests.makers import make_person
from tests.reports.makers import in_days

PEOPLE = 10_000
MEGABYTE = 1024 * 1024


def fill(session: Session, unit: Unit) -> None:
    """So many people with a requirement each."""
    numbers = range(PEOPLE)
    people = [
        {
            "organisation_id": unit.organisation_id,
            "unit_id": unit.id,
            "email": f"many-{number}@example.org",
            "given_name": "Robin",
            "family_name": f"Person {number:06}",
            "staff_number": str(number),
            "created_at": clock.now(),
        }
        for number in numbers
    ]
    session.execute(sa.insert(Person), people)
    made = sa.select(
        Person.id,
        Person.organisation_id,
        Person.unit_id,
        *map(sa.literal, (TargetKind.MODULE.value, "prison-1-first-days")),
        *map(sa.literal, (RequirementState.ACTIVE.value, Progress.NOT_STARTED.value)),
        *map(sa.literal, (Excuse.NONE.value, in_days(9))),
        Person.created_at,
    ).where(Person.email.startswith("many-"))
    columns = ("person_id", "organisation_id", "unit_id", "target_kind", "target_slug")
    stands = ("state", "progress", "excuse", "due_on", "created_at")
    session.execute(sa.insert(Requirement).from_select([*columns, *stands], made))
    session.execute(sa.text("ANALYZE"))
    session.commit()


def test_memory_does_not_grow_with_the_list(session: Session, browser: Browser) -> None:
    """A few megabytes, where the rows alone would take more."""
    person = make_person(session)
    assert person.unit
    fill(session, person.unit)
    asked = Asked(Scope(person.organisation_id, None), in_days(0))
    export = Export(asked, {state: str(word) for state, word in WORDS.items()}, "en", "UTC", {})
    payload = {**export.to_json(), "format": "csv"}
    task = ask(session, person, kind=EXPORT, payload=payload, total=PEOPLE)
    session.expunge_all()
    tracemalloc.start()
    with browser.app.app_context():
        work_all(LONG)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    session.add(task)
    session.refresh(task)
    assert (task.state, task.done) == (TaskState.DONE, PEOPLE)
    assert peak < 6 * MEGABYTE, peak
