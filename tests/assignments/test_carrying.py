"""Changing, pausing, resuming and ending for many: in steps, and each of them once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    Assignment,
    Extension,
    Parked,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan
from coursesite.assignments.services import (
    assign,
    change_assignment,
    change_in_steps,
    completed,
    end_assignment,
    end_in_steps,
    match_person,
    pause_assignment,
    pause_in_steps,
    recount,
    resume_assignment,
    resume_in_steps,
    review_change,
)
from coursesite.assignments.services.carrying import Order, Place, carry_some
from coursesite.audit.models import Event
from coursesite.audit.services import Actor
from coursesite.jobs.models import Task
from coursesite.jobs.rules import TaskState
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Audience, Role
from coursesite.schedule import LONG
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.assignments.test_views import filled, hidden_fields
from tests.browser import Browser, Client
from tests.jobs.makers import a_worker, work_all
from tests.makers import make_organisation, make_person, make_unit

OTHER = "other"


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursesite.assignments.services.carrying.STEP", 2)
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    monkeypatch.setattr("coursesite.assignments.rules.MANY", 5)


@pytest.fixture
def prison(session: Session) -> Unit:
    for slug in (MODULE, OTHER):
        publish_module(session, slug)
    return make_unit(session, make_organisation(session), "Prison")


@pytest.fixture
def wing(session: Session, prison: Unit) -> Unit:
    return make_unit(session, session.get_one(Organisation, prison.organisation_id), "Wing", prison)


@pytest.fixture
def officer(session: Session, prison: Unit) -> Person:
    roles = (Role.TRAINING_OFFICER,)
    return make_person(session, prison, roles=roles, roles_at=prison, audience=None)


@pytest.fixture
def people(session: Session, prison: Unit, wing: Unit) -> list[Person]:
    """Some of each kind: teachers and others, here and in the wing."""
    kinds = (Audience.TEACHERS, Audience.PROBATION)
    return [
        make_person(session, unit, audience=kind) for unit in (prison, wing) for kind in kinds * 2
    ]


def plan_for(prison: Unit, slug: str, **values: object) -> Plan:
    return make_plan(prison, slug=slug, **values)


def only(prison: Unit, slug: str) -> Plan:
    """Only teachers, and sooner."""
    units = (Condition(Criterion.UNIT, prison.path), Condition(Criterion.AUDIENCE, "teachers"))
    due = Due(DueRule.AFTER_ASSIGNMENT, days=30)
    return plan_for(prison, slug, conditions=units, due=due)


def with_histories(session: Session, prison: Unit, people: list[Person], slug: str) -> Assignment:
    """Some have completed it; some are asked for it by another assignment too, later or sooner."""
    officer = acting(people[0])
    conditions = tuple(Condition(Criterion.PERSON, str(each.id)) for each in people[2:5])
    later = Due(DueRule.AFTER_ASSIGNMENT, days=90)
    assign(session, plan_for(prison, slug, conditions=conditions, due=later), officer)
    made = assign(session, plan_for(prison, slug), officer)
    for each in (people[3], people[6]):
        completed(session, complete(session, each, slug=slug))
    return made


def rows_of(session: Session, slug: str) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept for a target, without numbers of rows and moments."""
    own = Requirement.target_slug == slug
    person = Requirement.person_id
    columns = (
        person,
        Requirement.state,
        Requirement.progress,
        Requirement.due_on,
        Requirement.valid_until,
    )
    periods = (Period.number, Period.due_on, Period.cancelled_at.is_(None))
    found = {
        "requirements": sa.select(*columns).where(own),
        "sources": sa.select(person, RequirementSource.ended_on)
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .where(own),
        "periods": sa.select(person, *periods)
        .join(Period, Period.requirement_id == Requirement.id)
        .where(own),
        "moves": sa.select(person, Extension.previous_due_on, Extension.due_on, Extension.reason)
        .join(Period, Period.requirement_id == Requirement.id)
        .join(Extension, Extension.period_id == Period.id)
        .where(own),
    }
    return {
        name: sorted((tuple(row) for row in session.execute(each)), key=str)
        for name, each in found.items()
    }


def in_steps(session: Session, order: Order) -> int:
    """Carry it out; how many steps it took."""
    steps, place = 0, Place()
    while True:
        carried = carry_some(session, order, place)
        steps += 1
        if carried.place is None:
            return steps
        place = carried.place


Do = Callable[[Session, Assignment, Unit, Actor], object]


def _change(session: Session, made: Assignment, prison: Unit, officer: Actor) -> object:
    plan = only(prison, made.target_slug)
    return change_assignment(session, made, plan, officer, reason="Why")


def _change_later(session: Session, made: Assignment, prison: Unit, officer: Actor) -> Order:
    plan = only(prison, made.target_slug)
    foreseen = plan, review_change(session, made, plan)
    return change_in_steps(session, made, foreseen, officer, "Why")


def _resume(session: Session, made: Assignment, _prison: Unit, officer: Actor) -> object:
    pause_assignment(session, made, officer, reason="Why")
    made.paused_at = made.created_at.replace(year=made.created_at.year - 1)
    return resume_assignment(session, made, officer, reason="Why")


def _resume_later(session: Session, made: Assignment, _prison: Unit, officer: Actor) -> Order:
    pause_assignment(session, made, officer, reason="Why")
    made.paused_at = made.created_at.replace(year=made.created_at.year - 1)
    return resume_in_steps(session, made, officer, reason="Why")


DEEDS: list[tuple[Do, Callable[[Session, Assignment, Unit, Actor], Order]]] = [
    (_change, _change_later),
    (
        lambda session, made, _unit, by: pause_assignment(session, made, by, reason="Why"),
        lambda session, made, _unit, by: pause_in_steps(session, made, by, reason="Why"),
    ),
    (_resume, _resume_later),
    (
        lambda session, made, _unit, by: end_assignment(session, made, by, reason="Why"),
        lambda session, made, _unit, by: end_in_steps(session, made, by, reason="Why"),
    ),
]


@pytest.mark.parametrize(("at_once", "later"), DEEDS, ids=["change", "pause", "resume", "end"])
def test_steps_come_to_the_same_as_all_at_once(
    session: Session,
    prison: Unit,
    people: list[Person],
    at_once: Do,
    later: Callable[[Session, Assignment, Unit, Actor], Order],
) -> None:
    by_all = with_histories(session, prison, people, MODULE)
    by_steps = with_histories(session, prison, people, OTHER)
    assert rows_of(session, OTHER) == rows_of(session, MODULE)
    at_once(session, by_all, prison, acting(people[1]))
    assert rows_of(session, OTHER) != rows_of(session, MODULE)

    order = later(session, by_steps, prison, acting(people[1]))
    assert in_steps(session, order) > len(people) // 2
    assert rows_of(session, OTHER) == rows_of(session, MODULE)
    assert recount(session) == []

    in_steps(session, order)
    assert rows_of(session, OTHER) == rows_of(session, MODULE)
    assert recount(session) == []


@pytest.fixture
def made(session: Session, prison: Unit, people: list[Person], officer: Person) -> Assignment:
    return assign(session, make_plan(prison), acting(officer))


@pytest.fixture
def client(browser: Browser, officer: Person, made: Assignment) -> Client:
    return browser.sign_in(officer)


def step(browser: Browser, times: int = 1) -> None:
    """A worker takes some steps, and is gone."""
    with browser.app.app_context():
        worker = a_worker(LONG)
        for _ in range(times):
            worker.step()
        worker.let_go()


def finish(browser: Browser) -> None:
    with browser.app.app_context():
        work_all(LONG)


def test_an_assignment_that_asks_many_is_ended_by_a_job_that_one_watches(
    session: Session, browser: Browser, client: Client, made: Assignment, people: list[Person]
) -> None:
    begun = client.post(f"/assignments/{made.id}/end", data={"reason": "The law has gone"})
    task = session.scalars(sa.select(Task)).one()
    assert begun.location == f"/jobs/{task.id}"
    assert "Ending “The module" in client.get(begun.location).text
    page = client.get(f"/assignments/{made.id}").text
    assert "It asks nobody any more" in page
    assert "So far: 0 of 9 people." in page

    step(browser, 2)
    assert "So far: 4 of 9 people." in client.get(f"/assignments/{made.id}").text
    finish(browser)

    assert "9 people." in client.get(begun.location).text
    page = client.get(f"/assignments/{made.id}").text
    assert "So far" not in page
    assert "9 at an end" in page
    assert "The law has gone" in page
    assert not any(row[1] != "ended" for row in rows_of(session, MODULE)["requirements"])
    assert recount(session) == []
    kinds = sa.select(Event.kind).where(Event.subject_type == "assignment").order_by(Event.id)
    assert session.scalars(kinds).all()[-2:] == ["assignment-ended", "assignment-carried-out"]


def test_few_are_done_at_once(
    session: Session, client: Client, made: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.assignments.rules.MANY", 10)
    done = client.post(f"/assignments/{made.id}/pause", data={"pause-reason": "The course changes"})
    assert done.location == f"/assignments/{made.id}"
    assert session.scalars(sa.select(Task)).all() == []


def test_a_change_that_was_given_up_half_way_is_told_and_carried_out_to_the_end(
    session: Session, browser: Browser, client: Client, made: Assignment, prison: Unit
) -> None:
    form = filled(prison, due_days="30", why="Sooner")
    check = client.post(f"/assignments/{made.id}/change", data=form)
    sent = hidden_fields(check.text) | {"step": "assign"}
    begun = client.post(f"/assignments/{made.id}/change", data=sent)
    assert begun.location.startswith("/jobs/")
    step(browser, 2)
    client.post(f"{begun.location}/cancel")
    page = client.get(f"/assignments/{made.id}").text
    assert "Not carried out for everybody" in page
    assert len({row[3] for row in rows_of(session, MODULE)["requirements"]}) == 2

    again = client.post(f"/assignments/{made.id}/pause", data={"pause-reason": "The next"})
    assert again.status_code == 409
    assert "Its last change was not carried out for everybody" in again.text
    assert client.post(f"/assignments/{made.id}/carry-on").status_code == 302
    assert client.post(f"/assignments/{made.id}/carry-on").status_code == 409
    again = client.post(f"/assignments/{made.id}/pause", data={"pause-reason": "The next"})
    assert "still being carried out" in again.text
    finish(browser)

    assert {row[3] for row in rows_of(session, MODULE)["requirements"]} == {in_days(30)}
    assert recount(session) == []
    assert "9 with another date" in client.get(f"/assignments/{made.id}").text
    assert client.post(f"/assignments/{made.id}/carry-on").status_code == 409


def test_a_worker_that_dies_in_a_step_does_nobody_twice_and_leaves_nobody_out(
    session: Session,
    browser: Browser,
    client: Client,
    made: Assignment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.post(f"/assignments/{made.id}/pause", data={"pause-reason": "The course changes"})
    step(browser)
    whole = "coursesite.assignments.services.ending.keep"

    def dies(*_args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(whole, dies)
        step(browser)
    task = session.scalars(sa.select(Task)).one()
    session.refresh(task)
    assert (task.done, task.tries) == (2, 1)
    states = [row[1] for row in rows_of(session, MODULE)["requirements"]]
    assert states.count("suspended") == 2
    assert recount(session) == []

    task.available_at = task.asked_at
    session.commit()
    finish(browser)

    session.refresh(task)
    assert (task.state, task.done) == (TaskState.DONE, 9)
    assert task.values == {"people": 9}
    assert {row[1] for row in rows_of(session, MODULE)["requirements"]} == {"suspended"}
    assert recount(session) == []


def test_who_moves_while_an_assignment_ends_is_not_left_half_asked(
    session: Session, prison: Unit, made: Assignment, people: list[Person], officer: Person
) -> None:
    order = end_in_steps(session, made, acting(officer), reason="Why")
    match_person(session, people[-1].id)
    match_person(session, make_person(session, prison).id)
    in_steps(session, order)
    assert requirement_of(session, people[-1]).due_on is None
    assert not any(row[3] for row in rows_of(session, MODULE)["periods"])
    assert recount(session) == []


def test_who_waits_for_a_decision_and_is_reached_no_more_is_let_go_in_steps(
    session: Session, prison: Unit, people: list[Person], officer: Person
) -> None:
    due = Due(DueRule.FIXED, on=in_days(0))
    made = assign(session, make_plan(prison, due=due), acting(officer))
    assert len(session.scalars(sa.select(Parked)).all()) == 9
    in_steps(session, _change_later(session, made, prison, acting(officer)))
    waiting = sa.select(Parked.person_id).where(Parked.decided_at.is_(None))
    assert session.scalars(waiting).all() == []


def test_a_stranger_carries_nothing_on(
    session: Session, browser: Browser, client: Client, made: Assignment
) -> None:
    client.post(f"/assignments/{made.id}/end", data={"reason": "The law has gone"})
    task = session.scalars(sa.select(Task)).one()
    client.post(f"/jobs/{task.id}/cancel")
    stranger = browser.sign_in(make_person(session, roles=(Role.TRAINING_OFFICER,)))
    assert stranger.post(f"/assignments/{made.id}/carry-on").status_code == 404
    session.refresh(task)
    assert task.state is TaskState.CANCELLED
