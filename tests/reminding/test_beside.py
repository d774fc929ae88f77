"""Reminders on the pages that make, copy and change an assignment."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Reminder
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    Plan,
    Reason,
    ReasonCode,
    Rest,
    in_words,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    give_extension,
    match_person,
    preview,
    review_change,
    waive,
)
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.reminding.models import AssignmentLadder
from coursesite.reminding.queries.foreseeing import Foreseen, foresee
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder, Level
from coursesite.reminding.services import Expecting, keep_ladder
from tests.assignments.makers import acting, make_plan, publish_module, requirement_of, today
from tests.assignments.test_views import filled, hidden_fields
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit
from tests.reminding.conftest import TUESDAY, Pass, at, in_days

SENT = {"remind-enabled": "y", "remind-before": "90, 30, 7, 0", "remind-after": "7"}
TOLD_LATE = {"remind-manager": "7", "remind-above": ""}


@pytest.fixture
def station(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Station")


@pytest.fixture
def officer(session: Session, station: Unit) -> Person:
    return make_person(session, station, roles=(Role.TRAINING_OFFICER,), roles_at=station)


@pytest.fixture
def client(browser: Browser, officer: Person) -> Client:
    return browser.sign_in(officer)


def kept(session: Session) -> list[AssignmentLadder]:
    session.expire_all()
    found = sa.select(AssignmentLadder).order_by(AssignmentLadder.assignment_id)
    return list(session.scalars(found))


def make(client: Client, station: Unit, **values: str) -> str:
    """Assigned after it was checked; its address."""
    check = client.post("/assignments/new", data=filled(station, **values))
    made = client.post("/assignments/new", data=hidden_fields(check.text) | {"step": "assign"})
    assert made.status_code == 302
    return str(made.location)


def test_a_new_assignment_reminds_unless_somebody_says_otherwise(
    session: Session, client: Client, station: Unit
) -> None:
    make_person(session, station)
    page = client.get("/assignments/new").text
    assert 'id="remind-enabled" name="remind-enabled" type="checkbox" value="y" checked' in page
    assert 'name="remind-before" type="text" value="30, 7, 0"' in page

    check = client.post("/assignments/new", data=filled(station, **SENT, **TOLD_LATE))
    assert "2 people are told at once" in check.text
    assert "the manager is told at once" not in check.text
    day = in_words(today() + timedelta(days=60))
    assert re.search(rf"“[^”]+” is due on \w+ {day}", check.text)
    assert re.search(rf"was due on \w+ {day}", check.text)
    assert "You get this because your organisation asks for this training" in check.text
    assert kept(session) == []

    make(client, station, **SENT, **TOLD_LATE)
    [ladder] = kept(session)
    assert ladder.enabled
    assert ladder.ladder == Ladder((-90, -30, -7, 0, 7), (7,), ())


def test_where_nobody_is_told_soon_the_first_day_is_named(client: Client, station: Unit) -> None:
    due = in_days(300)
    fixed = {"due": "fixed", "due_on": [str(due.day), str(due.month), str(due.year)]}
    data = filled(station) | fixed | {"remind-enabled": "y", "remind-before": "30, 7"}
    check = client.post("/assignments/new", data=data).text
    assert "Nobody is told at once." in check
    assert "In the 30 days after today nobody is reminded." in check
    assert f"The first are told on {in_words(in_days(270))}." in check
    assert "People concerned" not in check


def test_whoever_switches_it_off_is_told_so_and_its_days_are_remembered(
    session: Session, client: Client, station: Unit
) -> None:
    off = {**SENT, **TOLD_LATE}
    del off["remind-enabled"]
    check = client.post("/assignments/new", data=filled(station, **off))
    assert "Nobody is reminded of it." in check.text
    make(client, station, **off)
    [ladder] = kept(session)
    assert (ladder.enabled, ladder.own) == (False, [-90, -30, -7, 0, 7])


@pytest.mark.parametrize(
    "wrong",
    [
        ("remind-before", "soon", "Enter whole numbers of days, such as 30, 7, 0"),
        ("remind-after", "400", "Enter at most 365 days"),
        ("remind-manager", "1 2 3 4 5 6 7 8 9", "Enter at most 8 numbers"),
    ],
)
def test_what_is_wrong_with_the_days_is_told_at_the_field_and_nothing_is_lost(
    session: Session, client: Client, station: Unit, wrong: tuple[str, str, str]
) -> None:
    field, value, message = wrong
    page = client.post("/assignments/new", data=filled(station, **{**SENT, field: value}))
    assert page.status_code == 422
    assert f'<a href="#{field}">{message}</a>' in page.text
    assert f'id="{field}-error"' in page.text
    assert f'name="{field}" type="text" value="{value}"' in page.text
    assert "The law asks for it." in page.text
    assert session.scalars(sa.select(Assignment)).all() == []


def test_what_was_chosen_is_there_on_the_way_back(client: Client, station: Unit) -> None:
    check = client.post("/assignments/new", data=filled(station, **SENT, **TOLD_LATE))
    data = hidden_fields(check.text) | {"step": "change"}
    assert 'value="90, 30, 7, 0"' in client.post("/assignments/new", data=data).text
    data = filled(station, **{"remind-before": "3"}, step="more")
    page = client.post("/assignments/new", data=data).text
    assert 'name="remind-before" type="text" value="3"' in page
    assert 'name="remind-enabled" type="checkbox" value="y">' in page


def test_a_copy_has_the_reminders_of_what_it_copies(
    session: Session, client: Client, station: Unit, officer: Person
) -> None:
    make(client, station, **SENT, **TOLD_LATE)
    [ladder] = kept(session)
    page = client.get(f"/assignments/new?copy={ladder.assignment_id}").text
    assert 'value="90, 30, 7, 0"' in page
    assert 'name="remind-enabled" type="checkbox" value="y" checked' in page

    silent = assign(session, make_plan(station, reason="Silent"), acting(officer))
    session.commit()
    page = client.get(f"/assignments/new?copy={silent.id}").text
    assert 'name="remind-enabled" type="checkbox" value="y">' in page


def test_nobody_copies_the_reminders_of_strangers(
    session: Session, client: Client, browser: Browser, station: Unit
) -> None:
    make(client, station, **SENT, **TOLD_LATE)
    [ladder] = kept(session)
    cell = make_unit(session, make_organisation(session), "Elsewhere")
    stranger = make_person(session, cell, roles=(Role.TRAINING_OFFICER,))
    session.commit()
    address = f"/assignments/new?copy={ladder.assignment_id}"
    assert browser.sign_in(stranger).get(address).status_code == 404


def test_a_change_says_how_many_mails_it_sends(
    session: Session, client: Client, station: Unit
) -> None:
    for _ in range(2):
        make_person(session, station)
    address = make(client, station, **{**SENT, **TOLD_LATE, "remind-before": "30, 7"})
    data = filled(station, due_days="20", why="The audit is earlier.")
    check = client.post(f"{address}/change", data=data)
    assert "If you save the change, these are sent because of it:" in check.text
    assert "3 people are told at once" in check.text
    words = {**data, "due_days": "60", "reason": "Other words"}
    assert "The change itself sends no mail" in client.post(f"{address}/change", data=words).text
    [ladder] = kept(session)
    ladder.enabled = False
    session.commit()
    assert "Nobody is reminded of it." in client.post(f"{address}/change", data=data).text


def test_the_questions_of_the_check_do_not_grow(
    session: Session, client: Client, station: Unit
) -> None:
    def asked() -> int:
        session.commit()
        with Queries(session.connection()) as queries:
            page = client.post("/assignments/new", data=filled(station, **SENT, **TOLD_LATE))
        assert "told at once" in page.text
        return len(queries)

    asked()
    few = asked()
    for _ in range(20):
        make_person(session, station)
    assert asked() == few


def plan_due(plan: Plan, days: int) -> Plan:
    return replace(plan, due=Due(DueRule.AFTER_ASSIGNMENT, days=days))


def told(session: Session) -> dict[Level, int]:
    """Of how many people somebody was told so far, by level and step."""
    found = session.execute(
        sa.select(Reminder.level, Reminder.period_id, Reminder.step).distinct()
    ).all()
    return {level: sum(row.level == level for row in found) for level in Level}


FAR = Ladder((-60, -30, -7, 0, 7), (-20,), (-10,))


@pytest.mark.usefixtures("amira")
@pytest.mark.parametrize("days", [90, 60, 59, 30, 20, 10, 8, 3])
def test_what_a_new_assignment_sends_is_what_was_said_before(
    session: Session, wing: Unit, boss: Person, pass_day: Pass, days: int
) -> None:
    """One is waived; all are asked by an assignment already that reminds of nothing."""
    away = make_person(session, wing, family_name="Away")
    with at(TUESDAY):
        assign(session, make_plan(wing, reason="Silent"), acting(boss))
        rest, why = Rest(Excuse.WAIVED, TUESDAY, None), Reason(ReasonCode.OTHER, "Ill")
        waive(session, [requirement_of(session, away)], rest, why, acting(boss))
        plan = plan_due(make_plan(wing), days)
        expecting = Expecting(FAR, TUESDAY, fresh=True)
        preview(session, plan, expecting)
        made = assign(session, plan, acting(boss))
        keep_ladder(session, made, FAR, acting(boss), enabled=True)
        session.commit()
        standing = foresee(session, made.id, FAR, TUESDAY)

    assert expecting.foreseen == standing
    pass_day(TUESDAY)
    foreseen = expecting.foreseen.at_once
    assert told(session)[Level.OWN] == foreseen[Level.OWN]


@pytest.mark.parametrize("days", [75, 55, 40, 29, 20, 10])
def test_what_a_change_sends_is_what_was_said_before(
    session: Session, boss: Person, assigned: Assignment, pass_day: Pass, days: int
) -> None:
    """After the first step was told; one was given more time, and keeps it."""
    wing = session.get_one(Unit, boss.unit_id)
    later = make_person(session, wing, family_name="Later")
    with at(TUESDAY):
        match_person(session, later.id)
        give_extension(
            session,
            [requirement_of(session, later)],
            in_days(80),
            Reason(ReasonCode.OTHER, "More time"),
            acting(boss),
        )
        session.commit()
    pass_day(in_days(30))
    before = told(session)
    with at(in_days(30), hour=10):
        plan = plan_due(assigned.plan, days)
        expecting = Expecting(DEFAULT_LADDER, in_days(30), fresh=False)
        review_change(session, assigned, plan, expecting)
        change_assignment(session, assigned, plan, acting(boss), reason="The audit is earlier")
        session.commit()

    pass_day(in_days(31))
    sent = told(session)[Level.OWN] - before[Level.OWN]
    assert sent == expecting.foreseen.at_once[Level.OWN]


def test_only_what_comes_is_told_where_somebody_chose_so(
    session: Session, wing: Unit, boss: Person, amira: Person, pass_day: Pass
) -> None:
    with at(TUESDAY):
        late = assign(session, make_plan(wing), acting(boss))
        session.commit()
    day = in_days(61)
    coming = replace(DEFAULT_LADDER, since=day + timedelta(days=1))
    with at(day):
        everything = foresee(session, late.id, DEFAULT_LADDER, day)
        nothing = foresee(session, late.id, coming, day)
        keep_ladder(session, late, coming, acting(boss), enabled=True)
        session.commit()
    assert everything.at_once[Level.OWN] == 2
    assert nothing == Foreseen(dict.fromkeys(Level, 0), nothing.soon)
    assert pass_day(day) == []
    mails = [mail for days in range(62, 72) for mail in pass_day(in_days(days))]
    assert {mail.person_id for mail in mails} == {amira.id, boss.id}
    assert {step for (step,) in session.execute(sa.select(Reminder.step))} == {"+7", "manager+7"}


def test_enabling_late_can_leave_out_what_has_passed(
    session: Session, browser: Browser, officer: Person, station: Unit
) -> None:
    made = assign(session, make_plan(station), acting(officer))
    session.commit()
    client, address = browser.sign_in(officer), f"/assignments/{made.id}/reminders"
    chosen = {"enabled": "y", "before": "70", "after": "", "manager": "", "above": ""}
    assert "1 person is told at once" in client.post(address, chosen).text
    check = client.post(address, {**chosen, "coming": "y"})
    assert "Nobody is told at once." in check.text
    client.post(address, {**hidden_fields(check.text), "seen": "0 0 0"})
    [ladder] = kept(session)
    assert ladder.since is not None
    assert 'name="coming" type="checkbox" value="y" checked' in client.get(address).text


@pytest.mark.usefixtures("amira")
@pytest.mark.parametrize("days", [75, 60, 40])
def test_what_another_assignment_told_before_is_not_told_again(
    session: Session, assigned: Assignment, boss: Person, pass_day: Pass, days: int
) -> None:
    """It told of its first step, and was silenced; with the same date, that step is over."""
    wing = session.get_one(Unit, boss.unit_id)
    pass_day(in_days(30))
    before = told(session)[Level.OWN]
    with at(in_days(30), hour=10):
        keep_ladder(session, assigned, DEFAULT_LADDER, acting(boss), enabled=False)
        plan = replace(make_plan(wing, reason="Loud"), due=Due(DueRule.FIXED, in_days(days)))
        expecting = Expecting(DEFAULT_LADDER, in_days(30), fresh=True)
        preview(session, plan, expecting)
        made = assign(session, plan, acting(boss))
        keep_ladder(session, made, DEFAULT_LADDER, acting(boss), enabled=True)
        session.commit()
    pass_day(in_days(31))
    sent = told(session)[Level.OWN] - before
    assert (before, sent) == (2, expecting.foreseen.at_once[Level.OWN])
    assert sent == (2 if days < 60 else 0)
