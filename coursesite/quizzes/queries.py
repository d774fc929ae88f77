"""Live quizzes, kept in memory; attempts and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.errors import NotFound
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.rules import AttemptState, Quiz
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shelf

QUIZZES: Shelf[Quiz] = Shelf(Kind.QUIZ, Quiz.from_json)


def attempts_of(session: Session, person_id: int, quiz_slug: str) -> Sequence[Attempt]:
    """Every attempt of this person at this quiz, the newest first."""
    found = (
        sa.select(Attempt)
        .where(Attempt.person_id == person_id, Attempt.quiz_slug == quiz_slug)
        .order_by(Attempt.number.desc())
    )
    return session.scalars(found).all()


def get_attempt(session: Session, attempt_id: int, *, person_id: int) -> Attempt:
    """The person's own attempt; somebody else's does not exist."""
    found = sa.select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    attempt = session.scalars(found).first()
    if attempt is None:
        raise NotFound("There is no such attempt of yours.")
    return attempt


def find_open_attempt(session: Session, person_id: int, quiz_slug: str) -> Attempt | None:
    found = sa.select(Attempt).where(
        Attempt.person_id == person_id,
        Attempt.quiz_slug == quiz_slug,
        Attempt.state == AttemptState.OPEN,
    )
    return session.scalars(found).first()


def answers_of(session: Session, attempt_id: int) -> dict[str, Answer]:
    """What was answered, by question id, as the database has it now."""
    found = (
        sa.select(Answer)
        .where(Answer.attempt_id == attempt_id)
        .execution_options(populate_existing=True)
    )
    return {answer.question_id: answer for answer in session.scalars(found)}


def seen_at(past: Sequence[Attempt]) -> dict[str, datetime]:
    """When each question was last drawn in these attempts (newest first), by question id."""
    return {
        drawn["id"]: attempt.started_at for attempt in reversed(past) for drawn in attempt.drawn
    }


@dataclass(frozen=True)
class Unmarked:
    """A question that could not be marked, why, how often, and when last."""

    slug: str
    language: str
    question_id: str
    problem: str
    answers: int
    last_at: datetime


def unmarked_answers(session: Session) -> list[Unmarked]:
    """What authors must know of answers that could not be marked, and not whose they are."""
    parts = (Attempt.quiz_slug, Revision.language, Answer.question_id, Answer.problem)
    last_at = sa.func.max(Attempt.submitted_at)
    found = (
        sa.select(*parts, sa.func.count(), last_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(Answer.problem.is_not(None))
        .group_by(*parts)
        .order_by(last_at.desc(), *parts)
    )
    rows: Sequence[Any] = session.execute(found).all()
    return [Unmarked(*row) for row in rows]
