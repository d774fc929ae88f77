"""A question of the quiz was wrong: what the learner gets, and as of when."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.content.rules import Completion as Asked
from coursesite.jobs.services import run_next
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import AttemptState, Quiz, QuizTerms, Way
from coursesite.quizzes.services import carry_out, try_out
from coursesite.schedule import HANDLERS
from tests.browser import Browser, Client
from tests.learning.makers import a_module, publish_bank, publish_course, publish_module
from tests.learning.stories import attempt_at, key_of, read_everything, start_quiz
from tests.makers import make_person
from tests.quizzes.banks import bank
from tests.quizzes.regrades import an_actor


@pytest.fixture
def learner(session: Session) -> Person:
    publish_course(session)
    return make_person(session)


@pytest.fixture
def client(browser: Browser, learner: Person) -> Client:
    return browser.sign_in(learner)


def without_attestation(session: Session) -> None:
    terms = QuizTerms(pass_mark=80, draw=4)
    publish_module(session, a_module(completion=Asked(None, terms, attestation=False)))


def fails_by_one(session: Session, client: Client) -> tuple[str, str]:
    """The address of an attempt with one wrong answer, which is o1, and that question."""
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    question = next(iter(key))
    client.post(address, {**key, question: "o1", "do": "check"})
    assert attempt_at(session, address).state is AttemptState.FAILED
    return address, question


def correct(app: Flask, session: Session, question: str, way: Way = Way.RESCORE) -> None:
    """In this question o1 is right after all; the marks are put right."""
    wrong, right = bank("the-door", 8), bank("the-door", 8, key=1).find_question(question)
    questions = tuple(right if right and each.id == question else each for each in wrong.questions)
    publish_bank(session, Quiz("the-door", "en", questions))
    live = QUIZZES.find_live(session, "the-door", "en")
    assert live
    regrade = try_out(session, live, question, an_actor(session))
    carry_out(session, regrade, way, "The key was wrong.", an_actor(session))
    session.commit()
    with app.app_context():
        while run_next(session, HANDLERS):
            pass


def completions(session: Session) -> list[Completion]:
    found = sa.select(Completion).where(Completion.target_slug == "the-door")
    return list(session.scalars(found))


def test_who_passes_now_has_completed_on_the_day_they_handed_in(
    app: Flask, session: Session, client: Client
) -> None:
    without_attestation(session)
    read_everything(client)
    address, question = fails_by_one(session, client)
    assert completions(session) == []
    with time_machine.travel(clock.now() + timedelta(days=30)):
        correct(app, session, question)
    attempt = attempt_at(session, address)
    (completion,) = completions(session)
    assert attempt.state is AttemptState.PASSED
    assert completion.completed_at == attempt.submitted_at
    assert completion.attempt_id == attempt.id
    assert completion.recorded_at - completion.completed_at > timedelta(days=29)


def test_who_has_not_read_everything_is_not_complete_yet(
    app: Flask, session: Session, client: Client
) -> None:
    without_attestation(session)
    _address, question = fails_by_one(session, client)
    correct(app, session, question)
    assert completions(session) == []
    read_everything(client)
    assert len(completions(session)) == 1


def test_a_completion_that_was_granted_keeps_its_time(
    app: Flask, session: Session, client: Client
) -> None:
    without_attestation(session)
    read_everything(client)
    _address, question = fails_by_one(session, client)
    address = start_quiz(client)
    key = key_of(session, attempt_at(session, address))
    client.post(address, {**key, "do": "check"})
    (before,) = [each.completed_at for each in completions(session)]
    with time_machine.travel(clock.now() + timedelta(days=30)):
        correct(app, session, question)
    assert [each.completed_at for each in completions(session)] == [before]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Way.RESCORE, "This question was corrected after you handed in"),
        (Way.FULL, "everybody was given full marks"),
        (Way.DROP, "it does not count"),
    ],
)
def test_the_learner_is_told(
    app: Flask, session: Session, client: Client, way: Way, words: str
) -> None:
    address, question = fails_by_one(session, client)
    assert words not in client.get(address).text
    correct(app, session, question, way)
    page = client.get(address).text
    assert words in page
    assert "100 %" in page
