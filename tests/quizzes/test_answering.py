"""Answers from several windows, late, twice, and after the time."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.errors import Invalid, NotFound
from coursesite.people.models import Person
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import answers_of, asked_in, get_asked
from coursesite.quizzes.rules import QuizTerms, Review
from coursesite.quizzes.services import (
    AttemptClosed,
    KeyWasShown,
    Saved,
    Sent,
    TimeIsOver,
    save_answer,
    save_answers,
    show_key,
    submit_attempt,
)
from tests.makers import make_person
from tests.quizzes.banks import bank
from tests.quizzes.test_services import begin, publish_quiz

DESK, PHONE = "at-the-desk", "on-the-phone"
TIMED = QuizTerms(pass_mark=80, draw=4, minutes=20)


@pytest.fixture
def learner(session: Session) -> Person:
    publish_quiz(session, bank("a-quiz", 8))
    return make_person(session)


@pytest.fixture
def attempt(session: Session, learner: Person) -> Attempt:
    return begin(session, learner)


def choose(session: Session, attempt: Attempt, option: int, sent: Sent) -> Saved:
    question = attempt.drawn[0]["id"]
    return save_answer(session, asked_in(attempt), question, {question: [f"o{option}"]}, sent)


def chosen(session: Session, attempt: Attempt) -> list[str]:
    answer = session.scalars(
        sa.select(Answer)
        .where(Answer.attempt_id == attempt.id)
        .execution_options(populate_existing=True)
    ).one()
    return list(answer.response["chosen"])


def test_an_answer_that_comes_late_changes_nothing(session: Session, attempt: Attempt) -> None:
    choose(session, attempt, 1, Sent(0, DESK, 2))
    late = choose(session, attempt, 0, Sent(0, DESK, 1))
    assert late == Saved(1)
    assert chosen(session, attempt) == ["o1"]


def test_an_answer_that_is_sent_again_is_kept_once(session: Session, attempt: Attempt) -> None:
    first = choose(session, attempt, 1, Sent(0, DESK, 1))
    assert choose(session, attempt, 1, Sent(0, DESK, 1)) == first


def test_no_window_is_warned_of_itself(session: Session, attempt: Attempt) -> None:
    """Its first answer was kept, but the page never heard of it."""
    choose(session, attempt, 1, Sent(0, DESK, 1))
    assert not choose(session, attempt, 2, Sent(0, DESK, 2)).elsewhere


def test_the_later_of_two_windows_wins_and_is_warned(session: Session, attempt: Attempt) -> None:
    choose(session, attempt, 0, Sent(0, DESK, 7))
    on_the_phone = choose(session, attempt, 1, Sent(0, PHONE, 1))
    assert on_the_phone == Saved(2, elsewhere=True)
    assert chosen(session, attempt) == ["o1"]
    at_the_desk = choose(session, attempt, 2, Sent(1, DESK, 8))
    assert at_the_desk == Saved(3, elsewhere=True)
    assert not choose(session, attempt, 0, Sent(3, DESK, 9)).elsewhere


def test_after_the_time_nothing_changes_but_it_may_be_handed_in(
    session: Session, learner: Person
) -> None:
    attempt = begin(session, learner, TIMED)
    assert attempt.closes_at == attempt.started_at + timedelta(minutes=20)
    choose(session, attempt, 0, Sent())
    with time_machine.travel(attempt.closes_at, tick=False):
        with pytest.raises(TimeIsOver):
            choose(session, attempt, 1, Sent())
        with pytest.raises(TimeIsOver):
            save_answers(session, attempt, {attempt.drawn[0]["id"]: ["o1"]})
        submit_attempt(session, attempt, SITE)
    assert chosen(session, attempt) == ["o0"]
    assert attempt.points == 1


def test_a_second_before_the_time_is_over(session: Session, learner: Person) -> None:
    attempt = begin(session, learner, TIMED)
    assert attempt.closes_at
    with time_machine.travel(attempt.closes_at - timedelta(seconds=1), tick=False):
        assert choose(session, attempt, 1, Sent()).version == 1


def test_nothing_changes_after_handing_in(session: Session, attempt: Attempt) -> None:
    submit_attempt(session, attempt, SITE)
    with pytest.raises(AttemptClosed):
        choose(session, attempt, 0, Sent())
    assert answers_of(session, attempt.id) == {}


def test_whoever_saw_the_right_answer_keeps_their_own(session: Session, learner: Person) -> None:
    terms = QuizTerms(pass_mark=80, draw=4, review=Review.IMMEDIATE)
    attempt = begin(session, learner, terms)
    question = attempt.drawn[0]["id"]
    with pytest.raises(Invalid, match="Answer this question first"):
        show_key(session, attempt, question)
    choose(session, attempt, 1, Sent())
    show_key(session, attempt, question)
    session.flush()
    with pytest.raises(KeyWasShown):
        choose(session, attempt, 0, Sent())
    assert question not in save_answers(session, attempt, {question: ["o0"]}).problems
    assert chosen(session, attempt) == ["o1"]


def test_nobody_sees_the_right_answer_before_the_rule_allows(
    session: Session, attempt: Attempt
) -> None:
    choose(session, attempt, 0, Sent())
    with pytest.raises(Invalid, match="shown later"):
        show_key(session, attempt, attempt.drawn[0]["id"])


def test_what_is_kept_in_memory_is_proved(session: Session, attempt: Attempt) -> None:
    """The numbers of rows can be given again, and a person's number be guessed."""
    kept = get_asked(session, attempt.id, person_id=attempt.person_id)
    assert get_asked(session, attempt.id, person_id=attempt.person_id) is kept
    with pytest.raises(NotFound):
        get_asked(session, attempt.id, person_id=attempt.person_id + 1)
    attempt.seed += 1
    session.flush()
    question = attempt.drawn[0]["id"]
    assert save_answer(session, kept, question, {question: ["o0"]}).version == 1


def test_no_answer_is_lost_to_what_memory_holds_of_another_attempt(
    session: Session, attempt: Attempt
) -> None:
    """As after a database was put back: the same number, other questions."""
    kept = get_asked(session, attempt.id, person_id=attempt.person_id)
    question = attempt.drawn[0]["id"]
    stale = replace(kept, seed=kept.seed + 1, question_ids=kept.question_ids - {question})
    assert save_answer(session, stale, question, {question: ["o0"]}).version == 1
    with pytest.raises(Invalid, match="does not belong"):
        save_answer(session, stale, "gone", {"gone": ["o0"]})


@pytest.mark.parametrize("extra_time", [0, 25, 100])
def test_extra_time_lengthens_the_limit(session: Session, learner: Person, extra_time: int) -> None:
    attempt = begin(session, learner, TIMED, extra_time=extra_time)
    minutes = 20 * (100 + extra_time) / 100
    assert attempt.closes_at == attempt.started_at + timedelta(minutes=minutes)
