"""The author sees what the certified will be asked, and tags questions to what changes."""

import pytest
from sqlalchemy.orm import Session

from coursesite.authoring.library.questions import entries_in, lessons_of, tagged
from coursesite.authoring.queries import find_draft
from coursesite.authoring.rules import TextId
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.revisions.rules import Kind
from tests.authoring.courses import MODULE, QUIZ
from tests.authoring.test_desk import (
    EDIT,
    QUESTIONS,
    ada,
    author,
    form_of,
    keepers,
    plain,
)
from tests.authoring.test_publishing import BETTER, PUBLISH, checked, pia, publisher, write
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["ada", "author", "keepers", "pia", "publisher"]

PAGE = f"{EDIT}/changes"
LONG = MODULE.replace(
    "Many children are at home [@A01].",
    "Many children are at home [@A01].\n\n"
    + "\n\n".join(f"Passage {number} stays as it is." for number in range(12)),
)


@pytest.fixture
def long(pia: Client) -> None:
    """A module of which little changes when a sentence does."""
    write(pia, LONG)
    pia.post(PUBLISH, checked(pia))


def test_tags_are_written_and_nothing_else_changes() -> None:
    once = tagged(QUIZ, "first-two-minutes", ["question-1", "question-3"])

    assert [lessons_of(each) for each in entries_in(once)] == [
        ["first-two-minutes"],
        [],
        ["first-two-minutes"],
    ]
    assert tagged(once, "first-two-minutes", ["question-1", "question-3"]) == once
    assert tagged(once, "first-two-minutes", []) == QUIZ
    assert set(QUIZ.splitlines()) < set(once.splitlines())


def test_a_second_tag_stands_beside_the_first() -> None:
    text = tagged(tagged(QUIZ, "one", ["question-2"]), "two", ["question-2"])

    assert lessons_of(entries_in(text)[1]) == ["one", "two"]


@pytest.mark.usefixtures("long")
def test_an_author_sees_what_learners_will_read_and_which_questions(pia: Client) -> None:
    write(pia, LONG.replace("Passage 3 stays", "Passage 3 changes"))

    assert f"{PAGE}?draft=" in pia.get(PUBLISH).text
    page = pia.get(PAGE).text

    assert "Passage 3 <del>stays</del><ins>changes</ins> as it is" in plain(page)
    assert "Passage 4" not in page
    assert "No question belongs to what changes" in page


@pytest.mark.usefixtures("long")
def test_questions_on_a_cited_fact_belong_and_tags_count_more(
    session: Session, pia: Client, publisher: Person
) -> None:
    write(pia, LONG.replace("Many children", "Most children"))
    assert "3 questions belong to it" in pia.get(PAGE).text

    data = {"lesson": "first-two-minutes", "question": ["question-2"]}
    answer = pia.post(PAGE, data)

    assert answer.location == f"{PAGE}#lesson-first-two-minutes"
    draft = find_draft(session, TextId(Kind.QUIZ, "at-the-door", "en"), publisher.id)
    assert draft
    assert [lessons_of(each) for each in entries_in(draft.files["at-the-door.en.yaml"])] == [
        [],
        ["first-two-minutes"],
        [],
    ]
    page = pia.get(PAGE).text
    assert "Your draft of the questions is counted here" in page
    pia.post(f"{QUESTIONS}/publish", checked(pia, f"{QUESTIONS}/publish", change="editorial"))
    page = pia.get(PAGE).text
    assert "1 tagged" in page
    assert "Your draft of the questions is counted here" not in page


def test_when_most_of_it_changes_the_author_is_told(pia: Client) -> None:
    write(pia, BETTER.replace("Ask **who** is at home.", "Ask them all to come out."))

    assert "The whole module will be asked" in pia.get(PAGE).text


def test_a_broken_draft_and_none_at_all(pia: Client) -> None:
    assert "To a reader nothing is different." in pia.get(PAGE).text
    write(pia, MODULE.replace("[@A01]", "[@Z01]"))
    assert "The draft has errors" in pia.get(PAGE).text


@pytest.mark.usefixtures("long")
def test_a_lesson_that_is_none_is_not_tagged(session: Session, pia: Client) -> None:
    write(pia, LONG.replace("Many children", "Most children"))

    assert pia.post(PAGE, {"lesson": "nowhere", "question": ["question-2"]}).status_code == 404


def test_an_author_sees_the_page_of_anothers_draft(ada: Client, pia: Client) -> None:
    ada.post(EDIT, form_of(ada, source=BETTER))

    page = pia.get(PAGE).text

    assert "<del>Many</del><ins>Most</ins> children" in plain(page)


def test_strangers_and_learners_see_nothing(
    session: Session, ada: Client, browser: Browser
) -> None:
    elsewhere = make_unit(session, make_organisation(session))
    stranger = make_person(session, elsewhere, roles=(Role.AUTHOR, Role.PUBLISHER))
    for person in (stranger, make_person(session)):
        client = browser.sign_in(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"lesson": "first-two-minutes"}).status_code == 403
