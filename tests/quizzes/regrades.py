"""Quizzes that were wrong, and people who took them, for stories about corrections."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from coursesite.audit.services import SITE, Actor
from coursesite.jobs.services import run_next
from coursesite.people.models import Person
from coursesite.quizzes.jobs import regrade as regrade_some
from coursesite.quizzes.models import Attempt, Regrade
from coursesite.quizzes.queries import QUIZZES, asked_in, get_regrade
from coursesite.quizzes.questions.base import Option, Question
from coursesite.quizzes.questions.choice import SingleChoice
from coursesite.quizzes.rules import Quiz, QuizTerms, RegradeState, Way
from coursesite.quizzes.services import (
    REGRADE,
    Place,
    carry_out,
    save_answer,
    start_attempt,
    submit_attempt,
    try_out,
)
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.makers import make_person

SLUG = "a-quiz"
TERMS = QuizTerms(pass_mark=75, draw=4)

_numbers = count()


def options(right: str, names: str = "abc") -> tuple[Option, ...]:
    """Options named by single letters; one of them is right."""
    return tuple(Option(name, f"Option {name}", correct=name == right) for name in names)


def a_question(name: str, right: str = "a", names: str = "abc") -> SingleChoice:
    return SingleChoice(id=name, objective=1, html=f"<p>{name}?</p>", options=options(right, names))


def a_quiz(**changed: Question | None) -> Quiz:
    """Four questions, q1 to q4, whose right answer is a; some of them otherwise, or left out."""
    questions = {name: a_question(name) for name in ("q1", "q2", "q3", "q4")}
    every: dict[str, Question | None] = {**questions, **changed}
    return Quiz(SLUG, "en", tuple(each for each in every.values() if each))


def publish_quiz(session: Session, quiz: Quiz) -> None:
    files = {"quiz": f"{next(_numbers)}"}
    new = NewRevision(Kind.QUIZ, quiz.slug, quiz.language, "A quiz", files, quiz.to_json())
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()


def begin(session: Session, person: Person, slug: str = SLUG) -> Attempt:
    quiz = QUIZZES.find_live(session, slug, "en")
    assert quiz
    place = Place(person.id, person.organisation_id, 1, 1)
    return start_attempt(session, quiz, TERMS, place, SITE)


def answer(session: Session, attempt: Attempt, given: dict[str, str]) -> None:
    """Letters chosen, by question; several letters are several options."""
    for name, letters in given.items():
        save_answer(session, asked_in(attempt), name, {name: list(letters)})


def take(
    session: Session, person: Person | None = None, slug: str = SLUG, /, **given: str
) -> Attempt:
    """Somebody answers these questions, right ones with a, and hands in."""
    attempt = begin(session, person or make_person(session), slug)
    answer(session, attempt, given)
    submit_attempt(session, attempt, SITE)
    session.commit()
    return attempt


def an_actor(session: Session) -> Actor:
    person = make_person(session)
    return Actor(person.id, person.organisation_id)


def tried(session: Session, question_id: str = "q1") -> Regrade:
    """A correction of this question, tried out."""
    quiz = QUIZZES.find_live(session, SLUG, "en")
    assert quiz
    regrade = try_out(session, quiz, question_id, an_actor(session))
    session.commit()
    return work(session, regrade, RegradeState.TRIED)


def corrected(session: Session, way: Way, question_id: str = "q1") -> Regrade:
    """A correction of this question, carried out."""
    regrade = tried(session, question_id)
    carry_out(session, regrade, way, "The key was wrong.", an_actor(session))
    session.commit()
    return work(session, regrade, RegradeState.DONE)


def work(session: Session, regrade: Regrade, until: RegradeState) -> Regrade:
    """Do the jobs until the regrade stands there."""
    handlers: dict[str, Callable[..., Any]] = {REGRADE: regrade_some}
    handlers["passed-later"] = lambda _session, _payload: None
    while run_next(session, handlers):
        pass
    session.expire_all()
    found = get_regrade(session, regrade.id)
    assert found.state is until
    return found


def numbers(regrade: Regrade, name: str) -> dict[str, int]:
    """What was found, without what is nought."""
    told: dict[str, int] = regrade.found[name]["numbers"]
    return {key: number for key, number in told.items() if number}


def reordered(question: SingleChoice, order: Sequence[int]) -> SingleChoice:
    return replace(question, options=tuple(question.options[place] for place in order))
