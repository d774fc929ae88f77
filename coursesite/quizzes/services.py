"""Starting, answering and handing in an attempt."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Invalid
from coursesite.quizzes import rules
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import (
    QUIZZES,
    answers_of,
    attempts_of,
    find_open_attempt,
    seen_at,
)
from coursesite.quizzes.questions.base import Form, Mark, Question
from coursesite.quizzes.rules import AttemptState, PastAttempt, Quiz, QuizTerms
from coursesite.revisions.shelf import Shown


class CannotStart(Conflict):
    """No new attempt may begin now."""


class AttemptClosed(Conflict):
    """The attempt was handed in: its answers stay as they are."""


@dataclass(frozen=True)
class Place:
    """Whose attempt it is, in which round of the module, and over how many objectives."""

    person_id: int
    organisation_id: int
    round: int
    objectives: int


@dataclass(frozen=True)
class Saved:
    """What became of an answer: its version now, and what the learner should know."""

    version: int
    problem: str | None = None
    elsewhere: bool = False


def start_attempt(
    session: Session, quiz: Shown[Quiz], terms: QuizTerms, place: Place, actor: Actor
) -> Attempt:
    """The open attempt, if there is one, else a new one with its questions drawn."""
    past = attempts_of(session, place.person_id, quiz.slug)
    resumed = next((each for each in past if each.state is AttemptState.OPEN), None)
    if resumed:
        return resumed
    _refuse_start(terms, [each for each in past if each.round == place.round])
    attempt = _drawn_attempt(quiz, terms, place, past)
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return _started_elsewhere(session, place.person_id, quiz.slug)
    record(session, "attempt-started", actor, ("attempt", attempt.id), after={"quiz": quiz.slug})
    return attempt


def save_answer(
    session: Session, attempt: Attempt, question_id: str, form: Form, *, seen: int | None = None
) -> Saved:
    """Keep what was answered to one question; what is half an answer is kept, with a sentence.

    `seen` is the version that the page showed: if a later one was saved elsewhere, this one
    replaces it all the same, and says so.
    """
    _refuse_closed(attempt)
    reading = _question(attempt, question_id).read(form)
    version = _keep(session, attempt.id, question_id, {**reading.response})
    elsewhere = seen is not None and version > seen + 1
    return Saved(version, reading.problem, elsewhere)


def save_answers(
    session: Session, attempt: Attempt, form: Form, *, seen: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Keep a whole form; the sentences about what is missing or wrong, by question id.

    `seen` are the versions that the page showed: a question of it that comes back empty is
    emptied, unless its answer was saved elsewhere since. One that was not on the page stays.
    """
    _refuse_closed(attempt)
    answers = answers_of(session, attempt.id)
    problems = {}
    for drawn in attempt.drawn:
        reading = _question(attempt, drawn["id"]).read(form)
        answer = answers.get(drawn["id"])
        emptied = answer is not None and answer.version == (seen or {}).get(drawn["id"])
        if emptied or not reading.blank:
            _keep(session, attempt.id, drawn["id"], {**reading.response})
        if reading.problem:
            problems[drawn["id"]] = reading.problem
    return problems


def submit_attempt(session: Session, attempt: Attempt, actor: Actor) -> Attempt:
    """Mark what was saved and close the attempt; only the first of two submissions counts."""
    session.flush()
    answers = answers_of(session, attempt.id)
    marks = [_mark(attempt, drawn["id"], answers) for drawn in attempt.drawn]
    result = rules.score(marks)
    values = {
        "state": rules.outcome(result, attempt.pass_mark),
        "points": result.points,
        "points_possible": result.marked,
        "score": result.percent,
        "submitted_at": clock.now(),
    }
    still_open = sa.and_(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
    closed = session.execute(sa.update(Attempt).where(still_open).values(**values))
    if not cast("CursorResult[Any]", closed).rowcount:
        raise AttemptClosed("This attempt was handed in already.")
    session.refresh(attempt)
    facts = {"state": attempt.state, "score": attempt.score, "revision_id": attempt.revision_id}
    record(session, "attempt-submitted", actor, ("attempt", attempt.id), after=facts)
    return attempt


def unanswered(session: Session, attempt: Attempt) -> list[str]:
    """The ids of the drawn questions without an answer."""
    answers = answers_of(session, attempt.id)
    return [
        drawn["id"]
        for drawn in attempt.drawn
        if drawn["id"] not in answers or not answers[drawn["id"]].response
    ]


def _refuse_start(terms: QuizTerms, past: Sequence[Attempt]) -> None:
    counted = [PastAttempt(each.state, each.submitted_at) for each in past]
    hindrance = rules.hindrance(terms, counted, clock.now())
    if hindrance is rules.Hindrance.NO_ATTEMPTS_LEFT:
        raise CannotStart("You have used every attempt. Your manager can give you another.")
    until = rules.waits_until(terms, counted)
    if hindrance and until:
        raise _too_early(until)


def _too_early(until: datetime) -> CannotStart:
    minutes = round((until - clock.now()).total_seconds() / 60)
    if minutes <= 1:
        return CannotStart("You can try again in a minute. Read the lessons once more.")
    return CannotStart(
        "You can try again in %(minutes)d minutes. Read the lessons once more.", minutes=minutes
    )


def _drawn_attempt(
    quiz: Shown[Quiz], terms: QuizTerms, place: Place, past: Sequence[Attempt]
) -> Attempt:
    seed = secrets.randbits(32)
    questions = rules.draw(quiz.text.questions, place.objectives, terms.draw, seen_at(past), seed)
    return Attempt(
        person_id=place.person_id,
        organisation_id=place.organisation_id,
        quiz_slug=quiz.slug,
        revision_id=quiz.revision_id,
        number=past[0].number + 1 if past else 1,
        round=place.round,
        state=AttemptState.OPEN,
        seed=seed,
        drawn=[question.show(seed).to_json() for question in questions],
        pass_mark=terms.pass_mark,
        started_at=clock.now(),
    )


def _started_elsewhere(session: Session, person_id: int, quiz_slug: str) -> Attempt:
    """Another tab was faster: its attempt is the one to go on with."""
    attempt = find_open_attempt(session, person_id, quiz_slug)
    if attempt is None:
        raise CannotStart("This attempt could not be started. Try once more.")
    return attempt


def _refuse_closed(attempt: Attempt) -> None:
    if attempt.state is not AttemptState.OPEN:
        raise AttemptClosed("This attempt was handed in; its answers can no longer be changed.")


def _question(attempt: Attempt, question_id: str) -> Question:
    """A question of this attempt as its own revision has it."""
    session = sa.orm.object_session(attempt)
    quiz = QUIZZES.get(session, attempt.revision_id) if session else None
    question = quiz.text.find_question(question_id) if quiz else None
    if question is None or all(drawn["id"] != question_id for drawn in attempt.drawn):
        raise Invalid("This question does not belong to your attempt. Load the page again.")
    return question


def _keep(session: Session, attempt_id: int, question_id: str, response: dict[str, Any]) -> int:
    """Write an answer over the one before it; its new version."""
    session.flush()
    answer = {"attempt_id": attempt_id, "question_id": question_id, "response": response}
    kept = _KEEP[session.get_bind().dialect.name]
    asked = {**answer, "saved_at": clock.now()}
    version: int = session.connection().execute(kept, asked).scalar_one()
    return version


def _kept_by(row: Any) -> Any:
    """The statement for one kind of database, built once: every answer goes through it."""
    columns = ("attempt_id", "question_id", "response", "saved_at")
    row = row.values(version=1, **{name: sa.bindparam(name) for name in columns})
    changed = {
        "response": row.excluded.response,
        "saved_at": row.excluded.saved_at,
        "version": Answer.version + 1,
    }
    keys = ["attempt_id", "question_id"]
    return row.on_conflict_do_update(index_elements=keys, set_=changed).returning(Answer.version)


_KEEP = {
    "sqlite": _kept_by(sqlite_insert(Answer)),
    "postgresql": _kept_by(postgresql_insert(Answer)),
}


def _mark(attempt: Attempt, question_id: str, answers: dict[str, Answer]) -> Mark:
    """The mark of one question; what cannot be marked keeps its reason for the author."""
    answer = answers.get(question_id)
    mark = _question(attempt, question_id).mark(answer.response if answer else {})
    if answer:
        answer.points = mark.points
        answer.problem = mark.reason or None
    return mark
