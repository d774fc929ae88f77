"""Handing in an attempt: marking it, once."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.quizzes import rules
from coursesite.quizzes.models import Answer, Attempt, in_state
from coursesite.quizzes.queries import QUIZZES, answers_of
from coursesite.quizzes.questions.base import Mark
from coursesite.quizzes.rules import AttemptState, Quiz
from coursesite.quizzes.services.answering import AttemptClosed
from coursesite.quizzes.services.counting import count, sitting_of
from coursesite.quizzes.services.regrading import settle_late, wait_for_submissions


def submit_attempt(
    session: Session, attempt: Attempt, actor: Actor, *, at: datetime | None = None
) -> Attempt:
    """Mark what was saved and close the attempt; only the first of two submissions counts.

    `at` is when it counts as handed in, if that was not now.
    """
    session.flush()
    wait_for_submissions(session, attempt.quiz_slug)
    _lock(session, attempt)
    quiz, answers = QUIZZES.get(session, attempt.revision_id).text, answers_of(session, attempt.id)
    marks = [_mark(quiz, drawn["id"], answers.get(drawn["id"])) for drawn in attempt.drawn]
    result = rules.score(marks)
    values = {
        "state": rules.outcome(result, attempt.pass_mark),
        "points": result.points,
        "points_possible": result.marked,
        "score": result.percent,
        "submitted_at": at or clock.now(),
    }
    _close(session, attempt, values)
    facts = {"state": attempt.state, "score": attempt.score, "revision_id": attempt.revision_id}
    subject = ("attempt", attempt.id)
    record(session, "attempt-submitted", actor, subject, after=facts, happened_at=at)
    count(session, [(None, sitting_of(attempt, answers))])
    settle_late(session, attempt)
    return attempt


def close_attempt(session: Session, attempt: Attempt, actor: Actor) -> None:
    """End an attempt that can count no more; what was answered stays, and is not marked."""
    session.flush()
    _lock(session, attempt)
    _close(session, attempt, {"state": AttemptState.CLOSED})
    facts = {"quiz": attempt.quiz_slug, "revision_id": attempt.revision_id}
    record(session, "attempt-closed", actor, ("attempt", attempt.id), after=facts)


def _lock(session: Session, attempt: Attempt) -> None:
    """Whoever is saving an answer comes before or after, so what is marked is what was kept."""
    own = sa.select(Attempt.id).where(Attempt.id == attempt.id)
    session.execute(own.with_for_update(key_share=True))


def _close(session: Session, attempt: Attempt, values: dict[str, Any]) -> None:
    still_open = sa.and_(Attempt.id == attempt.id, in_state(AttemptState.OPEN))
    closing = sa.update(Attempt).where(still_open).values(**values)
    closed = session.execute(closing, execution_options={"synchronize_session": False})
    if not cast("CursorResult[Any]", closed).rowcount:
        raise AttemptClosed("This attempt was handed in already.")
    session.refresh(attempt, list(values))


def _mark(quiz: Quiz, question_id: str, answer: Answer | None) -> Mark:
    """The mark of one question; what cannot be marked keeps its reason for the author."""
    question = quiz.find_question(question_id)
    if question is None:
        return Mark(None, "the quiz has no such question")
    mark = question.mark(answer.response if answer else {})
    if answer:
        answer.points = mark.points
        answer.problem = mark.reason or None
    return mark
