"""Those who look after people see whom a correction concerns, and decide about passes."""

import pytest
from sqlalchemy.orm import Session

from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.quizzes.models import Attempt, Regrade
from coursesite.quizzes.rules import AttemptState, Way
from tests.browser import Browser, Queries
from tests.makers import make_organisation, make_person, make_unit
from tests.quizzes.regrades import a_question, a_quiz, corrected, publish_quiz, take, tried

INDEX = "/reports/corrections"


@pytest.fixture
def wing(session: Session) -> Unit:
    return make_unit(session, make_organisation(session), "B wing")


@pytest.fixture
def officer(session: Session, wing: Unit) -> Person:
    return make_person(session, wing, roles=(Role.TRAINING_OFFICER,), roles_at=wing)


@pytest.fixture
def ben(session: Session, wing: Unit) -> Attempt:
    """Ben passed with what the key said wrongly; Ada failed with what is right."""
    publish_quiz(session, a_quiz(q1=a_question("q1", right="b")))
    person = make_person(session, wing, given_name="Ben", family_name="Bold")
    attempt = take(session, person, q1="b", q2="a", q3="a")
    ada = make_person(session, wing, given_name="Ada", family_name="Able")
    take(session, ada, q1="a", q2="a", q3="a")
    publish_quiz(session, a_quiz())
    return attempt


def page_of(regrade: Regrade) -> str:
    return f"{INDEX}/{regrade.id}"


def test_names_are_seen_before_anything_changes_but_no_marks(
    session: Session, browser: Browser, officer: Person, ben: Attempt
) -> None:
    regrade = tried(session)
    page = browser.sign_in(officer).get(page_of(regrade)).text
    assert "Nothing has changed yet." in page
    assert page.index("Ada Able") < page.index("Would pass")
    assert page.index("Ben Bold") < page.index("Would no longer pass")
    assert "75" not in page.partition("<main")[2]


def test_a_stranger_and_a_neighbour_see_nothing_of_it(
    session: Session, browser: Browser, ben: Attempt, wing: Unit
) -> None:
    regrade = corrected(session, Way.RESCORE)
    beside = make_unit(session, session.get_one(Organisation, wing.organisation_id))
    neighbour = make_person(session, beside, roles=(Role.TRAINING_OFFICER,), roles_at=beside)
    stranger = make_person(session, roles=(Role.TRAINING_OFFICER,))
    decision = {"decision": "take-away", "reason": "I can"}
    for person in (neighbour, stranger):
        client = browser.sign_in(person)
        assert "No correction concerns your people" in client.get(INDEX).text
        assert client.get(page_of(regrade)).status_code == 404
        forged = client.post(f"{page_of(regrade)}/attempts/{ben.id}", decision)
        assert forged.status_code == 404


@pytest.mark.parametrize(
    ("decision", "words", "state"),
    [
        ("keep", "The pass was kept", AttemptState.PASSED),
        ("take-away", "The pass was taken away", AttemptState.FAILED),
    ],
)
def test_a_training_officer_decides(  # noqa: PLR0913, PLR0917 - people, and a row of the table
    session: Session,
    browser: Browser,
    officer: Person,
    ben: Attempt,
    decision: str,
    words: str,
    state: AttemptState,
) -> None:
    regrade = corrected(session, Way.RESCORE)
    client = browser.sign_in(officer)
    assert "1 pass to decide" in client.get(INDEX).text
    page = client.get(page_of(regrade)).text
    assert "Passes now" in page
    assert "Would no longer pass by the marks" in page
    address = f"{page_of(regrade)}/attempts/{ben.id}"
    no_reason = client.post(address, {"decision": decision}, follow_redirects=True)
    assert "Say why" in no_reason.text
    done = client.post(address, {"decision": decision, "reason": "So be it"}, follow_redirects=True)
    assert words in done.text
    session.refresh(ben)
    assert ben.state is state
    assert "to decide" not in client.get(INDEX).text


def test_a_manager_sees_but_does_not_decide(
    session: Session, browser: Browser, ben: Attempt, wing: Unit
) -> None:
    regrade = corrected(session, Way.RESCORE)
    boss = make_person(session, wing, roles=(Role.MANAGER,), roles_at=wing)
    client = browser.sign_in(boss)
    page = client.get(page_of(regrade)).text
    assert "Ben Bold" in page
    assert "A training officer decides." in page
    address = f"{page_of(regrade)}/attempts/{ben.id}"
    assert client.post(address, {"decision": "keep", "reason": "x"}).status_code == 403


def test_the_pages_ask_few_questions(
    session: Session, browser: Browser, officer: Person, ben: Attempt
) -> None:
    regrade = corrected(session, Way.RESCORE)
    client = browser.sign_in(officer)
    for address in (INDEX, page_of(regrade)):
        client.get(address)
        with Queries(session.get_bind()) as queries:
            client.get(address)
        assert len(queries) <= 6
