"""What is counted once for many lines comes to the same rows as line by line."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    ComplianceCount,
    Period,
    Requirement,
    RequirementVersion,
)
from coursesite.assignments.services import assign, match_person, recount
from coursesite.assignments.services.history import repair_versions
from coursesite.audit.models import Event
from coursesite.history import services
from coursesite.history.library import read_lines
from coursesite.history.rules import BatchState, DayOrder
from coursesite.history.services import importing
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from tests.assignments.makers import (
    MODULE,
    acting,
    in_days,
    make_plan,
    publish_module,
    publish_path,
)
from tests.makers import make_organisation, make_person, make_unit

DAYS = (-20, -100, -340, -500, -900)
ALIKE = ("state", "progress", "excuse", "due_on", "valid_until", "grace_until")


@pytest.fixture
def unit(session: Session) -> Unit:
    for slug in (MODULE, "another"):
        publish_module(session, slug)
    publish_path(session)
    return make_unit(session, make_organisation(session), "Wing")


def imported(session: Session, unit: Unit, at_once: int) -> list[Person]:
    """Ten people with completions old and new, of modules that make up a path, and all of it."""
    importing.SOME = at_once
    people = [make_person(session, unit, staff_number=f"P{at_once}-{n}") for n in range(10)]
    for each in people:
        match_person(session, each.id)
    boss = make_person(session, unit, audience=None)
    lines = [
        f"{each.staff_number},module:{slug},{in_days(day)}"
        for number, each in enumerate(people)
        for slug in (MODULE, "another")[: 1 + number % 2]
        for day in DAYS[: 1 + number % 5]
    ]
    text = "\n".join(["staff_number,training,completed_on", *lines]).encode()
    scope, sent = Scope(unit.organisation_id, None), services.Sent("a", text, DayOrder.UNSAID)
    batch = services.send_file(session, sent, scope, acting(boss))
    known = services.know(session, batch, "en")
    services.check_lines(session, known, list(read_lines(text)))
    batch.state = BatchState.CHECKED
    services.begin_import(session, batch, "The old system", acting(boss))
    while services.import_some(session, known, "The site", acting(boss)):
        session.flush()
    return people


def rows_of(session: Session, people: list[Person]) -> dict[str, list[tuple[Any, ...]]]:
    """What is kept of them, by their place among them."""
    place = {each.id: number for number, each in enumerate(people)}
    ids = list(place)
    own = Requirement.person_id.in_(ids)
    target = (Requirement.person_id, Requirement.target_slug)
    found: dict[str, Any] = {
        "requirements": sa.select(*target, *(getattr(Requirement, name) for name in ALIKE)).where(
            own
        ),
        "versions": sa.select(*target, *(getattr(RequirementVersion, name) for name in ALIKE))
        .join(RequirementVersion, RequirementVersion.requirement_id == Requirement.id)
        .where(own),
        "periods": sa.select(*target, Period.number, Period.due_on, Period.valid_until)
        .join(Period, Period.requirement_id == Requirement.id)
        .where(own),
        "completions": sa.select(
            Completion.person_id, Completion.target_slug, Completion.number, Completion.means
        ).where(Completion.person_id.in_(ids)),
    }
    return {
        name: sorted((place[row[0]], *map(str, row[1:])) for row in session.execute(each))
        for name, each in found.items()
    }


def test_one_at_a_time_and_many_at_once_come_to_the_same(
    session: Session, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SOME", 1)
    other = make_unit(session, make_organisation(session), "Wing")
    people = {}
    for where, at_once in ((unit, 1), (other, 200)):
        boss = make_person(session, where, audience=None)
        assign(session, make_plan(where), acting(boss))
        assign(session, make_plan(where, slug="another"), acting(boss))
        people[at_once] = imported(session, where, at_once)

    one, many = rows_of(session, people[1]), rows_of(session, people[200])
    assert many == one
    assert len(one["completions"]) > 30
    assert len({row[3] for row in one["requirements"]}) > 1
    assert recount(session) == []
    assert repair_versions(session) == 0
    counts = sa.select(ComplianceCount.unit_id, sa.func.sum(ComplianceCount.people))
    numbers = dict(iter(session.execute(counts.group_by(ComplianceCount.unit_id))))
    assert numbers[unit.id] == numbers[other.id]
    entered = sa.select(sa.func.count()).where(Event.kind == "completion-entered")
    prior = sa.select(sa.func.count()).where(Completion.means == Means.PRIOR)
    assert session.scalar(entered) == session.scalar(prior)
