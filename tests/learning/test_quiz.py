"""Answering a quiz, also in two windows, on a stale page, or with a forged form."""

import re

import pytest
from sqlalchemy.orm import Session

from coursesite.content.rules import Completion
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import answers_of
from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.rules import AttemptState, Quiz, QuizTerms
from tests.browser import Browser, Client
from tests.learning.makers import (
    a_module,
    publish_bank,
    publish_course,
    publish_module,
    publish_quiz,
)
from tests.learning.stories import attempt_at, key_of, start_quiz, wrong
from tests.makers import make_person
from tests.quizzes import examples
from tests.quizzes.examples import make


@pytest.fixture
def client(session: Session, browser: Browser) -> Client:
    publish_course(session)
    return browser.sign_in(make_person(session))


def test_a_quiz_is_passed_on_one_page(session: Session, client: Client) -> None:
    address = start_quiz(client)
    page = client.get(address).text
    assert "Question 4 of 4" in page
    assert "correct" not in page
    key = key_of(session, attempt_at(session, address))
    result = client.post(address, {**key, "do": "check"}, follow_redirects=True)
    assert "Passed" in result.text
    assert "100 %" in result.text
    assert "4 of 4 right" in result.text


def test_opening_again_goes_on_with_the_same_attempt(session: Session, client: Client) -> None:
    address = start_quiz(client)
    assert start_quiz(client) == address
    assert "Go on with the quiz" in client.get("/quizzes/the-door").text
    assert session.query(Attempt).count() == 1


def test_what_is_missing_is_said_and_nothing_is_lost(session: Session, client: Client) -> None:
    address = start_quiz(client)
    first, *others = key_of(session, attempt_at(session, address)).items()
    page = client.post(address, {first[0]: first[1], "do": "check"})
    assert page.status_code == 422
    assert page.text.count("Choose an answer.") == 2 * len(others)
    assert f'href="#question-{others[0][0]}-1"' in page.text
    assert f'id="question-{others[0][0]}-1"' in page.text
    assert page.text.count(" checked>") == 1
    result = client.post(address, {"do": "anyway"}, follow_redirects=True)
    assert "Not passed" in result.text
    assert "You gave no answer." in result.text
    assert "1 of 4 right" in result.text


def test_a_failed_attempt_says_what_to_read_again(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    result = client.post(address, {**wrong(key), "do": "check"}, follow_redirects=True).text
    assert "Read again first" in result
    assert "/modules/the-door/at-the-door" in result
    assert "Try again" in result
    assert start_quiz(client) != address


def test_stopping_keeps_the_answers(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    assert client.post(address, {**key, "do": "stop"}).location == "/quizzes/the-door"
    assert attempt_at(session, address).state is AttemptState.OPEN
    assert client.get(address).text.count(" checked>") == 4


def test_an_answer_is_saved_as_it_is_given(session: Session, client: Client) -> None:
    address = start_quiz(client)
    question, option = next(iter(key_of(session, attempt_at(session, address)).items()))
    answer = {"question": question, question: option}
    first = client.post(address + "/answers", {**answer, "version": "0"}).json
    assert first == {"saved": True, "version": 1, "problem": None}
    second = client.post(address + "/answers", {**answer, "version": "1"}).json
    assert second == {"saved": True, "version": 2, "problem": None}
    other_window = client.post(address + "/answers", {**answer, "version": "1"}).json
    assert other_window
    assert "another window" in other_window["message"]


def test_a_form_from_another_window_warns(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    seen = {f"seen:{question}": "0" for question in key}
    client.post(address, {**wrong(key), **seen, "do": "stop"})
    page = client.post(address, {**key, **seen, "do": "stop"}, follow_redirects=True)
    assert "changed in another window" in page.text
    given = answers_of(session, attempt_at(session, address).id)
    assert {name: each.response["chosen"][0] for name, each in given.items()} == key


def test_unticking_everything_without_a_script_empties_the_answer(
    session: Session, client: Client
) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**key, "do": "stop"})
    unticked, *others = re.findall(r'name="(seen:[^"]+)" value="1"', client.get(address).text)
    client.post(address, {unticked: "1", "do": "stop"})
    assert client.get(address).text.count(" checked>") == len(others) == 3


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"question": "q99", "q99": "o0"}, 422),
        ({"question": "", "q1": "o0"}, 422),
        ({}, 422),
        ({"question": "{drawn}", "{drawn}": "forged"}, 200),
        ({"question": "{drawn}", "{drawn}": ["o0", "o1"]}, 200),
        ({"question": "{drawn}", "{drawn}": "o0", "version": "9" * 400}, 200),
        ({"question": "{drawn}", "{drawn}": "o0", "version": "-1"}, 200),
        ({"question": "{drawn}", "{drawn}": "o\0"}, 422),
    ],
)
def test_odd_answers(
    session: Session, client: Client, sent: dict[str, str | list[str]], status: int
) -> None:
    address = start_quiz(client)
    drawn = attempt_at(session, address).drawn[0]["id"]
    filled = {
        name.replace("{drawn}", drawn): value.replace("{drawn}", drawn)
        if isinstance(value, str)
        else value
        for name, value in sent.items()
    }
    response = client.post(address + "/answers", filled)
    assert response.status_code == status
    kept = answers_of(session, attempt_at(session, address).id).values()
    assert all(set(each.response.get("chosen", [])) <= {"o0", "o1", "o2"} for each in kept)


def test_a_forged_form_is_not_handed_in(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    for value in ("forged", ["o0", "o1"]):
        form = {**key, next(iter(key)): value, "do": "check"}
        assert client.post(address, form).status_code == 422
    assert attempt_at(session, address).state is AttemptState.OPEN


def test_an_attempt_is_handed_in_once(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**key, "do": "check"})
    again = client.post(address, {**wrong(key), "do": "check"})
    assert again.status_code == 409
    assert "handed in" in again.text
    question = next(iter(key))
    late = client.post(address + "/answers", {"question": question, question: "o1"})
    assert late.status_code == 409
    assert late.json
    assert "handed in" in late.json["message"]
    assert attempt_at(session, address).score == 100


def test_an_attempt_stays_on_its_revision(session: Session, client: Client) -> None:
    address = start_quiz(client)
    publish_quiz(session, key=1)
    publish_module(session, a_module(title="The door, revised"))
    old_key = key_of(session, attempt_at(session, address))
    assert set(old_key.values()) == {"o0"}
    client.post(address, {**old_key, "do": "check"})
    assert attempt_at(session, address).state is AttemptState.PASSED
    assert "100 %" in client.get(address).text


def test_an_attempt_is_nobody_elses(session: Session, browser: Browser, client: Client) -> None:
    address = start_quiz(client)
    stranger = browser.sign_in(make_person(session))
    question = attempt_at(session, address).drawn[0]["id"]
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"do": "anyway"}).status_code == 404
    sent = {"question": question, question: "o0"}
    assert stranger.post(address + "/answers", sent).status_code == 404
    assert client.get(address.replace("the-door", "another")).status_code == 404
    assert attempt_at(session, address).state is AttemptState.OPEN


def test_a_quiz_that_is_not_there(session: Session, browser: Browser) -> None:
    publish_module(session, a_module("no-questions"))
    publish_module(session, a_module("no-quiz", completion=Completion(None, None, False)))
    client = browser.sign_in(make_person(session))
    assert client.post("/quizzes/no-questions/attempts").status_code == 404
    assert client.get("/quizzes/no-quiz").status_code == 404


def test_as_many_attempts_as_the_module_allows(session: Session, browser: Browser) -> None:
    terms = QuizTerms(pass_mark=80, draw=4, attempts=1, wait_minutes=30)
    publish_module(session, a_module(completion=Completion(None, terms, True)))
    publish_quiz(session)
    client = browser.sign_in(make_person(session))
    address = start_quiz(client)
    client.post(address, {"do": "anyway"})
    assert "No attempt is left" in client.get("/quizzes/the-door").text
    refused = client.post("/quizzes/the-door/attempts")
    assert refused.status_code == 409
    assert "You have used every attempt" in refused.text


def test_questions_of_every_type_are_answered_by_the_fields_of_the_page(
    session: Session, browser: Browser
) -> None:
    publish_module(session, a_module(completion=Completion(None, QuizTerms(80, 20), True)))
    quiz = Quiz("the-door", "en", tuple(make(each) for each in examples.ALL))
    assert {each.type for each in quiz.questions} == set(TYPES)
    publish_bank(session, quiz)
    client = browser.sign_in(make_person(session))
    address = start_quiz(client)
    page = client.get(address).text
    form: dict[str, str | list[str]] = {"do": "check"}
    for each in quiz.questions:
        for part, values in each.key().items():
            name = each.id if part in {"chosen", "text"} else f"{each.id}.{part}"
            assert f'name="{name}"' in page
            form[name] = list(values)
    client.post(address, {**form, "do": "stop"})
    again = client.get(address).text
    assert again.count(" checked>") == 4
    assert again.count(" selected>") == 9
    assert 'value="7.5"' in again
    result = client.post(address, form, follow_redirects=True).text
    assert "100 %" in result
