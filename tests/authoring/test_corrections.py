"""Authors look at how their questions do, and put right what was wrong; they see no names."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.quizzes.models import Regrade
from coursesite.quizzes.rules import RegradeState
from tests.authoring.test_desk import keepers
from tests.browser import Browser, Client, Queries
from tests.learning.makers import a_module, publish_module
from tests.makers import make_person
from tests.quizzes.regrades import a_question, a_quiz, publish_quiz, take

__all__ = ["keepers"]

QUESTIONS = "/authoring/quizzes/a-quiz/en"
STATISTICS = f"{QUESTIONS}/statistics"
CORRECTIONS = f"{QUESTIONS}/corrections"


@pytest.fixture
def author(session: Session, keepers: Unit, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))


@pytest.fixture
def publisher(session: Session, keepers: Unit, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))


@pytest.fixture
def zelda(session: Session) -> Person:
    """She chose what is right, which the key did not say, and failed."""
    publish_quiz(session, a_quiz(q1=a_question("q1", right="b")))
    zelda = make_person(session, family_name="Quillfeather")
    take(session, zelda, q1="a", q2="a", q3="a")
    return zelda


def put_right(session: Session) -> None:
    publish_quiz(session, a_quiz())


def test_statistics_tell_nothing_of_fewer_than_five(
    session: Session, author: Client, zelda: Person
) -> None:
    for _ in range(3):
        take(session, q1="b", q2="a", q3="a")
    page = author.get(STATISTICS).text
    assert "There is nothing to tell yet" in page
    assert "%" not in page.partition("<main")[2]
    take(session, q1="b", q2="a", q3="a")
    assert "80 %" in author.get(STATISTICS).text


def test_all_quizzes_are_told_together_the_hardest_first(session: Session, author: Client) -> None:
    for slug, right in (("a-quiz", "a"), ("b-quiz", "b")):
        publish_module(session, a_module(slug))
        publish_quiz(session, replace(a_quiz(q1=a_question("q1", right=right)), slug=slug))
    publish_quiz(session, replace(a_quiz(), slug="never-asked"))
    for slug in ("a-quiz", "b-quiz"):
        for _ in range(5):
            take(session, None, slug, q1="a", q2="a", q3="a")
    with Queries(session.get_bind()) as asked:
        page = author.get("/authoring/statistics").text
    told = page.partition("<tbody>")[2]
    assert told.index("b-quiz") < told.index("a-quiz") < told.index("never-asked")
    assert "0 %" in told.partition("a-quiz")[0]
    assert "100 %" in told.partition("a-quiz")[2].partition("never-asked")[0]
    assert "fewer than five people" in told.partition("never-asked")[2]
    assert len(asked) <= 10


def test_marks_of_several_questions_do_not_tell_of_two_people(
    session: Session, author: Client
) -> None:
    publish_module(session, a_module("a-quiz"))
    names = ("q1", "q2", "q3", "q4")
    publish_quiz(session, a_quiz(**{name: a_question(name, right="b") for name in names}))
    for _ in range(5):
        take(session, q1="b", q2="b", q3="b")
    assert "How much is known of each objective" in author.get(STATISTICS).text
    publish_quiz(session, a_quiz())
    for _ in range(2):
        take(session, q1="a")
    page = author.get(STATISTICS).text
    assert "Passed the first time" in page
    assert "How much is known of each objective" not in page


def test_statistics_name_what_is_suspicious_and_nobody(
    session: Session, author: Client, zelda: Person
) -> None:
    for _ in range(6):
        take(session, q1="a", q2="a", q3="a", q4="a")
        take(session, q1="b", q2="b")
    page = author.get(STATISTICS).text
    assert "More of those who failed than of those who passed chose “Option b”" in page
    assert "More of those who passed than of those who failed chose “Option a”" in page
    assert "Option b (right)" in page
    assert "Quillfeather" not in page


def test_statistics_are_read_from_few_rows(session: Session, author: Client, zelda: Person) -> None:
    for _ in range(5):
        take(session, q1="b")
    put_right(session)
    take(session, q1="a")
    author.get(STATISTICS)
    with Queries(session.get_bind()) as queries:
        author.get(STATISTICS)
    assert len(queries) <= 8
    assert not [each for each in queries.statements if "FROM answers" in each]


def test_what_is_not_published_has_no_statistics(author: Client) -> None:
    assert author.get(STATISTICS).status_code == 404


def test_a_correction_is_tried_out_by_an_author_and_carried_out_by_a_publisher(
    session: Session, author: Client, publisher: Client, zelda: Person
) -> None:
    assert "nothing to mark again" in author.get(CORRECTIONS).text
    put_right(session)
    assert "Asked 1 time before it was changed." in author.get(CORRECTIONS).text
    page = author.post(CORRECTIONS, {"question": "q1"}, follow_redirects=True)
    assert "nothing is changed yet" in page.text
    assert "Quillfeather" not in page.text
    address = page.request.path
    way = {"way": "rescore", "reason": "The key was wrong."}
    assert author.post(address, way).status_code == 403
    done = publisher.post(address, way, follow_redirects=True).text
    assert "Carried out" in done
    assert "The key was wrong." in done
    assert "<td>0</td><td>1</td>" in done
    assert "Quillfeather" not in done
    again = publisher.post(address, way)
    assert again.status_code == 409
    assert "not waiting for a decision" in again.text


def test_a_correction_needs_a_way_and_a_reason(
    session: Session, publisher: Client, zelda: Person
) -> None:
    put_right(session)
    address = publisher.post(CORRECTIONS, {"question": "q1"}).location
    page = publisher.post(address, {"way": "nonsense", "reason": ""})
    assert page.status_code == 422
    assert "Say why the marks change" in page.text
    assert session.scalars(sa.select(Regrade.state)).one() is RegradeState.TRIED


def test_a_question_that_never_changed_is_refused(
    session: Session, author: Client, zelda: Person
) -> None:
    page = author.post(CORRECTIONS, {"question": "q2"})
    assert page.status_code == 422
    assert "Publish the corrected question first." in page.text


def test_a_correction_belongs_to_its_quiz(session: Session, author: Client, zelda: Person) -> None:
    put_right(session)
    address = author.post(CORRECTIONS, {"question": "q1"}).location
    assert author.get(address.replace("a-quiz", "another")).status_code == 404


def test_far_work_shows_how_far_it_is(session: Session, author: Client, zelda: Person) -> None:
    put_right(session)
    address = author.post(CORRECTIONS, {"question": "q1"}).location
    half = {"state": RegradeState.TRYING, "total": 50, "looked_at": 20}
    session.execute(sa.update(Regrade).values(**half))
    session.commit()
    page = author.get(address).text
    assert "20 of 50 attempts looked at" in page
    assert "Look again" in page
