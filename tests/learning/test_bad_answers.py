"""Answers that no page sends: each is taken as far as it makes sense, or refused in a sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from coursesite.content.rules import Completion
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import answers_of
from coursesite.quizzes.rules import Quiz, QuizTerms
from tests.browser import Browser, Client
from tests.learning.makers import a_module, publish_bank, publish_module
from tests.learning.stories import attempt_at, start_quiz
from tests.makers import make_person
from tests.quizzes import examples
from tests.quizzes.banks import bank
from tests.quizzes.examples import make

TERMS = QuizTerms(pass_mark=80, draw=4, minutes=20)
NOT_DRAWN = "does not belong to your attempt"
TAB = {"tab": "a-tab-of-mine"}


@pytest.fixture
def client(session: Session, browser: Browser) -> Client:
    publish_module(session, a_module(completion=Completion(None, TERMS, False)))
    publish_bank(session, bank("the-door", 8))
    return browser.sign_in(make_person(session))


@pytest.fixture
def address(client: Client) -> str:
    return start_quiz(client)


@pytest.fixture
def attempt(session: Session, address: str) -> Attempt:
    return attempt_at(session, address)


def undrawn(attempt: Attempt) -> str:
    drawn = {each["id"] for each in attempt.drawn}
    return next(name for name in (f"q{number}" for number in range(1, 9)) if name not in drawn)


Form = dict[str, Any]


@pytest.mark.parametrize(
    ("make_form", "status", "sentence"),
    [
        (lambda drawn, _: {}, 422, NOT_DRAWN),
        (lambda drawn, _: {"question": "x" * 100_000}, 422, NOT_DRAWN),
        (lambda drawn, _: {"question": [drawn, "q99"], drawn: "o0"}, 200, '"problem":null'),
        (lambda _, other: {"question": other, other: "o0"}, 422, NOT_DRAWN),
        (lambda drawn, _: {"question": drawn}, 200, "Choose an answer."),
        (lambda drawn, other: {"question": drawn, other: "o0"}, 200, "Choose an answer."),
        (lambda drawn, _: {"question": drawn, drawn: "o9"}, 200, "not one of the answers here"),
        (lambda drawn, _: {"question": drawn, drawn: "o" * 1_000_000}, 200, "not one of the"),
        (lambda drawn, _: {"question": drawn, drawn: ["o0", "o0"]}, 200, '"problem":null'),
        (lambda drawn, _: {"question": drawn, drawn: ["o0", "o1"]}, 200, "one answer only"),
        (lambda drawn, _: {"question": drawn, drawn: ["o0"] * 5_000}, 200, '"problem":null'),
        (lambda drawn, _: {"question": drawn, drawn: "o0", "version": "one"}, 200, '"version":1'),
        (lambda drawn, _: {"question": drawn, drawn: "o0", **TAB}, 200, '"version":1'),
        (
            lambda drawn, _: {"question": drawn, drawn: "o0", **TAB, "sequence": "9" * 99},
            200,
            '"version":1',
        ),
        (
            lambda drawn, _: {"question": drawn, drawn: "o0", "tab": "<b>", "sequence": "1"},
            200,
            '"version":1',
        ),
    ],
)
def test_forged_missing_double_and_oversized_fields(
    session: Session,
    client: Client,
    make_form: Callable[[str, str], Form],
    status: int,
    sentence: str,
) -> None:
    address = start_quiz(client)
    attempt = attempt_at(session, address)
    drawn = attempt.drawn[0]["id"]
    answer = client.post(f"{address}/answers", make_form(drawn, undrawn(attempt)))
    assert answer.status_code == status
    assert sentence in answer.text
    kept = answers_of(session, attempt.id)
    assert set(kept) <= {drawn}
    assert all(set(each.response.get("chosen", [])) <= {"o0", "o1"} for each in kept.values())


def test_answers_out_of_their_order(session: Session, client: Client, attempt: Attempt) -> None:
    address = f"/quizzes/the-door/attempts/{attempt.id}/answers"
    question = attempt.drawn[0]["id"]
    for sequence, option in (("2", "o2"), ("1", "o1"), ("2", "o0")):
        form = {"question": question, question: option, **TAB, "sequence": sequence}
        answer = client.post(address, {**form, "version": "0"}).json
        assert answer == {"saved": True, "version": 1, "problem": None}
    assert answers_of(session, attempt.id)[question].response == {"chosen": ["o2"]}


def test_answers_of_others_after_the_time_and_after_the_end(
    session: Session, browser: Browser, client: Client, address: str, attempt: Attempt
) -> None:
    question = attempt.drawn[0]["id"]
    form = {"question": question, question: "o0"}
    stranger = browser.sign_in(make_person(session))
    for refused in (stranger.post(f"{address}/answers", form), stranger.post(address, form)):
        assert refused.status_code == 404
        assert "no such attempt of yours" in refused.text
    assert attempt.closes_at
    with time_machine.travel(attempt.closes_at + timedelta(seconds=1), tick=False):
        late = client.post(f"{address}/answers", form)
    assert late.status_code == 409
    assert "The time is over" in late.text
    client.post(address, {"do": "anyway"})
    closed = client.post(f"{address}/answers", form)
    assert closed.status_code == 409
    assert "was handed in" in closed.text
    assert answers_of(session, attempt.id) == {}


@pytest.mark.parametrize("number", ["0", "00", "9" * 18, "9" * 40, "-1", "one", "%00"])
def test_attempts_that_nobody_has(client: Client, address: str, number: str) -> None:
    nowhere = f"/quizzes/the-door/attempts/{number}"
    form = {"question": "q1", "q1": "o0"}
    assert client.get(nowhere).status_code in {404, 422}
    assert client.post(f"{nowhere}/answers", form).status_code in {404, 422}
    assert client.post(nowhere, {"do": "anyway"}).status_code in {404, 422}


@pytest.mark.parametrize("do", ["", "forged", "show:", "show:q99", "show:" + "x" * 10_000])
def test_a_forged_button_hands_nothing_in(
    session: Session, client: Client, address: str, attempt: Attempt, do: str
) -> None:
    assert client.post(address, {"do": do}).status_code == 422
    assert attempt_at(session, address).submitted_at is None


def test_a_text_is_kept_no_longer_than_it_may_be(
    session: Session, browser: Browser, client: Client
) -> None:
    """Questions of every type are sent far too much, and something else than they ask for."""
    questions = tuple(make(each) for each in examples.ALL)
    publish_bank(session, Quiz("the-door", "en", questions))
    terms = QuizTerms(pass_mark=80, draw=len(questions))
    publish_module(session, a_module(completion=Completion(None, terms, False)))
    address = start_quiz(browser.sign_in(make_person(session)))
    person = attempt_at(session, address).person
    mine = browser.sign_in(person)
    for question in questions:
        parts = question.key()
        names = [question.id, *(f"{question.id}.{part}" for part in parts)]
        form = {"question": question.id, **dict.fromkeys(names, "word " * 20_000)}
        answer = mine.post(f"{address}/answers", form)
        assert answer.status_code in {200, 422}, question.id
        assert answer.json
    kept = answers_of(session, attempt_at(session, address).id).values()
    assert all(len(str(each.response)) < 1_000 for each in kept)
