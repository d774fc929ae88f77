"""The key of a quiz stays on the server until the review rule allows it, in whatever is sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coursesite.content.rules import Completion
from coursesite.quizzes.rules import QuizTerms, Review
from tests.browser import Browser, Client
from tests.learning.keys import WORDS, cited_bank, holds_key
from tests.learning.makers import a_module, publish_bank, publish_module
from tests.learning.stories import attempt_at, key_of, start_quiz, wrong
from tests.makers import make_person

ELSEWHERE = (
    "/learn",
    "/modules/the-door",
    "/modules/the-door/afterwards",
    "/quizzes/the-door",
    "/record",
    "/record.csv",
    "/settings/my-data.json",
)


@dataclass
class Everything:
    """All that a browser was sent, headers included, with everything that its pages refer to."""

    client: Client
    seen: dict[str, str] = field(default_factory=dict)

    def get(self, url: str) -> None:
        self.take(f"GET {url}", self.client.get(url, buffered=True))

    def post(self, url: str, form: dict[str, str]) -> TestResponse:
        answer = self.client.post(url, form)
        self.take(f"POST {url} {form}", answer)
        return answer

    def take(self, name: str, answer: TestResponse) -> None:
        self.seen[name] = f"{answer.headers}{answer.text}"
        for file in re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg))', answer.text):
            if file not in self.seen:
                self.seen[file] = self.client.client.get(file, buffered=True).text

    def with_key(self) -> Iterator[str]:
        for name, sent in self.seen.items():
            if holds_key(sent, WORDS) or (name.startswith(("GET", "POST")) and holds_key(sent)):
                yield name


def published(session: Session, review: Review) -> None:
    terms = QuizTerms(pass_mark=80, draw=4, minutes=30, review=review)
    publish_module(session, a_module(completion=Completion(None, terms, True)))
    publish_bank(session, cited_bank())


def everything_of_an_attempt(session: Session, client: Client) -> Everything:
    """Answer wrong and right, one by one and all at once, and look everywhere meanwhile."""
    sent, address = Everything(client), start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    sent.get(address)
    for question, option in [*wrong(key).items(), *key.items()]:
        sent.post(f"{address}/answers", {"question": question, question: option})
        sent.post(f"{address}/answers", {"question": question, question: "forged"})
        sent.get(address)
    sent.post(address, {"do": "check"})
    sent.post(address, {**wrong(key), "do": "stop"})
    sent.post(address, {**key, "do": f"show:{next(iter(key))}x"})
    for other in (address, *ELSEWHERE):
        sent.get(other)
    return sent


@pytest.mark.parametrize("review", Review)
def test_nothing_that_is_sent_of_an_open_attempt_holds_the_key(
    session: Session, browser: Browser, review: Review
) -> None:
    published(session, review)
    sent = everything_of_an_attempt(session, browser.sign_in(make_person(session)))
    assert list(sent.with_key()) == []
    assert any(name.endswith("save.js") for name in sent.seen)
    assert any(name.endswith("countdown.js") for name in sent.seen)


def test_nor_of_a_failed_one_before_the_quiz_is_passed(session: Session, browser: Browser) -> None:
    published(session, Review.PASSING)
    sent = everything_of_an_attempt(session, browser.sign_in(make_person(session)))
    address = next(name for name in sent.seen if "/attempts/" in name).split()[1]
    key = key_of(session, attempt_at(session, address))
    sent.post(address, {**wrong(key), "do": "anyway"})
    for other in (address, *ELSEWHERE):
        sent.get(other)
    assert "Not passed" in sent.seen[f"GET {address}"]
    assert list(sent.with_key()) == []


def test_a_right_answer_and_a_wrong_one_are_answered_alike(
    session: Session, browser: Browser
) -> None:
    published(session, Review.SUBMISSION)
    client = browser.sign_in(make_person(session))
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    answers = {
        client.post(f"{address}/answers", {"question": name, name: option}).text
        for name, option in zip(key, ["o0", "o1", "o2", "o0"], strict=True)
    }
    assert len(answers) == 1
