"""Deciding for many at once, not only for those on the page, and taking decisions back."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked, ParkedSweep
from coursesite.assignments.queries import parked as queue
from coursesite.assignments.rules import Due, DueRule, RequirementState, in_words
from coursesite.assignments.services import assign, match_person, recount, started
from coursesite.audit.models import Event
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.rules import TargetKind
from tests.assignments.makers import (
    MODULE,
    acting,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit

BOXES = {"due_on": ["", "", ""]}


@pytest.fixture
def station(session: Session) -> Unit:
    publish_module(session)
    publish_module(session, "another")
    return make_unit(session, make_organisation(session), "North station")


@pytest.fixture
def officer(session: Session, station: Unit) -> Person:
    return make_person(session, station, roles=(Role.TRAINING_OFFICER,), roles_at=station)


@pytest.fixture
def client(browser: Browser, officer: Person) -> Client:
    return browser.sign_in(officer)


@pytest.fixture
def people(session: Session, station: Unit) -> list[Person]:
    return [make_person(session, station) for _ in range(3)]


@pytest.fixture
def passed(session: Session, station: Unit, officer: Person, people: list[Person]) -> Assignment:
    """An assignment with yesterday's date: everybody, the officer too, is parked."""
    plan = make_plan(station, due=Due(DueRule.FIXED, on=in_days(-1)))
    made = assign(session, plan, acting(officer))
    unknown = make_plan(station, slug="another", due=Due(DueRule.AFTER_HIRE, days=30))
    assign(session, unknown, acting(officer))
    session.commit()
    return made


def decide(client: Client, filters: str = "", **values: Any) -> Any:
    data = {"decision": "leave-out", "reason": "Agreed.", **BOXES, **values}
    return client.post(f"/assignments/exceptions{filters}", data=data)


def number_on(client: Client, filters: str = "") -> str:
    page = client.get(f"/assignments/exceptions{filters}").text
    found = re.search(r'name="number" value="(\d+)"', page)
    assert found
    return found[1]


def test_all_of_an_assignment_or_of_a_problem_are_decided_beyond_the_page(
    session: Session,
    client: Client,
    passed: Assignment,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    assert number_on(client) == "8"
    first = client.get("/assignments/exceptions?problem=passed").text
    assert "the date has passed already" in first
    assert first.count('name="parked"') == 2
    assert 'rel="next"' in first
    shown = number_on(client, f"?assignment={passed.id}&problem=passed")
    assert shown == "4"

    done = decide(client, f"?assignment={passed.id}", everybody="y", number=shown)

    assert done.status_code == 302
    assert number_on(client) == "4"
    decided = session.scalars(sa.select(Parked).where(Parked.decision == "leave-out")).all()
    assert {each.assignment_id for each in decided} == {passed.id}
    assert len(decided) == 4


def test_a_date_that_a_manager_gave_is_explained_by_that_and_not_by_the_rule(
    session: Session, browser: Browser, client: Client, passed: Assignment, people: list[Person]
) -> None:
    parked = {each.person_id: each.id for each in session.scalars(sa.select(Parked)).all()[:4]}
    own, late = people[:2]
    day = in_days(40)
    box: dict[str, Any] = {"due_on": [day.day, day.month, day.year]}
    decide(client, decision="new-date", parked=[parked[own.id]], **box)
    decide(client, decision="assign-anyway", parked=[parked[late.id]])
    told = {each.id: browser.sign_in(each).get("/learn").text for each in (own, late)}
    given_on = in_words(in_days(0))
    assert f"Due on {in_words(day)} (a date of its own, given on {given_on}" in told[own.id]
    assert f"assigned all the same on {given_on} by" in told[late.id]


def test_all_are_not_decided_when_they_are_others_than_those_seen(
    session: Session, client: Client, passed: Assignment
) -> None:
    refused = decide(client, everybody="y", number="3")
    assert refused.status_code == 409
    assert "it has changed since you looked" in refused.text
    assert session.scalars(sa.select(Parked.decided_at)).all() == [None] * 8


def test_who_was_left_out_can_wait_again(
    session: Session, client: Client, passed: Assignment, people: list[Person]
) -> None:
    decide(client, f"?assignment={passed.id}", everybody="y", number="4")
    page = client.get("/assignments/exceptions/decided").text
    assert page.count("Not assigned (") == 4
    [first, *_] = re.findall(r'name="parked" type="checkbox" value="(\d+)"', page)
    empty = client.post("/assignments/exceptions/decided", data={})
    assert empty.status_code == 422
    assert "Choose at least one person" in empty.text

    back = client.post("/assignments/exceptions/decided", data={"parked": first, "reason": "Oh."})

    assert "1 person waits again." in client.get(back.location).text
    assert number_on(client, f"?assignment={passed.id}") == "1"
    event = session.scalars(sa.select(Event).where(Event.kind == "parked-undone")).one()
    assert event.before
    assert (event.before["decision"], event.reason) == ("leave-out", "Oh.")


def test_an_assignment_by_decision_is_taken_back_until_it_is_begun(
    session: Session, client: Client, passed: Assignment, people: list[Person]
) -> None:
    parked = {each.person_id: each.id for each in session.scalars(sa.select(Parked)).all()[:4]}
    idle, begun = people[:2]
    ids = [parked[idle.id], parked[begun.id]]
    decide(client, decision="assign-anyway", parked=ids)
    started(session, begun.id, [(TargetKind.MODULE, MODULE)])
    session.commit()

    data = {"parked": ids, "reason": "Too hasty."}
    page = client.post("/assignments/exceptions/decided", data=data, follow_redirects=True).text

    assert "1 person waits again." in page
    assert "1 decision stands" in page
    assert requirement_of(session, idle).state is RequirementState.ENDED
    assert periods_of(session, idle)[0].cancelled_at is not None
    assert requirement_of(session, begun).state is RequirementState.ACTIVE
    assert recount(session) == []

    match_person(session, idle.id)
    assert requirement_of(session, idle).state is RequirementState.ENDED
    decide(client, decision="assign-anyway", parked=[parked[idle.id]])
    assert requirement_of(session, idle).state is RequirementState.ACTIVE
    assert len(periods_of(session, idle)) == 2
    assert recount(session) == []


def test_what_was_decided_at_once_about_several_is_taken_back_as_one(
    session: Session, client: Client, passed: Assignment, people: list[Person]
) -> None:
    parked = {each.person_id: each.id for each in session.scalars(sa.select(Parked)).all()[:4]}
    decide(client, decision="assign-anyway", parked=[parked[each.id] for each in people[:2]])
    decide(client, decision="leave-out", parked=[parked[people[2].id]])
    sweep = session.scalars(sa.select(ParkedSweep)).one()
    address = f"/assignments/exceptions/for-all/{sweep.id}"
    assert address in client.get("/assignments/exceptions/decided").text
    started(session, people[0].id, [(TargetKind.MODULE, MODULE)])
    session.commit()

    page = client.get(f"{address}?back=1").text
    assert "Those who were ticked" in page
    assert "North station" in page
    assert all(each.family_name in page for each in people[:2])
    assert people[2].family_name not in page
    assert "It can be taken back for 1 person. It stands for 1 person." in page
    taken = client.post(f"{address}/undo", data={"reason": "Too hasty."})

    told = client.get(taken.location).text
    assert "1 person waits again. What was decided stands for: 1." in told
    assert "Too hasty." in told
    assert requirement_of(session, people[1]).state is RequirementState.ENDED
    assert requirement_of(session, people[0]).state is RequirementState.ACTIVE
    assert recount(session) == []
    assert client.post(f"{address}/undo", data={"reason": "Again."}).status_code == 409

    everybody = number_on(client, f"?assignment={passed.id}")
    decide(client, f"?assignment={passed.id}", everybody="y", number=everybody)
    kept = session.scalars(sa.select(ParkedSweep).order_by(ParkedSweep.id.desc())).first()
    assert kept
    assert (kept.picked, kept.people, kept.assignment_id) == (False, 2, passed.id)
    assert (
        "All who waited for a decision when it was taken"
        in client.get(f"/assignments/exceptions/for-all/{kept.id}").text
    )


def test_what_is_paused_asks_for_no_decision(
    session: Session, client: Client, passed: Assignment
) -> None:
    data = {"pause-reason": "Strike."}
    client.post(f"/assignments/{passed.id}/pause", data=data)
    assert number_on(client) == "4"


def test_strangers_see_and_undo_nothing(
    session: Session, browser: Browser, client: Client, passed: Assignment
) -> None:
    decide(client, f"?assignment={passed.id}", everybody="y", number="4")
    stranger = browser.sign_in(make_person(session, roles=(Role.TRAINING_OFFICER,)))
    assert "Nothing was decided yet" in stranger.get("/assignments/exceptions/decided").text
    ids = list(session.scalars(sa.select(Parked.id)))
    data = {"parked": ids, "reason": "x"}
    assert stranger.post("/assignments/exceptions/decided", data=data).status_code == 404
    assert decide(stranger, everybody="y", number="8").status_code == 409
    assert len(session.scalars(sa.select(Parked).where(Parked.decision.is_not(None))).all()) == 4
