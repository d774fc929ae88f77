"""Answering a case: its story once, and each of its questions with its own mark."""

import re

import pytest
from sqlalchemy.orm import Session

from coursesite.content.rules import Completion
from coursesite.quizzes.queries import answers_of
from coursesite.quizzes.rules import QuizTerms
from tests.browser import Browser, Client
from tests.learning.makers import a_module, publish_bank, publish_course, publish_module
from tests.learning.stories import attempt_at, key_of, start_quiz
from tests.makers import make_person
from tests.quizzes.banks import bank_with_case


@pytest.fixture
def client(session: Session, browser: Browser) -> Client:
    publish_course(session)
    terms = Completion(None, QuizTerms(pass_mark=60, draw=4), True)
    publish_bank(session, bank_with_case("the-door", 3))
    publish_module(session, a_module(completion=terms))
    return browser.sign_in(make_person(session))


def test_the_story_stands_once_above_its_questions(session: Session, client: Client) -> None:
    page = client.get(start_quiz(client)).text

    assert page.count("Nadia waits at the gate.") == 1
    assert "A case: 2 questions are about it" in page
    assert page.count('<a href="#case-tuesday">about the case above</a>') == 2
    asked = re.findall(r'data-question="([^"]+)"', page)
    at = asked.index("case-1")
    assert asked[at + 1] == "case-2"
    assert page.index("Nadia waits") < page.index('data-question="case-1"')
    assert "Question 5 of 5" in page


def test_each_question_of_a_case_has_its_own_mark(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))

    page = client.post(address, {**key, "case-2": "o1", "do": "check"}, follow_redirects=True).text

    assert "4 of 5 right" in page
    assert "80 %" in page
    assert page.count("Nadia waits at the gate.") == 1
    answers = answers_of(session, attempt_at(session, address).id)
    assert answers["case-1"].points == 1
    assert answers["case-2"].points == 0


def test_a_question_of_a_case_that_is_left_out_is_named(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    del key["case-2"]

    page = client.post(address, {**key, "do": "check"})

    assert page.status_code == 422
    assert 'href="#question-case-2-1"' in page.text
