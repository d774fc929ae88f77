"""A training officer assigns through the pages; others see and change nothing."""

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked, Requirement
from coursesite.assignments.rules import Due, DueRule, ExpiryMode, RequirementState
from coursesite.assignments.services import assign
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from tests.assignments.makers import (
    MODULE,
    PATH,
    acting,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    publish_path,
    requirement_of,
)
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def force(session: Session) -> Unit:
    publish_module(session)
    publish_path(session)
    return make_unit(session, make_organisation(session), "Police force")


@pytest.fixture
def station(session: Session, force: Unit) -> Unit:
    organisation = session.get_one(Organisation, force.organisation_id)
    return make_unit(session, organisation, "North station", force)


@pytest.fixture
def officer(session: Session, force: Unit, station: Unit) -> Person:
    """May assign in the station only, and works above it."""
    return make_person(session, force, roles=(Role.TRAINING_OFFICER,), roles_at=station)


@pytest.fixture
def client(browser: Browser, officer: Person) -> Client:
    return browser.sign_in(officer)


def filled(*units: Unit, **values: Any) -> dict[str, Any]:
    return {
        "target": f"module:{MODULE}",
        "groups": "1",
        "g1-units": [unit.id for unit in units],
        "due": "after-assignment",
        "due_on": ["", "", ""],
        "due_days": "60",
        "validity_months": "12",
        "expiry_mode": "previous",
        "window_days": "60",
        "grace_days": "0",
        "reason": "The law asks for it.",
        "step": "check",
        **values,
    }


def hidden_fields(page: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page):
        fields.setdefault(name, []).append(unescape(value))
    del fields["csrf_token"]
    return fields


def test_an_officer_checks_then_assigns(
    session: Session, client: Client, force: Unit, station: Unit
) -> None:
    inside, outside = make_person(session, station), make_person(session, force)

    form = client.get("/assignments/new")
    assert "North station" in form.text
    assert "Police force" not in form.text
    check = client.post("/assignments/new", data=filled(station))
    assert "This reaches 1 person." in check.text
    assert inside.name in check.text
    assert session.scalars(sa.select(Assignment)).all() == []

    made = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})

    assert made.status_code == 302
    page = client.get(made.location)
    assert "It is assigned." in page.text
    assert "The law asks for it." in page.text
    assert requirement_of(session, inside).due_on == in_days(60)
    assert periods_of(session, outside) == []
    listed = client.get("/assignments")
    assert f"The module {MODULE}" in listed.text


def test_pressing_assign_twice_assigns_once(
    session: Session, client: Client, station: Unit
) -> None:
    make_person(session, station)
    check = client.post("/assignments/new", data=filled(station))
    data = hidden_fields(check.text) | {"step": "assign"}
    client.post("/assignments/new", data=data)

    again = client.post("/assignments/new", data=data)

    assert "whom it reaches has changed" in again.text
    assert len(session.scalars(sa.select(Assignment)).all()) == 1


def test_going_back_to_change_keeps_what_was_filled_in(client: Client, station: Unit) -> None:
    check = client.post(
        "/assignments/new", data=filled(station, due="fixed", due_on=["27", "3", "2099"])
    )
    assert "on 27 March 2099" in check.text
    form = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "change"})
    assert 'value="2099"' in form.text
    assert re.search(rf'value="module:{MODULE}"[^>]* selected', form.text)
    assert '<optgroup label="Learning paths">' in form.text
    assert "The law asks for it." in form.text
    assert re.search(rf'value="{station.id}" checked', form.text)


def test_a_path_brings_its_own_validity(client: Client, station: Unit) -> None:
    data = filled(station, target=f"path:{PATH}", validity_months="")
    assert "24 months" in client.post("/assignments/new", data=data).text
    data = filled(station, target=f"path:{PATH}", validity_months="0")
    assert "for good" in client.post("/assignments/new", data=data).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("target", "module:in-preparation", "Choose a learning path or a module"),
        ("target", "", "Choose a learning path or a module"),
        ("g1-units", [], "Say whom it is for"),
        ("g1-units", ["x"], "Choose units from the list"),
        ("g1-hired_after", ["31", "2", "2027"], "Enter a real date"),
        ("g1-people", "nobody-1", "Line 1: “nobody-1” fits nobody in your units."),
        ("due_days", "soon", "Enter a whole number"),
        ("due_days", "", "Enter 1 to 730 days"),
        ("due_days", "0", "Enter 1 to 730 days"),
        ("validity_months", "121", "Enter 0 to 120 months"),
        ("window_days", "", "Enter a number of days"),
        ("grace_days", "-1", "Enter 0 to 365 days"),
        ("reason", " ", "Say why"),
        ("due_on", ["31", "2", "2027"], "Enter a real date"),
        ("due_on", ["1", "", "2027"], "Enter a real date"),
    ],
)
def test_every_error_stands_at_its_field(
    client: Client, station: Unit, field: str, value: Any, message: str
) -> None:
    data = filled(station, **{field: value})
    page = client.post("/assignments/new", data=data)
    assert page.status_code == 422
    assert message in page.text
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    assert f'id="{field}"' in page.text


def test_a_fixed_date_must_be_given(client: Client, station: Unit) -> None:
    page = client.post("/assignments/new", data=filled(station, due="fixed", due_days=""))
    assert "Enter the date on which it is due" in page.text


def test_a_forged_form_cannot_name_units_elsewhere(
    session: Session, client: Client, force: Unit
) -> None:
    foreign = make_unit(session, make_organisation(session), "A secret unit")
    for unit in (force, foreign):
        page = client.post("/assignments/new", data=filled(unit, step="assign"))
        assert page.status_code == 422
        assert unit.name not in page.text
    assert session.scalars(sa.select(Assignment)).all() == []


def test_a_reason_is_shown_as_text(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    reason = "<script>alert('x')</script><b>Why</b>"
    check = client.post("/assignments/new", data=filled(station, reason=reason))
    made = assign(session, make_plan(station, reason=reason), acting(officer))
    session.commit()
    for page in (check, client.get(f"/assignments/{made.id}")):
        assert "<script>alert" not in page.text
        assert "&lt;b&gt;Why&lt;/b&gt;" in page.text


def test_an_assignment_is_ended_for_a_reason(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    learner = make_person(session, station)
    made = assign(session, make_plan(station), acting(officer))
    session.commit()

    refused = client.post(f"/assignments/{made.id}/end", data={"reason": ""})
    assert refused.status_code == 422
    assert "Say why this assignment ends" in refused.text
    ended = client.post(f"/assignments/{made.id}/end", data={"reason": "Replaced."})

    assert ended.status_code == 302
    assert requirement_of(session, learner).state is RequirementState.ENDED
    page = client.get(f"/assignments/{made.id}").text
    assert "Ended" in page
    assert "End the assignment" not in page


def test_an_officer_sees_but_cannot_end_what_reaches_further(
    session: Session, client: Client, force: Unit
) -> None:
    admin = make_person(session, force, roles=(Role.ADMINISTRATOR,))
    made = assign(session, make_plan(force), acting(admin))
    session.commit()
    page = client.get(f"/assignments/{made.id}")
    assert page.status_code == 200
    assert "End the assignment" not in page.text
    refused = client.post(f"/assignments/{made.id}/end", data={"reason": "I want to."})
    assert refused.status_code == 403


def test_a_stranger_finds_nothing(
    session: Session, browser: Browser, station: Unit, officer: Person
) -> None:
    make_person(session, station)
    made = assign(
        session, make_plan(station, due=Due(DueRule.FIXED, on=in_days(-1))), acting(officer)
    )
    stranger = browser.sign_in(make_person(session, roles=(Role.TRAINING_OFFICER,)))
    parked = session.scalars(sa.select(Parked.id)).one()

    assert stranger.get(f"/assignments/{made.id}").status_code == 404
    assert stranger.post(f"/assignments/{made.id}/end", data={"reason": "x"}).status_code == 404
    assert "The module" not in stranger.get("/assignments").text
    assert "Nobody waits" in stranger.get("/assignments/exceptions").text
    data = {"parked": [parked], "decision": "assign-anyway", "reason": "x"}
    assert stranger.post("/assignments/exceptions", data=data).status_code == 409
    assert session.scalars(sa.select(Requirement)).all() == []


def test_a_learner_may_not_open_the_pages(
    session: Session, browser: Browser, station: Unit
) -> None:
    learner = browser.sign_in(make_person(session, station))
    for page in ("", "/new", "/exceptions", "/exceptions/decided", "/simulator", "/1", "/1/change"):
        assert learner.get(f"/assignments{page}").status_code == 403


def test_the_parked_are_decided_many_at_once(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    people = [make_person(session, station) for _ in range(3)]
    plan = make_plan(station, due=Due(DueRule.FIXED, on=in_days(-1)))
    assign(session, plan, acting(officer))
    session.commit()
    assert "Decide what becomes of them" in client.get("/assignments").text
    page = client.get("/assignments/exceptions").text
    assert "the date has passed already" in page
    parked = re.findall(r'name="parked" type="checkbox" value="(\d+)"', page)
    assert len(parked) == 3

    empty = client.post("/assignments/exceptions", data={"due_on": ["", "", ""]})
    assert empty.status_code == 422
    for message in ("Choose at least one person", "Choose what becomes of them", "Say why"):
        assert message in empty.text
    data = {"parked": parked[:2], "decision": "new-date", "reason": "On leave until May."}
    too_early = client.post("/assignments/exceptions", data=data | {"due_on": ["1", "1", "2020"]})
    assert too_early.status_code == 422
    assert "Give a date that has not passed." in too_early.text
    day = in_days(40)
    boxes = [str(day.day), str(day.month), str(day.year)]
    done = client.post("/assignments/exceptions", data=data | {"due_on": boxes})

    assert done.status_code == 302
    assert [requirement_of(session, each).due_on for each in people[:2]] == [day, day]
    assert periods_of(session, people[2]) == []
    assert "Decided for 2 people." in client.get("/assignments/exceptions").text


def test_pages_ask_the_same_number_of_queries_for_many_as_for_one(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    def queries_of(address: str) -> int:
        client.get(address)
        with Queries(session.connection()) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    make_person(session, station)
    first = assign(session, make_plan(station), acting(officer))
    yesterday = make_plan(station, due=Due(DueRule.FIXED, on=in_days(-1)))
    assign(session, yesterday, acting(officer))
    session.commit()
    pages = ["/assignments", f"/assignments/{first.id}", "/assignments/exceptions"]
    before = [queries_of(page) for page in pages]
    for number in range(6):
        make_person(session, station)
        make_unit(session, session.get_one(Organisation, station.organisation_id), "", station)
        assign(session, make_plan(station, reason=str(number)), acting(officer))
        assign(session, yesterday, acting(officer))
    session.commit()

    assert [queries_of(page) for page in pages] == before
    assert max(before) <= 10


def test_a_new_assignment_renews_from_the_previous_expiry(
    session: Session, client: Client, station: Unit
) -> None:
    check = client.post("/assignments/new", data=filled(station))
    client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    made = session.scalars(sa.select(Assignment)).one()
    assert made.expiry_mode is ExpiryMode.PREVIOUS
    assert (made.validity_months, made.window_days, made.grace_days) == (12, 60, 0)
