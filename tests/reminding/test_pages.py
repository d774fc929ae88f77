"""Enabling reminders after seeing what they do; one's own mail and calendar."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from icalendar import Calendar
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import assign, completed, open_renewals, waive
from coursesite.audit.models import Event
from coursesite.notifications.models import CalendarFeed
from coursesite.notifications.queries import digest_of
from coursesite.notifications.rules import Digest
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.reminding.models import AssignmentLadder
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.browser import Browser, Queries
from tests.makers import make_organisation, make_person, make_unit

CHOSEN = {
    "enabled": "y",
    "before": "70, 7, 0",
    "after": "7",
    "manager": "7",
    "above": "",
}


@pytest.fixture
def wing(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session, time_zone="Pacific/Auckland"), "Wing")


@pytest.fixture
def officer(session: Session, wing: Unit) -> Person:
    return make_person(session, wing, roles=(Role.TRAINING_OFFICER,), roles_at=wing)


@pytest.fixture
def assigned(session: Session, wing: Unit, officer: Person) -> Assignment:
    for _ in range(3):
        make_person(session, wing)
    made = assign(session, make_plan(wing), acting(officer))
    session.commit()
    return made


def kept(session: Session) -> list[AssignmentLadder]:
    return list(session.scalars(sa.select(AssignmentLadder)))


def events(calendar: bytes) -> list[Any]:
    """What a calendar program finds in the file."""
    return list(Calendar.from_ical(calendar).walk("VEVENT"))


def test_reminders_are_seen_before_they_are_enabled(
    session: Session, browser: Browser, officer: Person, assigned: Assignment
) -> None:
    client, address = browser.sign_in(officer), f"/assignments/{assigned.id}/reminders"
    assert "30, 7, 0" in client.get(address).text

    check = client.post(address, CHOSEN)
    assert "4 people are told at once" in check.text
    assert "To the person: " in check.text
    assert "To their manager: " in check.text
    assert "To the level above: " not in check.text
    assert "Nothing has been kept or sent yet" in check.text
    assert "is due on" in check.text
    assert "You get this because your organisation asks for this training" in check.text
    assert kept(session) == []

    seen = re.findall('name="seen" value="([^"]*)"', check.text)
    stale = client.post(address, {**CHOSEN, "seen": "9 9 9"})
    assert "has changed since you looked" in stale.text
    assert kept(session) == []

    assert client.post(address, {**CHOSEN, "seen": seen[0]}).status_code == 302
    [ladder] = kept(session)
    assert (ladder.enabled, ladder.own, ladder.above) == (True, [-70, -7, 0, 7], [])
    assert "What comes next" in client.get(address).text
    event = session.scalars(sa.select(Event).where(Event.kind == "reminders-changed")).one()
    assert event.actor_id == officer.id

    client.post(address, {**CHOSEN, "enabled": ""})
    session.expire_all()
    assert not kept(session)[0].enabled


@pytest.mark.parametrize(
    "wrong",
    [
        {"before": "soon"},
        {"before": "400"},
        {"before": "", "after": ""},
        {"after": "1 2 3 4 5 6 7 8 9"},
    ],
)
def test_days_that_are_none_are_told(
    session: Session, browser: Browser, officer: Person, assigned: Assignment, wrong: dict[str, str]
) -> None:
    address = f"/assignments/{assigned.id}/reminders"
    page = browser.sign_in(officer).post(address, {**CHOSEN, **wrong})
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert kept(session) == []


def test_others_cannot_change_what_reaches_beyond_their_units(
    session: Session, browser: Browser, wing: Unit, assigned: Assignment
) -> None:
    cell = make_unit(session, make_organisation(session), "Elsewhere")
    stranger = make_person(session, cell, roles=(Role.TRAINING_OFFICER,))
    below = make_unit(session, session.get_one(Organisation, wing.organisation_id), "Below", wing)
    partly = make_person(session, below, roles=(Role.TRAINING_OFFICER,), roles_at=below)
    session.commit()
    address = f"/assignments/{assigned.id}/reminders"
    assert browser.sign_in(stranger).get(address).status_code == 404
    assert browser.sign_in(stranger).post(address, CHOSEN).status_code == 404
    assert browser.sign_in(partly).get(address).status_code == 200
    assert browser.sign_in(partly).post(address, CHOSEN).status_code == 403


def test_the_questions_do_not_grow(
    session: Session, browser: Browser, wing: Unit, officer: Person, assigned: Assignment
) -> None:
    client, address = browser.sign_in(officer), f"/assignments/{assigned.id}/reminders"

    def asked() -> int:
        session.commit()
        with Queries(session.connection()) as queries:
            assert client.post(address, CHOSEN).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for _ in range(20):
        make_person(session, wing)
    assign(session, make_plan(wing, reason="More"), acting(officer))
    assert asked() == few <= 10


def test_people_choose_their_mail_and_cannot_switch_reminders_off(
    session: Session, browser: Browser, officer: Person
) -> None:
    client = browser.sign_in(officer)
    page = client.get("/settings/mail").text
    assert "cannot be switched off" in page
    assert "no mail server" in page
    client.post("/settings/mail", {"language": "en", "digest": "weekly", "requests": "daily"})
    session.expire_all()
    assert digest_of(session, officer.id) is Digest.WEEKLY
    assert session.get_one(Person, officer.id).language == "en"
    assert client.post("/settings/mail", {"language": "xx", "digest": "never"}).status_code == 422
    client.post("/settings/mail", {"language": "", "digest": "daily", "requests": "never"})
    session.expire_all()
    assert session.get_one(Person, officer.id).language is None
    session.commit()
    with Queries(session.connection()) as queries:
        client.get("/settings/mail")
    assert len(queries) <= 6


@pytest.mark.usefixtures("assigned")
def test_due_dates_are_whole_days_of_the_organisation_in_a_calendar(
    session: Session, browser: Browser, officer: Person
) -> None:
    answer = browser.sign_in(officer).get("/learn/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert 'filename="due-dates.ics"' in answer.headers["Content-Disposition"]
    calendar = Calendar.from_ical(answer.data)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    due = requirement_of(session, officer).due_on
    assert due
    [event] = events(answer.data)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (due, due + timedelta(days=1))
    assert event["SUMMARY"] == "Due: The module prison-1-first-days"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["DESCRIPTION"] == "The law asks for it."
    assert event["URL"].endswith("/modules/prison-1-first-days")
    assert event["UID"].startswith(f"due-{requirement_of(session, officer).id}@")
    assert [each["TRIGGER"].dt for each in event.walk("VALARM")] == [timedelta(days=-7, hours=9)]


@pytest.mark.usefixtures("assigned")
def test_a_calendar_shows_what_is_done_until_it_expires_and_nothing_that_rests(
    session: Session, browser: Browser, officer: Person
) -> None:
    completed(session, complete(session, officer))
    session.commit()
    client = browser.sign_in(officer)
    until = requirement_of(session, officer).valid_until
    [event] = events(client.get("/learn/calendar.ics").data)
    assert event["DTSTART"].dt == until
    assert event["SUMMARY"].startswith("Valid until today")
    assert event["UID"].startswith(f"valid-{requirement_of(session, officer).id}@")

    boss = make_person(session, session.get_one(Unit, officer.unit_id), roles=(Role.MANAGER,))
    rest, why = Rest(Excuse.WAIVED, in_days(-1), None), Reason(ReasonCode.OTHER, "A reason")
    waive(session, [requirement_of(session, officer)], rest, why, acting(boss))
    session.commit()
    assert "VEVENT" not in client.get("/learn/calendar.ics").text


@pytest.mark.usefixtures("assigned")
def test_in_the_days_of_grace_a_calendar_shows_the_last_of_them_too(
    session: Session, browser: Browser, officer: Person
) -> None:
    completed(session, complete(session, officer, days_ago=350))
    open_renewals(session)
    session.commit()
    requirement = requirement_of(session, officer)
    until, last = requirement.valid_until, requirement.grace_until
    assert until
    assert last == until + timedelta(days=30)

    [due] = events(browser.sign_in(officer).get("/learn/calendar.ics").data)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        due, grace = events(browser.sign_in(officer).get("/learn/calendar.ics").data)

    assert due["DTSTART"].dt == until
    assert due["SUMMARY"] == "Due: The module prison-1-first-days"
    assert grace["DTSTART"].dt == last
    assert grace["SUMMARY"] == "Last day of grace: The module prison-1-first-days"
    first, end = (f"{day.day} {day:%B %Y}" for day in (until, last))
    assert grace["DESCRIPTION"] == (
        f"It was valid until {first} and is still to be renewed; the days of grace end on {end}. "
        "The law asks for it."
    )
    assert grace["UID"].startswith(f"grace-{requirement.id}@")


@pytest.mark.usefixtures("assigned")
def test_a_private_address_is_shown_once_kept_as_a_digest_and_can_be_ended(
    session: Session, browser: Browser, officer: Person
) -> None:
    client, program = browser.sign_in(officer), browser.anonymous()

    def make(form: dict[str, str]) -> str:
        page = client.post("/settings/calendar", form)
        found = re.search(r'value="https?://[^/"]+(/calendar/[^"]+\.ics)"', page.text)
        assert found
        return found[1]

    first = make({"alarms": "y"})
    assert len(first) > len("/calendar/.ics") + 40
    assert program.get(first).text.count("BEGIN:VEVENT") == 1
    assert program.get(first).text.count("BEGIN:VALARM") == 1
    assert first not in client.get("/settings/mail").text
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in str(session.execute(sa.select(CalendarFeed.token_digest)).all())

    second = make({})
    assert program.get(first).status_code == 404
    assert program.get(second).text.count("BEGIN:VEVENT") == 1
    assert "VALARM" not in program.get(second).text
    client.post("/settings/calendar/end")
    assert program.get(second).status_code == 404


@pytest.mark.usefixtures("assigned")
def test_a_calendar_speaks_the_language_of_its_holder(
    session: Session, browser: Browser, officer: Person
) -> None:
    officer.language = "de"
    session.commit()
    page = browser.sign_in(officer).post("/settings/calendar").text
    found = re.search(r"/calendar/[^\"]+\.ics", page)
    assert found
    program = browser.anonymous().get(found[0], headers={"Accept-Language": "en"})
    [event] = events(program.data)
    assert event["SUMMARY"] == "Fällig: The module prison-1-first-days"


@pytest.mark.usefixtures("assigned")
def test_the_address_of_somebody_who_left_opens_no_more(
    session: Session, browser: Browser, officer: Person
) -> None:
    page = browser.sign_in(officer).post("/settings/calendar").text
    found = re.search(r"/calendar/[^\"]+\.ics", page)
    assert found
    officer.left_on = in_days(0)
    session.commit()
    assert browser.anonymous().get(found[0]).status_code == 404
