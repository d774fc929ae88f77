"""Deciding about all who wait, where they are many: in steps, watched, and taken back as one."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import jobs, rules
from coursesite.assignments.models import Assignment, Parked, ParkedSweep
from coursesite.assignments.rules import Due, DueRule, RequirementState, SweepState
from coursesite.assignments.services import assign, recount, started
from coursesite.audit.models import Event
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.rules import TargetKind
from coursesite.schedule import LONG
from tests.assignments.makers import (
    MODULE,
    acting,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.browser import Browser, Client, Queries
from tests.jobs.makers import a_worker, work_all
from tests.makers import make_organisation, make_person, make_unit

QUEUE = "/assignments/exceptions"
DAY = in_days(60)
LATER = {"decision": "new-date", "due_on": [str(DAY.day), str(DAY.month), str(DAY.year)]}
WHY = {"reason": "It was the wrong list"}


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MANY", 5)
    monkeypatch.setattr(jobs, "SWEPT", 3)


@pytest.fixture
def station(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "North station")


@pytest.fixture
def people(session: Session, station: Unit) -> list[Person]:
    return [make_person(session, station) for _ in range(7)]


@pytest.fixture
def officer(session: Session, people: list[Person], station: Unit) -> Person:
    """Her assignment has yesterday's date: all seven wait."""
    officer = make_person(session, station, roles=(Role.TRAINING_OFFICER,), audience=None)
    plan = make_plan(station, due=Due(DueRule.FIXED, on=in_days(-1)))
    assign(session, plan, acting(officer))
    session.commit()
    return officer


@pytest.fixture
def client(browser: Browser, officer: Person) -> Client:
    return browser.sign_in(officer)


def decide(client: Client, number: int = 8, **values: Any) -> Any:
    """About all eight: she is one of those who are reached."""
    data = {"everybody": "y", "number": str(number), "reason": "Agreed.", **LATER, **values}
    return client.post(QUEUE, data=data)


def work(browser: Browser) -> None:
    with browser.app.app_context():
        work_all(LONG)


def a_few_steps(browser: Browser, steps: int) -> None:
    """A worker that stops in the middle; the job can be gone on with at once."""
    with browser.app.app_context():
        stops = a_worker(LONG)
        for _ in range(steps):
            stops.step()
        stops.let_go()


def page_of(session: Session) -> str:
    return f"{QUEUE}/for-all/{session.scalars(sa.select(ParkedSweep.id)).one()}"


def waiting(session: Session) -> int:
    found = sa.select(sa.func.count()).where(Parked.decided_at.is_(None))
    return session.scalar(found) or 0


def test_many_are_decided_about_by_a_job_and_wait_again_as_one(
    session: Session, browser: Browser, client: Client, people: list[Person]
) -> None:
    asked = decide(client)
    assert asked.location.startswith("/jobs/")
    assert waiting(session) == 8
    assert "Still being carried out" in client.get(QUEUE).text
    work(browser)

    assert waiting(session) == 0
    assert "Decided for 8 people." in client.get(asked.location).text
    assert {requirement_of(session, each).due_on for each in people} == {DAY}
    page = client.get(page_of(session)).text
    assert "Take it back for 8 people" in client.get(f"{page_of(session)}?back=1").text
    assert "Assigned with another date" in client.get(f"{QUEUE}/decided").text

    started(session, people[0].id, [(TargetKind.MODULE, MODULE)])
    session.commit()
    foreseen = client.get(f"{page_of(session)}?back=1").text
    assert "It can be taken back for 7 people. It stands for 1 person." in foreseen
    taken = client.post(f"{page_of(session)}/undo", data=WHY)
    work(browser)

    told = client.get(taken.location).text
    assert "7 people wait again. What was decided stands for: 1." in told
    assert waiting(session) == 7
    assert requirement_of(session, people[0]).state is RequirementState.ACTIVE
    assert requirement_of(session, people[1]).state is RequirementState.ENDED
    assert recount(session) == []
    page = client.get(page_of(session)).text
    assert "Taken back" in page
    assert WHY["reason"] in page
    kinds = list(session.scalars(sa.select(Event.kind)))
    assert {"parked-decided-for-all", "parked-decided", "parked-sweep-taken-back"} <= set(kinds)
    assert client.post(f"{page_of(session)}/undo", data=WHY).status_code == 409
    assert decide(client, 7, decision="leave-out").status_code == 302


def test_a_worker_that_stops_decides_nothing_twice_and_another_goes_on(
    session: Session, browser: Browser, client: Client, people: list[Person]
) -> None:
    decide(client)
    a_few_steps(browser, 1)
    assert waiting(session) == 5
    page = client.get(QUEUE).text
    assert "Still being carried out" in page
    assert "So far: 3 of 8 people." in page
    assert client.post(f"{page_of(session)}/undo", data=WHY).status_code == 409
    work(browser)
    assert waiting(session) == 0
    decided = [
        id
        for event in session.scalars(sa.select(Event).where(Event.kind == "parked-decided"))
        for id in (event.after or {})["people"]
    ]
    assert len(decided) == len(set(decided)) == 8


def test_what_stopped_half_way_is_gone_on_with_or_taken_back(
    session: Session, browser: Browser, client: Client, people: list[Person]
) -> None:
    number = decide(client).location.rsplit("/", 1)[1]
    a_few_steps(browser, 1)
    client.post(f"/jobs/{number}/cancel")
    page = client.get(page_of(session)).text
    assert "Stopped half-way" in page
    assert "Go on with the others" in page
    assert "Take it back for 3 people" in client.get(f"{page_of(session)}?back=1").text
    assert "Stopped half-way" in client.get(QUEUE).text

    client.post(f"{page_of(session)}/go-on")
    a_few_steps(browser, 1)
    assert waiting(session) == 2
    client.post(f"/jobs/{number}/cancel")
    client.post(f"{page_of(session)}/undo", data=WHY)
    work(browser)

    assert waiting(session) == 8
    sweep = session.scalars(sa.select(ParkedSweep)).one()
    assert sweep.state is SweepState.TAKEN_BACK
    assert "Stopped half-way" not in client.get(QUEUE).text


def test_whoever_is_parked_later_was_not_decided_about(
    session: Session, browser: Browser, client: Client, people: list[Person], station: Unit
) -> None:
    decide(client)
    assignment = session.scalars(sa.select(Assignment)).one()
    later = make_person(session, station)
    values = {"problem": "passed", "due_on": in_days(-1), "parked_at": clock.now()}
    session.add(Parked(assignment_id=assignment.id, person_id=later.id, **values))
    session.commit()
    work(browser)
    assert waiting(session) == 1


def test_nothing_begins_that_could_not_be_carried_out(
    session: Session, client: Client, people: list[Person]
) -> None:
    assert decide(client, 9).status_code == 409
    tomorrow = in_days(1)
    day = [str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)]
    refused = decide(client, due_on=day)
    assert refused.status_code == 422
    assert "too little time" in refused.text
    assert session.scalars(sa.select(ParkedSweep)).all() == []
    assert session.scalars(sa.select(Task)).all() == []


def test_taking_back_asks_as_little_for_many_as_for_few(
    session: Session, client: Client, browser: Browser, people: list[Person]
) -> None:
    decide(client)
    work(browser)
    client.post(f"{page_of(session)}/undo", data=WHY)
    counts = []
    with browser.app.app_context():
        tasks = a_worker(LONG)
        for _step in range(3):
            with Queries(db.engine) as queries:
                tasks.step()
            counts.append(len(queries))
        tasks.let_go()
    # The last step has two people, the others three.
    assert counts[1] <= counts[2] + 3


def test_it_is_only_for_who_decides_for_all_those_units(
    session: Session, browser: Browser, client: Client, station: Unit
) -> None:
    decide(client)
    home = session.get_one(Organisation, station.organisation_id)
    below = make_unit(session, home, "Desk", station)
    narrow = make_person(session, below, roles=(Role.TRAINING_OFFICER,), roles_at=below)
    stranger = make_person(session, roles=tuple(Role))
    for other in (narrow, stranger):
        theirs = browser.sign_in(other)
        assert theirs.get(page_of(session)).status_code == 404
        assert theirs.post(f"{page_of(session)}/undo", data=WHY).status_code == 404
        assert theirs.post(f"{page_of(session)}/go-on").status_code == 404
        assert "for-all" not in theirs.get(f"{QUEUE}/decided").text
        assert "Still being carried out" not in theirs.get(QUEUE).text
