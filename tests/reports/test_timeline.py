"""Everything that happened to a requirement, told to the person and to their manager alone."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    Excuse,
    Reason,
    ReasonCode,
    Rest,
    in_words,
)
from coursesite.assignments.services import (
    ask_extension,
    assign,
    change_assignment,
    completed,
    decide_extension,
    mark_absent,
    match_person,
    pause_assignment,
    restore_completion,
    resume_assignment,
    revoke_completions,
)
from coursesite.audit.services import SITE
from coursesite.certificates.rules import grouped
from coursesite.certificates.services import Issue, issue, reinstate, revoke
from coursesite.learning.queries.timeline import Line
from coursesite.learning.views.timeline import SAID
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.people.services import mark_as_left, post_person
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
    today,
)
from tests.browser import Browser, Queries
from tests.makers import make_organisation, make_person, make_unit

FACTS = Issue("First days", "Children in View", 40, (), in_days(300))
BECAUSE = Reason(ReasonCode.OPERATIONS, "A riot in the east wing")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, make_organisation(session), "Visits")


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    roles = (Role.MANAGER,)
    return make_person(session, unit, roles=roles, given_name="Nora", family_name="Lind")


@pytest.fixture
def learner(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, given_name="Amira", family_name="Haddad")


def live(session: Session, unit: Unit, learner: Person, manager: Person) -> Requirement:
    """Assigned, put off, absent, completed with a certificate, revoked and restored."""
    publish_module(session)
    assign(session, make_plan(unit), acting(manager))
    requirement = requirement_of(session, learner)
    asked = ask_extension(session, requirement, in_days(90), "Cover for two", acting(learner))
    decide_extension(session, asked, acting(manager), granted=True, reason="That is fair")
    away = Rest(Excuse.ABSENT, in_days(-3), in_days(-1))
    mark_absent(session, [learner], away, BECAUSE, acting(manager))
    completion = complete(session, learner)
    completed(session, completion)
    certificate = issue(session, completion, FACTS, SITE)
    revoke_completions(session, [completion], BECAUSE, acting(manager))
    revoke(session, certificate, "Nobody sat it", acting(manager))
    reinstate(session, certificate, "Somebody sat it", acting(manager))
    restore_completion(session, completion, acting(manager), reason="It was somebody else")
    session.commit()
    return requirement_of(session, learner)


TODAY = in_words(today())

TOLD = [
    "Assigned.",
    "Asked for more time until",
    "More time was given: from",
    "That is fair",
    "Absent from",
    "A riot in the east wing",
    "Completed.",
    "was issued.",
    f"The completion of {TODAY} was revoked.",
    "It must be done again.",
    "was revoked. By Nora Lind. Why: Nobody sat it",
    "holds again. By Nora Lind. Why: Somebody sat it",
    f"The revocation of the completion of {TODAY} was taken back.",
    "It was somebody else",
    "By Nora Lind.",
    "By Amira Haddad.",
]


def test_the_manager_reads_all_that_happened_and_who_did_it_and_why(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    held = live(session, unit, learner, manager)
    client = browser.sign_in(manager)
    address = f"/reports/people/{learner.id}/requirements/{held.id}"
    assert address in client.get(f"/reports/people/{learner.id}").text
    page = client.get(address).text
    assert [words for words in TOLD if words not in page] == []
    assert "and valid until" in page
    assert "(for 12 months, assigned by Nora Lind)" in page


def test_what_was_entered_by_hand_names_its_day_what_shows_it_who_and_why(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    publish_module(session)
    assign(session, make_plan(unit), acting(manager))
    session.commit()
    day = in_days(-40)
    sent = {
        "people": [learner.id],
        "target": f"module:{MODULE}",
        "completed_on": [day.day, day.month, day.year],
        "evidence": "Certificate NP-2291 of the academy.",
        "code": "other-training",
        "reason": "Learned in the last job",
    }
    client = browser.sign_in(manager)
    assert client.post("/reports/changes/prior-training", data=sent).status_code == 302
    person = client.get(f"/reports/people/{learner.id}").text
    held = requirement_of(session, learner)
    timeline = client.get(f"/reports/people/{learner.id}/requirements/{held.id}").text
    assert f"Earlier training of {in_words(day)} was entered." in timeline
    assert "It is shown by: Certificate NP-2291 of the academy. Valid until" in timeline
    assert timeline.index("was entered.") < timeline.index("Assigned.")
    for page in (person, timeline):
        assert "Learned in the last job" in page
        assert "by Nora Lind" in page or "By Nora Lind." in page


def test_the_learner_reads_the_same(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    held = live(session, unit, learner, manager)
    client = browser.sign_in(learner)
    assert f"/learn/requirements/{held.id}" in client.get("/learn").text
    page = client.get(f"/learn/requirements/{held.id}").text
    assert [words for words in TOLD if words not in page] == []


def test_strangers_and_colleagues_find_nothing(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    held = live(session, unit, learner, manager)
    colleague = make_person(session, unit)
    stranger = make_person(session, roles=(Role.MANAGER,))
    session.commit()
    assert browser.sign_in(colleague).get(f"/learn/requirements/{held.id}").status_code == 404
    client = browser.sign_in(stranger)
    address = f"/reports/people/{learner.id}/requirements/{held.id}"
    assert client.get(address).status_code == 404
    mine = f"/reports/people/{manager.id}/requirements/{held.id}"
    assert browser.sign_in(manager).get(mine).status_code == 404


def test_a_code_is_told_in_groups(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    publish_module(session)
    assign(session, make_plan(unit), acting(manager))
    completion = complete(session, learner)
    completed(session, completion)
    certificate = issue(session, completion, FACTS, SITE)
    session.commit()
    held = requirement_of(session, learner)
    page = browser.sign_in(learner).get(f"/learn/requirements/{held.id}").text
    assert grouped(certificate.code) in page


def test_the_pages_ask_few_questions(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    held = live(session, unit, learner, manager)
    client, boss = browser.sign_in(learner), browser.sign_in(manager)
    mine = f"/learn/requirements/{held.id}"
    theirs = f"/reports/people/{learner.id}/requirements/{held.id}"
    for reader, address, most in ((client, mine, 6), (boss, theirs, 10)):
        reader.get(address)
        with Queries(session.connection()) as queries:
            reader.get(address)
        assert len(queries) <= most, queries.statements


def test_leaving_and_coming_back_a_pause_and_a_changed_rule_stand_in_it(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    publish_module(session)
    made = assign(session, make_plan(unit), acting(manager))
    held = requirement_of(session, learner)
    desk, by = make_unit(session, learner.organisation, "Desk", unit), acting(manager)
    mark_as_left(session, learner, in_days(-1), by, reason="A private matter")
    match_person(session, learner.id)
    session.commit()
    boss, address = browser.sign_in(manager), f"/reports/people/{learner.id}"
    rested = boss.get(f"{address}/requirements/{held.id}").text
    assert f"Not asked since they left on {in_words(in_days(-1))}" in rested

    post_person(session, learner, desk, by, reason="Also private")
    match_person(session, learner.id)
    pause_assignment(session, made, by, reason="The hall burned down")
    resume_assignment(session, made, by, reason="It stands again")
    plan = replace(made.plan, due=Due(DueRule.AFTER_ASSIGNMENT, days=90))
    change_assignment(session, made, plan, by, reason="More time for all")
    named = Condition(Criterion.PERSON, str(learner.id), group=2)
    widened = replace(plan, conditions=(*plan.conditions, named))
    change_assignment(session, made, widened, by, reason="Wherever they are posted")
    session.commit()

    page = boss.get(f"{address}/requirements/{held.id}").text
    assert page.count("The assignment changed whom it asks.") == 1
    told = [
        f"Left; the last day was {in_words(in_days(-1))}.",
        "Posted to Visits / Desk.",
        "The assignment was paused. By Nora Lind. Why: The hall burned down",
        "The assignment was resumed. By Nora Lind. Why: It stands again",
        "The assignment changed: the date moved from",
        "The assignment changed whom it asks. By Nora Lind. Why: Wherever they are posted",
    ]
    assert [words for words in told if words not in page] == []
    assert "rivate" not in page
    person = boss.get(address).text
    assert "Date moved as the assignment changed: " in person
    assert "Visits / Desk" in person
    assert "/reports/taken-back/extension/" not in person


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("-7", "Amira Haddad was reminded of %s (step: 7 days before it)."),
        ("0", "Amira Haddad was reminded of %s (step: on that day)."),
        ("+1@2027-03-01", "Amira Haddad was reminded of %s (step: 1 day after it)."),
        ("manager+7", "The manager, Amira Haddad, was told of %s (step: 7 days after it)."),
        ("above+14", "The level above, Amira Haddad, was told of %s (step: 14 days after it)."),
    ],
)
def test_a_reminder_says_to_whom_it_went_and_when(
    app: Flask, learner: Person, step: str, words: str
) -> None:
    due_on = date(2027, 3, 1)
    line = Line(clock.now(), "reminded", step, learner.name, "", due_on, None, None, "")
    with app.test_request_context():
        assert SAID["reminded"](line, {}) == words % "the due date 1 March 2027"
