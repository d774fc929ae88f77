from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Leave
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    Reason,
    ReasonCode,
    RequirementState,
    Rest,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    completed,
    give_extension,
    mark_absent,
    waive,
)
from coursesite.certificates.rules import grouped
from coursesite.certificates.services import Issue, issue
from coursesite.content.queries import MODULES
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Note
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.browser import Browser, Queries
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import in_days, require
from tests.tongues import tongues_of

FACTS = Issue("First days", "Children in View", 40, (), in_days(300))
SCORE = 41.25


@pytest.fixture
def unit(session: Session) -> Unit:
    organisation = make_organisation(session)
    return make_unit(session, organisation, "Visits", make_unit(session, organisation, "North"))


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit)


@pytest.fixture
def learner(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, given_name="Amira", family_name="Haddad <b>")


def try_quiz(session: Session, person: Person, number: int, state: AttemptState) -> None:
    revision = find_live(session, Kind.MODULE, MODULE, "en")
    assert revision
    same: dict[str, Any] = {"person_id": person.id, "organisation_id": person.organisation_id}
    quiz: dict[str, Any] = {"quiz_slug": MODULE, "revision_id": revision.id, "seed": 1}
    moments: dict[str, Any] = {"started_at": clock.now(), "submitted_at": clock.now()}
    mark: dict[str, Any] = {"drawn": [], "pass_mark": 80, "score": SCORE}
    session.add(Attempt(**same, **quiz, **moments, **mark, number=number, state=state))
    session.flush()


def test_a_manager_reads_the_whole_record(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    publish_module(session)
    assign(session, make_plan(unit), acting(manager))
    try_quiz(session, learner, 1, AttemptState.FAILED)
    try_quiz(session, learner, 2, AttemptState.PASSED)
    revision = find_live(session, Kind.MODULE, MODULE, "en")
    assert revision
    completion = complete(session, learner, days_ago=3, revision_id=revision.id)
    completed(session, completion)
    certificate = issue(session, completion, FACTS, acting(learner))
    note = {"module_slug": MODULE, "block_id": "a", "text": "Private", "changed_at": clock.now()}
    session.add(Note(person_id=learner.id, **note))
    session.flush()

    page = browser.sign_in(manager).get(f"/reports/people/{learner.id}")

    assert page.status_code == 200
    assert "Amira Haddad &lt;b&gt;" in page.text
    assert "and valid until" in page.text
    assert "The law asks for it." in page.text
    assert f"/modules/{MODULE}/revisions/{revision.digest[:12]}" in page.text
    assert f"/certificates/{certificate.code}" in page.text
    assert grouped(certificate.code) in page.text
    assert 'data-label="Attempts">2</td>' in page.text
    assert "Passed" in page.text
    assert str(SCORE) not in page.text
    assert f"{SCORE:.0f} %" not in page.text
    assert "Private" not in page.text


def test_the_sentence_says_how_it_stands(
    session: Session, browser: Browser, manager: Person, learner: Person
) -> None:
    waived = require(session, learner, excuse=Excuse.WAIVED)
    require(session, learner, "another", due_on=in_days(-2))
    require(session, learner, "earlier", state=RequirementState.SUSPENDED)
    reason = {"reason_code": "secondment", "reason": "Transfer", "approved_by_id": manager.id}
    days = {"starts_on": in_days(-1), "ends_on": in_days(9), "created_at": clock.now()}
    leave = Leave(**reason, **days, person_id=learner.id, excuse=Excuse.WAIVED)
    leave.requirement_id = waived.id
    session.add(leave)
    session.flush()

    text = browser.sign_in(manager).get(f"/reports/people/{learner.id}").text

    assert "Waived until" in text
    assert "2 days ago, and not finished yet." in text
    assert "Overdue" in text
    rested = text[text.index("No longer required") :]
    assert "Suspended" in rested
    assert "Not asked now: no assignment reaches them." in rested
    assert "Due on" not in rested


def test_the_sentence_names_who_assigned_it_and_who_moved_the_date_and_why(
    session: Session, browser: Browser, unit: Unit, learner: Person
) -> None:
    ada = make_person(session, unit, roles=(Role.MANAGER,), given_name="Ada", family_name="Chief")
    publish_module(session)
    assign(session, make_plan(unit), acting(ada))
    why = Reason(ReasonCode.OTHER, "Back from the course in spring.")
    give_extension(session, [requirement_of(session, learner)], in_days(90), why, acting(ada))
    session.commit()
    sentence = " by Ada Chief), and not started yet."
    moved = "(moved by Ada Chief: “Back from the course in spring”; first due on"
    for page in (
        browser.sign_in(ada).get(f"/reports/people/{learner.id}").text,
        browser.sign_in(learner).get("/learn").text,
    ):
        assert sentence in page
        assert moved in page

    rest = Rest(Excuse.WAIVED, in_days(0), None)
    waive(session, [requirement_of(session, learner)], rest, why, acting(ada))
    session.commit()
    page = browser.sign_in(ada).get(f"/reports/people/{learner.id}").text
    assert "Waived (by Ada Chief: “Back from the course in spring”)" in page


def test_a_date_is_explained_by_the_rule_that_gave_it(
    session: Session, browser: Browser, unit: Unit, learner: Person
) -> None:
    """Somebody keeps the date that was put off; another gets the date of the new rule."""
    ada = make_person(session, unit, roles=(Role.MANAGER,), given_name="Ada", family_name="Chief")
    other = make_person(session, unit)
    publish_module(session)
    made = assign(session, make_plan(unit), acting(ada))
    why = Reason(ReasonCode.OTHER, "Back in spring")
    give_extension(session, [requirement_of(session, learner)], in_days(90), why, acting(ada))
    later = replace(made.plan, due=Due(DueRule.AFTER_ASSIGNMENT, days=70))
    change_assignment(session, made, later, acting(ada), reason="The audit is later")
    session.commit()
    client = browser.sign_in(ada)
    page = client.get(f"/reports/people/{learner.id}").text
    assert "60 days after it was assigned" in page
    assert "70 days" not in page
    page = client.get(f"/reports/people/{other.id}").text
    assert "70 days after it was assigned" in page
    assert "moved when Ada Chief changed what is assigned: “The audit is later”" in page
    held = requirement_of(session, other)
    timeline = client.get(f"/reports/people/{other.id}/requirements/{held.id}").text
    assert "(60 days after it was assigned)" in timeline


@pytest.mark.parametrize("first", ["absence", "rule"])
def test_a_date_of_a_changed_rule_beside_an_absence_names_both(
    session: Session, browser: Browser, unit: Unit, learner: Person, first: str
) -> None:
    ada = make_person(session, unit, roles=(Role.MANAGER,))
    publish_module(session)
    with time_machine.travel(clock.now() - timedelta(days=20)):
        made = assign(session, make_plan(unit), acting(ada))
    later = replace(made.plan, due=Due(DueRule.AFTER_ASSIGNMENT, days=80))
    why, away = Reason(ReasonCode.OTHER, "Ill"), Rest(Excuse.ABSENT, in_days(-9), in_days(-3))

    def change() -> None:
        change_assignment(session, made, later, acting(ada), reason="The audit is later")

    def rest() -> None:
        mark_absent(session, [learner], away, why, acting(ada))

    for do in (rest, change) if first == "absence" else (change, rest):
        do()
    session.commit()

    assert requirement_of(session, learner).due_on == in_days(80 - 20 + 7)
    page = browser.sign_in(ada).get(f"/reports/people/{learner.id}").text
    assert "80 days after it was assigned" in page
    assert ", and 7 days of absence; first due on" in page
    assert "“The audit is later”" in page


def test_only_those_who_look_after_somebody_read_the_record(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    north = session.get_one(Unit, unit.parent_id)
    beside = make_unit(session, learner.organisation, "East", north)
    who = {
        "manager": manager,
        "head": make_person(session, north, roles=(Role.MANAGER,), roles_at=north),
        "beside": make_person(session, beside, roles=(Role.MANAGER,), roles_at=beside),
        "stranger": make_person(session, roles=(Role.ADMINISTRATOR,)),
        "learner": learner,
    }
    address = f"/reports/people/{learner.id}"
    seen = {name: browser.sign_in(each).get(address).status_code for name, each in who.items()}
    assert seen == {"manager": 200, "head": 200, "beside": 404, "stranger": 404, "learner": 403}


@pytest.mark.parametrize("forged", ["0", "x", "-1", "9" * 30, "%00"])
def test_nobody_has_a_forged_id(browser: Browser, manager: Person, forged: str) -> None:
    answer = browser.sign_in(manager).get(f"/reports/people/{forged}")
    assert answer.status_code in (404, 422)


def test_a_record_asks_few_questions_whatever_it_holds(
    session: Session, browser: Browser, unit: Unit, manager: Person, learner: Person
) -> None:
    publish_module(session)
    for number in range(8):
        require(session, learner, f"target-{number}")
        complete(session, learner, slug=f"target-{number}")
    issue(session, complete(session, learner), FACTS, acting(learner))
    client = browser.sign_in(manager)
    address = f"/reports/people/{learner.id}"
    client.get(address)
    session.expire_all()
    with Queries(session.connection()) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 10


def test_a_title_in_another_language_than_the_page_says_so(
    session: Session, browser: Browser, manager: Person, learner: Person, unit: Unit
) -> None:
    publish_module(session)
    assign(session, make_plan(unit), acting(manager))
    manager.language = "de"
    client = browser.sign_in(manager)
    title = MODULES.all_live(session, "de")[0].text.title
    for address in (f"/reports/people/{learner.id}", "/reports/people", "/reports"):
        page = client.get(address).text
        assert ("en", title) in tongues_of(page), address
        assert ("de", "Berichte") in tongues_of(page), address
    manager.language = "en"
    assert f">{title}</span>" in client.get(f"/reports/people/{learner.id}").text
