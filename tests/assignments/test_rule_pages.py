"""All that the form of an assignment can say; changing, copying, pausing; the history of it all."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Requirement
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    ExpiryMode,
    RequirementState,
    Terms,
)
from coursesite.assignments.services import assign
from coursesite.people.models import Organisation, Person, Posting, Unit
from coursesite.people.rules import Audience, Role
from tests.assignments.makers import (
    MODULE,
    acting,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.assignments.test_views import filled, hidden_fields
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def force(session: Session) -> Unit:
    for slug in (MODULE, "short", "long"):
        publish_module(session, slug)
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


@pytest.fixture
def shown(session: Session, client: Client, station: Unit) -> tuple[Session, Client, Unit]:
    return session, client, station


def made_by(client: Client, session: Session, data: dict[str, Any]) -> Assignment:
    check = client.post("/assignments/new", data=data)
    assert check.status_code == 200, re.findall(r'error-message">.*', check.text)
    client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    newest = sa.select(Assignment).order_by(Assignment.id.desc())
    made = session.scalars(newest, execution_options={"populate_existing": True}).first()
    assert made
    return made


def test_any_mix_of_conditions_and_alternatives(
    session: Session, client: Client, station: Unit
) -> None:
    named = make_person(session, station, staff_number="P-7", audience=Audience.JUDGES)
    data = filled(station) | {
        "groups": "2",
        "g1-audiences": ["police", "teachers"],
        "g1-roles": ["manager"],
        "g1-hired_after": ["31", "12", "2024"],
        "g2-people": "p-7",
    }
    check = client.post("/assignments/new", data=data)
    assert "North station; only: Police, Teachers; only who is: Manager" in check.text
    assert "only who was hired after 31 December 2024" in check.text
    assert "or 1 person by name; only in: North station" in check.text

    made = made_by(client, session, data)

    assert set(made.plan.conditions) == {
        Condition(Criterion.UNIT, station.path, 1),
        Condition(Criterion.AUDIENCE, "police", 1),
        Condition(Criterion.AUDIENCE, "teachers", 1),
        Condition(Criterion.ROLE, "manager", 1),
        Condition(Criterion.HIRED_AFTER, "2024-12-31", 1),
        Condition(Criterion.UNIT, station.path, 2),
        Condition(Criterion.PERSON, str(named.id), 2),
    }
    assert session.scalars(sa.select(Requirement.person_id)).all() == [named.id]


@pytest.mark.parametrize(
    ("values", "expected", "words"),
    [
        (
            {"due": "after-hire", "due_days": "45", "validity_months": "0"},
            (Due(DueRule.AFTER_HIRE, days=45), Terms(None)),
            "45 days after the hire date",
        ),
        (
            {"due": "after-posting", "expiry_mode": "completion"},
            (Due(DueRule.AFTER_POSTING, days=60), Terms(12, mode=ExpiryMode.COMPLETION)),
            "12 months from the day on which it is done",
        ),
        (
            {"due": "after-target", "due_target": "module:long", "grace_days": "7"},
            (Due(DueRule.AFTER_TARGET, days=60), Terms(12, grace_days=7)),
            "60 days after completing “The module long”",
        ),
        (
            {"due": "after-first-sign-in", "expiry_mode": "calendar", "calendar_day": "31 8"},
            (
                Due(DueRule.AFTER_FIRST_SIGN_IN, days=60),
                Terms(12, mode=ExpiryMode.CALENDAR, calendar_day="08-31"),
            ),
            "until the next 31 August that is at least 12 months away",
        ),
        (
            {"refresher_1": "module:short", "refresher_2": "module:long"},
            (
                Due(DueRule.AFTER_ASSIGNMENT, days=60),
                Terms(12, refreshers=("module:short", "module:long")),
            ),
            "by a refresher: The module short, The module long",
        ),
    ],
)
def test_every_due_rule_and_every_policy(
    shown: tuple[Session, Client, Unit],
    values: dict[str, str],
    expected: tuple[Due, Terms],
    words: str,
) -> None:
    session, client, station = shown
    assert words in client.post("/assignments/new", data=filled(station, **values)).text
    made = made_by(client, session, filled(station, **values))
    assert (made.plan.due, made.plan.terms) == expected
    again = client.get(f"/assignments/{made.id}/change").text
    for name, value in values.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"|value="{value}" selected', again)


@pytest.mark.parametrize(
    ("field", "values", "message"),
    [
        ("due_target", {"due": "after-target"}, "Choose the course that must be completed before"),
        (
            "due_target",
            {"due": "after-target", "due_target": f"module:{MODULE}"},
            "Choose another course",
        ),
        ("calendar_day", {"expiry_mode": "calendar"}, "Enter the day on which it ends"),
        ("calendar_day", {"calendar_day": "31 2"}, "Enter a day and a month"),
        (
            "validity_months",
            {"expiry_mode": "calendar", "calendar_day": "1 9", "validity_months": "0"},
            "Enter at least 1 month",
        ),
        ("refresher_1", {"refresher_1": "module:secret"}, "Choose a learning path or a module"),
        ("g1-people", {"g1-people": "x\n" * 5001}, "Name at most 5,000 people"),
    ],
)
def test_what_does_not_fit_together_is_told_at_its_field(
    client: Client, station: Unit, field: str, values: dict[str, str], message: str
) -> None:
    page = client.post("/assignments/new", data=filled(station, **values))
    assert page.status_code == 422
    assert message in page.text
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text


def test_without_a_unit_a_group_is_bound_to_ones_own_units(
    session: Session, client: Client, force: Unit, station: Unit
) -> None:
    inside = make_person(session, station, audience=Audience.POLICE)
    make_person(session, force, audience=Audience.POLICE)
    data = filled(station) | {"g1-units": [], "g1-audiences": ["police"]}
    made = made_by(client, session, data)
    assert Condition(Criterion.UNIT, station.path, 1) in made.plan.conditions
    assert session.scalars(sa.select(Requirement.person_id)).all() == [inside.id]


def make_gone(session: Session, unit: Unit, number: str) -> None:
    """Somebody who left the unit on 2 November 2026."""
    person = make_person(session, unit, staff_number=number)
    posting = session.scalars(sa.select(Posting).where(Posting.person_id == person.id)).one()
    person.left_on = posting.ends_on = date(2026, 11, 2)
    person.unit_id = None
    session.flush()


def test_lines_that_fit_nobody_are_told_and_reveal_nobody(
    session: Session, client: Client, force: Unit, station: Unit
) -> None:
    make_person(session, station, staff_number="P-1")
    make_person(session, force, staff_number="P-2", family_name="Above")
    make_person(session, staff_number="P-3", family_name="Elsewhere")
    make_gone(session, station, "P-5")
    make_gone(session, force, "P-6")
    pasted = filled(station) | {"g1-people": "P-1\nP-2\nP-3\nP-1\np-5\nP-6"}
    page = client.post("/assignments/new", data=pasted)
    assert page.status_code == 422
    for line in (2, 3, 6):
        assert f"Line {line}: “P-{line}” fits nobody in your units." in page.text
    assert "Line 4: “P-1” is the person of line 1." in page.text
    assert "Line 5: “p-5” left on 2 November 2026 and stays out." in page.text
    assert "Above" not in page.text
    assert "Elsewhere" not in page.text


def test_lines_that_fit_nobody_are_taken_off_the_list_by_one_press(
    session: Session, client: Client, station: Unit
) -> None:
    make_person(session, station, staff_number="P-1")
    make_person(session, station, staff_number="P-2")
    pasted = filled(station) | {"g1-people": "P-1\nP-8\n\nP-2\nP-1"}
    assert "Take these lines off the list" in client.post("/assignments/new", data=pasted).text
    page = client.post("/assignments/new", data=pasted | {"step": "leave-out"})
    assert page.status_code == 200
    assert "2 lines were taken off the list: P-8, P-1" in page.text
    assert "P-1\nP-2</textarea>" in page.text.replace("\r", "")
    assert "The law asks for it." in page.text
    assert session.scalars(sa.select(Assignment)).all() == []


def test_a_list_that_would_be_empty_stays_as_it_cannot_mean_everybody(
    session: Session, client: Client, station: Unit
) -> None:
    make_person(session, station, staff_number="P-1")
    pasted = filled(station) | {"g1-people": "P-8\nP-9"}
    assert "Take these lines off" not in client.post("/assignments/new", data=pasted).text
    page = client.post("/assignments/new", data=pasted | {"step": "leave-out"}).text
    assert "P-8\nP-9</textarea>" in page.replace("\r", "")
    assert "taken off" not in page


def test_another_group_is_added_without_losing_anything(client: Client, station: Unit) -> None:
    page = client.post("/assignments/new", data=filled(station, step="more"))
    assert page.status_code == 200
    assert 'name="g2-units"' in page.text
    assert "The law asks for it." in page.text
    assert 'name="groups" value="2"' in page.text
    full = client.post("/assignments/new", data=filled(station, step="more", groups="99"))
    assert 'name="groups" value="5"' in full.text
    assert "Add another group" not in full.text


def test_whom_it_reaches_is_told_while_one_types_and_nothing_is_written(
    session: Session, client: Client, force: Unit, station: Unit
) -> None:
    people = [make_person(session, station, family_name=f"Known{n}") for n in range(7)]
    outside = make_person(session, force, family_name="Outsider")
    piece = client.post("/assignments/reach", data=filled(station)).text
    assert "7 people" in piece
    assert piece.count("Known") == 5
    assert "<html" not in piece
    assert outside.family_name not in piece
    empty = client.post("/assignments/reach", data=filled()).text
    assert "Nobody yet" in empty
    wrong = client.post("/assignments/reach", data=filled(station) | {"g1-people": "who"}).text
    assert "fits nobody in your units" in wrong
    assert people[0].id
    assert session.scalars(sa.select(Assignment)).all() == []


def test_units_of_one_name_are_told_apart_before_anything_is_assigned(
    session: Session, client: Client, station: Unit
) -> None:
    organisation = session.get_one(Organisation, station.organisation_id)
    posts = [make_unit(session, organisation, name, station) for name in ("Quay", "Old Town")]
    desks = [make_unit(session, organisation, "Response", each) for each in posts]
    named = [make_person(session, each, family_name="Known", staff_number="N") for each in desks]
    session.commit()
    data = filled(station) | {"g1-units": [str(each.id) for each in desks]}
    piece = client.post("/assignments/reach", data=data).text
    check = client.post("/assignments/new", data=data).text
    for place in ("Quay / Response", "Old Town / Response"):
        assert f"Robin Known ({place})" in piece
        assert f"Robin Known ({place})" in check
    assert "Quay / Response, Old Town / Response" in check

    only = filled(desks[0]) | {"g1-people": "\n".join(each.email for each in named)}
    narrowed = client.post("/assignments/new", data=only).text
    assert "2 people by name; only in: Quay / Response" in narrowed
    assert "2 people are named, and this reaches 1 of them" in narrowed
    assert "people are named" not in check


def test_a_large_tree_is_searched(session: Session, client: Client, station: Unit) -> None:
    organisation = session.get_one(Organisation, station.organisation_id)
    units = [make_unit(session, organisation, f"Post {n:03}", station) for n in range(70)]
    session.commit()
    assert "Post 042" not in client.get("/assignments/new").text
    found = client.post("/assignments/new", data=filled(units[7], step="find", find="post 042"))
    assert "Post 042" in found.text
    assert re.search(rf'value="{units[7].id}" checked', found.text)
    assert "Post 043" not in found.text


def test_a_change_is_checked_then_made_and_stands_in_the_history(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    learner = make_person(session, station, family_name="Moved")
    made = assign(session, make_plan(station), acting(officer))
    session.commit()
    address = f"/assignments/{made.id}/change"
    assert 'value="60"' in client.get(address).text
    data = filled(station, due_days="30", grace_days="30")
    unsaid = client.post(address, data=data)
    assert unsaid.status_code == 422
    assert "Say why you change it" in unsaid.text
    check = client.post(address, data={**data, "why": "The inspector asked."})
    assert "Moved" in check.text
    assert requirement_of(session, learner).due_on == in_days(60)

    saved = client.post(address, data=hidden_fields(check.text) | {"step": "assign"})

    assert saved.status_code == 302
    assert requirement_of(session, learner).due_on == in_days(30)
    page = client.get(saved.location).text
    assert "<del>60 days after it is assigned</del>" in page
    assert "<ins>30 days after it is assigned</ins>" in page
    assert "1 with another date" in page
    assert "The inspector asked." in page
    assert officer.name in page


def test_what_changed_since_it_was_checked_is_not_overwritten(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    make_person(session, station)
    made = assign(session, make_plan(station), acting(officer))
    session.commit()
    address = f"/assignments/{made.id}/change"
    data = filled(station, due_days="30", grace_days="30", why="First.")
    check = client.post(address, data=data)
    made.reason = "Another wording"
    session.commit()
    again = client.post(address, data=hidden_fields(check.text) | {"step": "assign"})
    assert "Nothing was saved" in again.text


def test_an_assignment_is_copied(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    person = make_person(session, station, staff_number="P-5")
    conditions = (
        Condition(Criterion.UNIT, station.path),
        Condition(Criterion.PERSON, str(person.id)),
    )
    plan = make_plan(station, conditions=conditions, due=Due(DueRule.AFTER_HIRE, days=77))
    made = assign(session, plan, acting(officer))
    session.commit()
    page = client.get(f"/assignments/new?copy={made.id}").text
    assert 'value="77"' in page
    assert "P-5" in page
    assert re.search(r'value="after-hire" checked', page)
    assert client.get("/assignments/new?copy=99999").status_code == 404


def test_it_is_paused_and_resumed_for_a_reason(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    learner = make_person(session, station)
    made = assign(session, make_plan(station), acting(officer))
    session.commit()
    address = f"/assignments/{made.id}"
    refused = client.post(f"{address}/pause", data={"pause-reason": " "})
    assert refused.status_code == 422
    assert 'href="#pause-reason"' in refused.text
    client.post(f"{address}/pause", data={"pause-reason": "Strike."})
    assert requirement_of(session, learner).state is RequirementState.SUSPENDED
    assert "Resume the assignment" in client.get(address).text
    assert "Paused" in client.get("/assignments").text
    client.post(f"{address}/resume", data={"resume-reason": "Over."})
    assert requirement_of(session, learner).state is RequirementState.ACTIVE
    page = client.get(address).text
    assert page.index("Resumed") < page.index("Strike.")


def test_an_officer_changes_nothing_that_reaches_further_and_sees_no_numbers_of_it(
    session: Session, client: Client, force: Unit, officer: Person
) -> None:
    for _ in range(3):
        make_person(session, force)
    admin = make_person(session, force, roles=(Role.ADMINISTRATOR,))
    made = assign(session, make_plan(force), acting(admin))
    session.commit()
    page = client.get(f"/assignments/{made.id}").text
    assert "5 new" not in page
    assert "Pause the assignment" not in page
    assert client.get(f"/assignments/{made.id}/change").status_code == 403
    for what in ("change", "pause", "resume"):
        data = filled(force, **{"why": "x", f"{what}-reason": "x"})
        assert client.post(f"/assignments/{made.id}/{what}", data=data).status_code == 403


def test_a_stranger_finds_none_of_it(
    session: Session, browser: Browser, station: Unit, officer: Person
) -> None:
    made = assign(session, make_plan(station), acting(officer))
    stranger = browser.sign_in(make_person(session, roles=(Role.TRAINING_OFFICER,)))
    for what in ("change", "pause", "resume"):
        answer = stranger.post(f"/assignments/{made.id}/{what}", data={"why": "x"})
        assert answer.status_code == 404
    assert stranger.get(f"/assignments/{made.id}/change").status_code == 404
    assert stranger.get(f"/assignments/new?copy={made.id}").status_code == 404


def test_the_pages_ask_no_more_for_many(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    def queries_of(address: str) -> int:
        client.get(address)
        with Queries(session.connection()) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def check() -> int:
        data = filled(station)
        with Queries(session.connection()) as queries:
            assert client.post("/assignments/new", data=data).status_code == 200
        return len(queries)

    make_person(session, station)
    made = assign(session, make_plan(station), acting(officer))
    session.commit()
    copy = f"/assignments/new?copy={made.id}"
    pages = ["/assignments/new", f"/assignments/{made.id}/change", copy]
    before = [*map(queries_of, pages), check()]
    for _ in range(8):
        make_person(session, station)
    session.commit()
    assert [*map(queries_of, pages), check()] == before
    assert max(before) <= 10
