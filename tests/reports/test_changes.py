"""Deciding on the pages: for one person, a pasted list, those chosen in a list; and back."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Extension, Leave
from coursesite.assignments.rules import Excuse, Progress, in_words
from coursesite.assignments.services import assign
from coursesite.certificates.models import Certificate
from coursesite.certificates.services import Issue, issue
from coursesite.notifications.models import Mail
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    make_plan,
    publish_module,
    requirement_of,
    today,
)
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit

TARGET = f"module:{MODULE}"
WHY = {"code": "other", "reason": "Helps out in the north"}


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    organisation = make_organisation(session)
    return make_unit(session, organisation, "Wing", make_unit(session, organisation, "North"))


@pytest.fixture
def boss(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit)


@pytest.fixture
def manager(browser: Browser, boss: Person) -> Client:
    return browser.sign_in(boss)


@pytest.fixture
def amira(session: Session, unit: Unit, boss: Person) -> Person:
    person = make_person(session, unit, given_name="Amira", staff_number="A 17")
    make_person(session, unit, given_name="Ben", staff_number="B-2")
    assign(session, make_plan(unit), acting(boss))
    return person


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def ben(session: Session) -> Person:
    return session.scalars(sa.select(Person).where(Person.given_name == "Ben")).one()


@pytest.mark.parametrize(
    ("what", "there", "not_there"),
    [
        ("absence", "Parental leave", "Technical trouble"),
        ("completion", "Technical trouble", "Parental leave"),
        ("revocation", "Something was not in order", "Secondment"),
    ],
)
def test_only_kinds_of_reason_that_fit_are_offered(
    manager: Client, amira: Person, what: str, there: str, not_there: str
) -> None:
    page = manager.get(f"/reports/changes/{what}?person={amira.id}").text
    assert f">{there}</option>" in page
    assert f">{not_there}</option>" not in page


def test_a_manager_waives_and_takes_back(
    session: Session, browser: Browser, manager: Client, amira: Person
) -> None:
    page = manager.get(f"/reports/changes/waiver?person={amira.id}&target={TARGET}").text
    assert re.search(rf'value="{amira.id}" checked', page)
    assert f'value="{TARGET}" selected' in page
    form = {"people": amira.id, "target": TARGET, "starts_on": day(0), "ends_on": day(9), **WHY}
    form["code"] = "secondment"

    told = manager.post("/reports/changes/waiver", form, follow_redirects=True).text

    assert f"The training is waived: {amira.name}." in told
    assert "Secondment: “Helps out in the north”. By " in told
    assert requirement_of(session, amira).excuse is Excuse.WAIVED
    assert "Waived until" in browser.sign_in(amira).get("/learn").text
    back = f"/reports/taken-back/leave/{session.scalars(sa.select(Leave.id)).one()}"
    assert back in told
    assert manager.get(back).status_code == 200
    assert "Say why" in manager.post(back, {"how": "mistake"}).text
    told = manager.post(back, {"how": "mistake", "reason": "Wrong one"}, follow_redirects=True).text
    assert "Wrong one" in told
    assert requirement_of(session, amira).excuse is Excuse.NONE


def test_nobody_is_excused_by_the_first_reason_of_a_list(manager: Client, amira: Person) -> None:
    asked = manager.get(f"/reports/changes/waiver?person={amira.id}").text
    assert re.search(
        r'<select[^>]* name="code"[^>]*>\s*<option value=""( selected)?>Choose one', asked
    )
    assert f'<a href="/reports/people/{amira.id}">{amira.name}</a>' in asked
    form = {"people": amira.id, "target": TARGET, "starts_on": day(0), **WHY, "code": ""}
    answer = manager.post("/reports/changes/waiver", form)
    assert answer.status_code == 422
    assert "Choose the kind of reason" in answer.text


def test_an_absence_for_a_pasted_list_and_its_end(
    session: Session, browser: Browser, manager: Client, amira: Person
) -> None:
    form = {"numbers": "A 17\r\nB-2", "starts_on": day(-3), "ends_on": day(9), **WHY}
    told = manager.post("/reports/changes/absence", form, follow_redirects=True).text
    assert "The absence is entered: 2 people." in told
    assert "Rests while you are absent until" in browser.sign_in(amira).get("/learn").text
    leave = session.scalars(sa.select(Leave).where(Leave.person_id == amira.id)).one()
    back = f"/reports/taken-back/leave/{leave.id}"
    end = {"how": "ended", "reason": "Back early"}
    assert "Enter the last day" in manager.post(back, end).text
    assert "before the first" in manager.post(back, {**end, "ends_on": day(-9)}).text
    assert manager.post(back, {**end, "ends_on": day(-1)}).status_code == 302
    assert requirement_of(session, amira).excuse is Excuse.NONE
    assert requirement_of(session, ben(session)).excuse is Excuse.ABSENT


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_done(
    session: Session, manager: Client, amira: Person
) -> None:
    day_before = today() - timedelta(days=1)
    gone = make_person(session, amira.unit, staff_number="G-1", left_on=day_before)
    posting = session.scalars(sa.select(Posting).where(Posting.person_id == gone.id)).one()
    posting.ends_on, gone.unit_id = day_before, None
    session.flush()
    absence = {"numbers": "A 17", "starts_on": day(0), "ends_on": day(9), **WHY}
    for changed, words in [
        ({"numbers": "A 17, Z-9"}, "Nobody whom you look after has this number: Z-9"),
        ({"numbers": "A 17, g-1"}, f"g-1 left on {in_words(day_before)} and stays out"),
        ({"numbers": ""}, "Choose somebody, or paste staff numbers"),
        ({"starts_on": ""}, "Enter the first day"),
        ({"ends_on": day(-2)}, "The last day lies before the first."),
        ({"reason": " "}, "Say why: it stands in the record"),
    ]:
        answer = manager.post("/reports/changes/absence", {**absence, **changed})
        assert answer.status_code == 422
        assert words in answer.text
    assert session.scalars(sa.select(Leave)).all() == []
    extension = {"numbers": "A 17", "target": TARGET, "due_on": day(3), **WHY}
    assert "must lie after" in manager.post("/reports/changes/extension", extension).text
    future = {"numbers": "A 17", "target": TARGET, "completed_on": day(3), **WHY}
    assert "not in the future" in manager.post("/reports/changes/completion", future).text


def test_more_time_is_asked_for_and_granted(
    session: Session, browser: Browser, manager: Client, amira: Person
) -> None:
    learner, requirement = browser.sign_in(amira), requirement_of(session, amira)
    address = f"/learn/more-time/{requirement.id}"
    assert address in learner.get("/learn").text
    assert "must lie after" in learner.post(address, {"due_on": day(1), "reason": "x"}).text
    learner.post(address, {"due_on": day(90), "reason": "Night shifts"})
    assert "Nobody has decided yet" in learner.get(address).text
    until = f"time until {in_words(today() + timedelta(days=90))}"
    assert f"You asked for {until}; nobody has decided yet" in learner.get("/learn").text
    assert f"Decide about more {until}" in manager.get(f"/reports/people/{amira.id}").text
    assert "Night shifts" in manager.get("/reports/extensions").text
    asked = session.scalars(sa.select(Extension)).one()
    decide = f"/reports/extensions/{asked.id}"
    assert "Say why" in manager.post(decide, {"do": "grant"}).text
    assert "Who asks for more time (1)" in manager.get("/reports").text

    manager.post(decide, {"do": "grant", "reason": "Of course"})

    assert "Who asks for more time</a>" in manager.get("/reports").text
    mail = session.scalars(sa.select(Mail).where(Mail.person_id == amira.id)).one()
    assert mail.subject == "More time for your training: granted"
    assert f"due on {weekday(today() + timedelta(days=90))}" in mail.body
    assert "Of course" in str(mail.html)

    assert requirement_of(session, amira).due_on == today() + timedelta(days=90)
    assert "Of course" in learner.get(address).text
    assert "nobody has decided yet" not in learner.get("/learn").text
    back = f"/reports/taken-back/extension/{asked.id}"
    manager.post(back, {"reason": "Shifts changed"})
    assert requirement_of(session, amira).due_on == today() + timedelta(days=60)


def test_who_asked_is_told_that_it_was_refused_and_why(
    session: Session, browser: Browser, manager: Client, amira: Person
) -> None:
    requirement = requirement_of(session, amira)
    learner, due_on = browser.sign_in(amira), requirement.due_on
    assert due_on
    learner.post(f"/learn/more-time/{requirement.id}", {"due_on": day(90), "reason": "x"})
    asked = session.scalars(sa.select(Extension)).one()
    decision = {"do": "refuse", "reason": "The <law> asks for it"}
    told = manager.post(f"/reports/extensions/{asked.id}", decision, follow_redirects=True).text
    assert "It is refused. A mail tells whoever asked." in told
    mail = session.scalars(sa.select(Mail).where(Mail.person_id == amira.id)).one()
    assert mail.subject == "More time for your training: refused"
    assert f"stays due on {weekday(due_on)}" in mail.body
    assert "The reason: The <law> asks for it" in mail.body
    assert "The &lt;law&gt; asks for it" in str(mail.html)
    assert manager.post(f"/reports/extensions/{asked.id}", decision).status_code == 409
    assert len(session.scalars(sa.select(Mail)).all()) == 1


def weekday(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def test_prior_training_counts_from_its_day_and_can_be_taken_back(
    session: Session, manager: Client, amira: Person
) -> None:
    form = {"numbers": "A 17", "target": TARGET, "completed_on": day(-100), **WHY}
    assert "Say what shows it" in manager.post("/reports/changes/prior-training", form).text
    shown = {**form, "evidence": "Certificate 12/2025"}
    told = manager.post("/reports/changes/prior-training", shown, follow_redirects=True).text
    assert "Certificate 12/2025" in told
    assert requirement_of(session, amira).progress is Progress.COMPLETED
    completion = session.scalars(sa.select(Completion)).one()
    assert completion.means is Means.PRIOR
    assert session.scalars(sa.select(Certificate)).all() == []
    revocation = {"numbers": "A 17", "target": TARGET, **WHY}
    manager.post("/reports/changes/revocation", revocation)
    assert requirement_of(session, amira).progress is Progress.NOT_STARTED
    manager.post(f"/reports/taken-back/revocation/{completion.id}", {"reason": "It is genuine"})
    assert requirement_of(session, amira).progress is Progress.COMPLETED


def test_a_revocation_voids_the_certificate_and_going_back_restores_it(
    session: Session, browser: Browser, manager: Client, amira: Person
) -> None:
    done = complete(session, amira, days_ago=2)
    certificate = issue(
        session, done, Issue("First days", "Children in View", 40, ()), acting(amira)
    )
    session.flush()
    form = {"numbers": "A 17\nB-2", "target": TARGET, **WHY}
    told = manager.post("/reports/changes/revocation", form, follow_redirects=True).text
    assert "Ben" in told
    assert "There is no completion that counts." in told
    session.refresh(certificate)
    assert certificate.revoked_reason == "Helps out in the north"
    assert "revoked: Helps out in the north" in browser.sign_in(amira).get("/record").text
    manager.post(f"/reports/taken-back/revocation/{done.id}", {"reason": "A mix-up"})
    session.refresh(certificate)
    assert certificate.revoked_at is None


def test_people_are_chosen_in_the_list(manager: Client, amira: Person, session: Session) -> None:
    page = manager.get(f"/reports/people?target={TARGET}").text
    assert f'name="person" value="{amira.id}"' in page
    chosen = f"/reports/changes/completion?person={amira.id}&person={ben(session).id}"
    page = manager.get(chosen).text
    assert page.count('name="people"') == page.count(" checked") == 2


def test_only_those_who_look_after_people_decide_and_never_about_themselves(
    session: Session, browser: Browser, unit: Unit, boss: Person, amira: Person
) -> None:
    beside = make_unit(session, amira.organisation, "East")
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    neighbour = make_person(session, beside, roles=(Role.MANAGER,), roles_at=beside)
    form = {"people": amira.id, "starts_on": day(0), **WHY}
    for person, status in [(stranger, 404), (neighbour, 404), (amira, 403)]:
        client = browser.sign_in(person)
        assert client.get(f"/reports/changes/absence?person={amira.id}").status_code == status
        assert client.post("/reports/changes/absence", form).status_code == status
        by_number = {**form, "people": [], "numbers": "A 17"}
        assert client.post("/reports/changes/absence", by_number).status_code in (403, 422)
    own = {**form, "people": boss.id}
    answer = browser.sign_in(boss).post("/reports/changes/absence", own)
    assert (answer.status_code, "Somebody else must decide" in answer.text) == (422, True)
    assert session.scalars(sa.select(Leave)).all() == []
