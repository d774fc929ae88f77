"""An assignment to many is carried out in steps: bounded, watched, and once, whatever happens."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked, Requirement
from coursesite.assignments.services import (
    assign,
    assign_in_steps,
    assign_some,
    match_person,
    pause_assignment,
    preview,
    recount,
)
from coursesite.audit.models import Event
from coursesite.jobs.models import Task
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.schedule import LONG
from tests.assignments.makers import acting, in_days, make_plan, publish_module
from tests.assignments.test_views import filled, hidden_fields
from tests.browser import Browser, Queries
from tests.jobs.makers import a_worker, work_all
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def officer(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.TRAINING_OFFICER,), roles_at=unit)


@pytest.fixture
def people(session: Session, unit: Unit, officer: Person) -> list[Person]:
    """Four, and the officer."""
    return [officer, *(make_person(session, unit) for _ in range(4))]


def in_steps(session: Session, assignment: Assignment) -> int:
    """How many steps it took."""
    steps, after_id = 0, 0
    while (some := assign_some(session, assignment.id, after_id)) and some.people:
        steps, after_id = steps + 1, some.last_id
    return steps


def rows(session: Session, slug: str) -> list[tuple[object, ...]]:
    found = sa.select(
        Requirement.person_id, Requirement.state, Requirement.due_on, Requirement.progress
    )
    where = found.where(Requirement.target_slug == slug).order_by(Requirement.person_id)
    return [tuple(row) for row in session.execute(where)]


def test_steps_come_to_the_same_as_all_at_once(
    session: Session, unit: Unit, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    publish_module(session, "other")
    by_all, by_steps = make_plan(unit), make_plan(unit, slug="other")
    assign(session, by_all, acting(people[0]))
    made = assign_in_steps(session, by_steps, preview(session, by_steps), acting(people[0]))
    assert rows(session, "other") == []

    assert in_steps(session, made) == 3

    assert rows(session, "other") == rows(session, by_all.slug)
    assert recount(session) == []
    assert in_steps(session, made) == 0


def test_many_are_assigned_by_a_job_that_one_watches(
    session: Session,
    browser: Browser,
    unit: Unit,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coursesite.assignments.rules.MANY", 5)
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    client = browser.sign_in(people[0])
    check = client.post("/assignments/new", data=filled(unit))
    begun = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    task = session.scalars(sa.select(Task)).one()
    assert begun.location == f"/jobs/{task.id}"
    assert "Assigning" in client.get(begun.location).text

    with browser.app.app_context():
        work_all(LONG)

    session.expire_all()
    assert (task.done, task.total) == (5, 5)
    page = client.get(begun.location).text
    assert "It is assigned to all whom it reaches: 5 people." in page
    assert len(rows(session, make_plan(unit).slug)) == 5
    made = session.scalars(sa.select(Assignment)).one()
    assert f"/assignments/{made.id}" in page
    history = client.get(f"/assignments/{made.id}").text
    assert "Carried out for everybody" in history
    assert "5 new" in history
    assert recount(session) == []


@pytest.mark.parametrize("many", [3, 50])
def test_whose_dates_cannot_be_kept_are_told_apart_from_those_who_are_asked(
    session: Session,
    browser: Browser,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    many: int,
) -> None:
    unit = people[0].unit
    assert unit
    monkeypatch.setattr("coursesite.assignments.rules.MANY", many)
    for each in people[:2]:
        each.hired_on = in_days(-2)
    session.commit()
    client = browser.sign_in(people[0])
    data = filled(unit) | {"due": "after-hire", "due_days": "30"}
    check = client.post("/assignments/new", data=data)
    begun = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    with browser.app.app_context():
        work_all(LONG)
    page = client.get(begun.location).text
    by_job = "5 people. Of these, 3 wait for a decision, as their dates cannot be kept"
    at_once = "It is assigned. 3 people wait for your decision, as their dates cannot be kept."
    assert (by_job if many == 3 else at_once) in page


def test_a_step_that_was_lost_is_taken_again_and_reaches_each_once(
    session: Session, unit: Unit, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    plan = make_plan(unit)
    made = assign_in_steps(session, plan, preview(session, plan), acting(people[0]))
    first = assign_some(session, made.id, 0)
    again = assign_some(session, made.id, 0)
    assert first
    assert again
    assert again.last_id > first.last_id
    joiner = make_person(session, unit)
    match_person(session, joiner.id)

    in_steps(session, made)

    assert [row[0] for row in rows(session, plan.slug)] == sorted(
        [*(each.id for each in people), joiner.id]
    )
    assert recount(session) == []


def test_who_pauses_it_meanwhile_stops_it(
    session: Session,
    browser: Browser,
    unit: Unit,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coursesite.assignments.rules.MANY", 5)
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    client = browser.sign_in(people[0])
    check = client.post("/assignments/new", data=filled(unit))
    begun = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    with browser.app.app_context():
        worker = a_worker(LONG)
        worker.step()
    made = session.scalars(sa.select(Assignment)).one()
    pause_assignment(session, made, acting(people[0]), reason="A mistake.")
    session.commit()
    with browser.app.app_context():
        while worker.step():
            pass
    assert "nobody more was reached" in client.get(begun.location).text
    assert len(rows(session, make_plan(unit).slug)) < 5


def test_the_number_of_questions_does_not_grow_with_the_people(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    plans = [make_plan(unit, reason=str(number)) for number in range(4)]

    def asked(number: int) -> tuple[int, int]:
        with Queries(session.connection()) as foreseeing:
            preview(session, plans[number])
        with Queries(session.connection()) as assigning:
            assign(session, plans[number], acting(people[0]))
        return len(foreseeing), len(assigning)

    asked(0)
    few = asked(1)
    for _ in range(30):
        make_person(session, unit)
    asked(2)
    many = asked(3)
    assert many == few
    assert session.scalars(sa.select(Parked)).all() == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Event))
