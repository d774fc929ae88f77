"""Time limits, lessons to be read again, and when the right answers are shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.content.rules import Completion
from coursesite.jobs.models import Job
from coursesite.people.models import Person
from coursesite.progress.models import Completion as Completed
from coursesite.progress.models import LessonReading
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState, QuizTerms, Review
from coursesite.schedule import HANDLERS
from tests.browser import Browser, Client
from tests.learning.keys import cited_bank, holds_key
from tests.learning.makers import a_module, publish_bank, publish_module, publish_quiz
from tests.learning.stories import attempt_at, key_of, read_everything, start_quiz, wrong
from tests.makers import make_person

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
GRACE = 2 * MINUTE


def publish(session: Session, **terms: Any) -> None:
    """The module with these terms of its quiz; without an attestation."""
    asked = QuizTerms(**{"pass_mark": 80, "draw": 4, **terms})
    publish_module(session, a_module(completion=Completion(None, asked, False)))


@pytest.fixture
def learner(session: Session) -> Person:
    publish_quiz(session)
    return make_person(session)


@pytest.fixture
def client(browser: Browser, learner: Person) -> Client:
    return browser.sign_in(learner)


def start_timed(session: Session, client: Client) -> tuple[str, datetime]:
    """The address of an attempt of twenty minutes, and when its time is over."""
    publish(session, minutes=20)
    address = start_quiz(client)
    closes_at = attempt_at(session, address).closes_at
    assert closes_at
    return address, closes_at


def test_a_time_limit_is_told_before_and_during(session: Session, client: Client) -> None:
    publish(session, minutes=20)
    assert "20 minutes." in client.get("/quizzes/the-door").text
    page = client.get(start_quiz(client)).text
    assert "Hand in by" in page
    assert 'data-countdown="1' in page
    assert "There is no time limit" not in page


@pytest.mark.parametrize(("minutes", "told"), [(5, "you have 5 minutes to hand in"), (0, "")])
def test_a_module_says_how_long_the_grace_is(
    app: Flask, session: Session, client: Client, minutes: int, told: str
) -> None:
    publish(session, minutes=20, grace_minutes=minutes)
    before = client.get("/quizzes/the-door").text
    address = start_quiz(client)
    publish(session, minutes=20, grace_minutes=9)
    over_at = attempt_at(session, address).started_at + (20 + minutes) * MINUTE
    assert told in before
    assert ("to hand in what you answered" in before) == bool(minutes)
    with time_machine.travel(over_at - SECOND, tick=False):
        assert ("if you do not, it is handed in" in client.get(address).text) == bool(minutes)
        run_jobs(app, session)
        assert attempt_at(session, address).state is AttemptState.OPEN
    with time_machine.travel(over_at + SECOND, tick=False):
        run_jobs(app, session)
        assert attempt_at(session, address).state is AttemptState.FAILED


def test_in_the_grace_one_may_hand_in_but_not_change(session: Session, client: Client) -> None:
    address, closes_at = start_timed(session, client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**key, "do": "stop"})
    with time_machine.travel(closes_at + SECOND, tick=False):
        page = client.get(address).text
        assert "The time is over." in page
        assert "<fieldset" in page
        question = next(iter(key))
        late = client.post(address + "/answers", {"question": question, question: "o1"})
        assert late.status_code == 409
        assert "The time is over" in late.text
        client.post(address, {**wrong(key), "do": "check"})
    attempt = attempt_at(session, address)
    assert (attempt.state, attempt.score) == (AttemptState.PASSED, 100)
    assert attempt.submitted_at == closes_at + SECOND


@pytest.mark.parametrize("method", ["looks", "sends"])
def test_after_the_grace_the_next_request_hands_it_in(
    session: Session, client: Client, method: str
) -> None:
    address, closes_at = start_timed(session, client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**key, "do": "stop"})
    with time_machine.travel(closes_at + GRACE, tick=False):
        if method == "sends":
            client.post(address, {**wrong(key), "do": "anyway"})
        page = client.get(address).text
    assert "handed in by itself" in page
    assert "100 %" in page
    attempt = attempt_at(session, address)
    assert (attempt.state, attempt.submitted_at) == (AttemptState.PASSED, closes_at)


def run_jobs(app: Flask, session: Session) -> None:
    """What the worker would do, in the test's own transaction."""
    waiting = sa.select(Job).where(Job.done_at.is_(None), Job.available_at <= clock.now())
    with app.app_context():
        for job in session.scalars(waiting).all():
            HANDLERS[job.kind](session, job.payload)
            job.done_at = clock.now()
    session.commit()


def test_after_the_grace_the_worker_hands_it_in_and_finishes_the_module(
    app: Flask, session: Session, client: Client
) -> None:
    publish(session, minutes=20)
    read_everything(client)
    address, closes_at = start_timed(session, client)
    client.post(address, {**key_of(session, attempt_at(session, address)), "do": "stop"})
    with time_machine.travel(closes_at + GRACE - SECOND, tick=False):
        run_jobs(app, session)
    assert attempt_at(session, address).state is AttemptState.OPEN
    with time_machine.travel(closes_at + GRACE + SECOND, tick=False):
        run_jobs(app, session)
    assert attempt_at(session, address).state is AttemptState.PASSED
    completed = session.scalars(sa.select(Completed).where(Completed.target_slug == "the-door"))
    assert completed.one().completed_at == closes_at


def test_an_attempt_that_was_handed_in_is_left_alone_by_the_worker(
    app: Flask, session: Session, client: Client
) -> None:
    address, closes_at = start_timed(session, client)
    client.post(address, {"do": "anyway"})
    submitted_at = attempt_at(session, address).submitted_at
    with time_machine.travel(closes_at + GRACE + SECOND, tick=False):
        run_jobs(app, session)
    assert attempt_at(session, address).submitted_at == submitted_at


def test_an_attempt_that_was_given_more_time_is_looked_at_again(
    app: Flask, session: Session, client: Client
) -> None:
    address, closes_at = start_timed(session, client)
    attempt = attempt_at(session, address)
    attempt.closes_at = closes_at + timedelta(minutes=10)
    session.commit()
    with time_machine.travel(closes_at + GRACE + SECOND, tick=False):
        run_jobs(app, session)
        assert attempt_at(session, address).state is AttemptState.OPEN
    with time_machine.travel(closes_at + GRACE + timedelta(minutes=11), tick=False):
        run_jobs(app, session)
    assert attempt_at(session, address).state is AttemptState.FAILED


def test_an_attempt_keeps_the_terms_it_began_on(session: Session, client: Client) -> None:
    address, closes_at = start_timed(session, client)
    publish(session, minutes=5, pass_mark=100)
    attempt = attempt_at(session, address)
    assert (attempt.closes_at, attempt.pass_mark, attempt.minutes) == (closes_at, 80, 20)


def fail(session: Session, client: Client) -> None:
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**wrong(key), "do": "check"})


def test_after_two_failures_the_lessons_are_read_again_first(
    session: Session, client: Client
) -> None:
    publish(session, read_again_after=2)
    publish_bank(session, cited_bank())
    read_everything(client)
    fail(session, client)
    fail(session, client)
    page = client.get("/quizzes/the-door").text
    assert "Read again first" in page
    assert "/modules/the-door/at-the-door" in page
    assert "/modules/the-door/afterwards" not in page
    refused = client.post("/quizzes/the-door/attempts")
    assert refused.status_code == 409
    assert "Read the lessons again first" in refused.text
    client.post("/quizzes/the-door/lessons/at-the-door")
    assert "Read again first" not in client.get("/quizzes/the-door").text
    assert client.post("/quizzes/the-door/attempts").status_code == 302
    reading = session.scalars(
        sa.select(LessonReading).where(LessonReading.lesson_id == "at-the-door")
    ).one()
    assert reading.again_at
    assert reading.again_at > reading.read_at


def test_a_lesson_that_the_module_does_not_have_is_not_read_again(
    session: Session, client: Client
) -> None:
    publish(session, read_again_after=1)
    assert client.post("/quizzes/the-door/lessons/forged").status_code == 404


@pytest.mark.parametrize(
    ("review", "failed", "passed"),
    [(Review.SUBMISSION, True, True), (Review.PASSING, False, True)],
)
def test_the_right_answers_are_shown_when_the_rule_allows(
    session: Session, client: Client, review: Review, failed: bool, passed: bool
) -> None:
    publish(session, review=review)
    publish_bank(session, cited_bank())
    first = start_quiz(client)
    key = key_of(session, attempt_at(session, first))
    client.post(first, {**wrong(key), "do": "check"})
    page = client.get(first).text
    assert holds_key(page) is failed
    assert "Your answer" in page
    assert ("once you have passed" in page) is not failed
    second = start_quiz(client)
    client.post(second, {**key_of(session, attempt_at(session, second)), "do": "check"})
    assert holds_key(client.get(second).text) is passed
    assert holds_key(client.get(first).text) is passed


def test_what_is_right_is_shown_question_by_question(session: Session, client: Client) -> None:
    publish(session, review=Review.IMMEDIATE)
    publish_bank(session, cited_bank())
    address = start_quiz(client)
    (first, option), *_others = key_of(session, attempt_at(session, address)).items()
    page = client.get(address).text
    assert page.count("Show what is right") == 4
    assert not holds_key(page)
    unanswered = client.post(address, {"do": f"show:{first}"})
    assert unanswered.status_code == 422
    assert unanswered.text.count("Choose an answer.") == 2
    shown = client.post(address, {first: option, "do": f"show:{first}"})
    assert shown.location == f"{address}#question-{first}"
    page = client.get(address).text
    number = first.removeprefix("q")
    assert f"explanation-{number}." in page
    assert f"praise-{number}<" in page
    assert page.count("explanation-") == 1
    assert page.count("Show what is right") == 3
    changed = client.post(address + "/answers", {"question": first, first: "o1"})
    assert changed.status_code == 422
    assert "stays as it was" in changed.text
    client.post(address, {first: "o1", "do": "anyway"})
    assert attempt_at(session, address).score == 25


@pytest.mark.parametrize("review", [Review.SUBMISSION, Review.PASSING])
def test_nobody_asks_early_what_is_right(session: Session, client: Client, review: Review) -> None:
    publish(session, review=review)
    publish_bank(session, cited_bank())
    address = start_quiz(client)
    question = attempt_at(session, address).drawn[0]["id"]
    answered = {question: "o0", "do": f"show:{question}"}
    page = client.post(address, answered)
    assert page.status_code == 422
    assert not holds_key(page.text)
    assert not holds_key(client.get(address).text)


def test_an_attempt_of_nobody_is_none_of_the_workers(app: Flask, session: Session) -> None:
    session.add(Job(kind="close-attempt", payload={"attempt_id": 404}, available_at=clock.now()))
    session.flush()
    run_jobs(app, session)
    assert session.query(Attempt).count() == 0
