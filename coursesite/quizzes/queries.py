"""Live quizzes, kept in memory; attempts and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.errors import NotFound, said
from coursesite.people.models import Accommodation
from coursesite.people.queries import in_force
from coursesite.quizzes.models import (
    Answer,
    Attempt,
    PassDecision,
    Regrade,
    Regraded,
    Unlock,
    in_state,
)
from coursesite.quizzes.rules import Allowance, AttemptState, Quiz, RegradeState, Way
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


def get_attempt(
    session: Session, attempt_id: int, *, person_id: int, to_change: bool = False
) -> Attempt:
    """The person's own attempt; somebody else's does not exist.

    One that is to be changed is locked first: two submissions wait for each other.
    """
    found = sa.select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    if to_change:
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    attempt = session.scalars(found).first()
    if attempt is None:
        raise NotFound(NOT_YOURS)
    return attempt


NOT_YOURS = said("There is no such attempt of yours.")


@dataclass(frozen=True)
class Asked:
    """What never changes of an attempt: whose it is, and what it asks."""

    attempt_id: int
    person_id: int
    quiz_slug: str
    revision_id: int
    seed: int
    question_ids: frozenset[str]


_ASKED: dict[int, Asked] = {}
MOST_ASKED = 4_000


def get_asked(session: Session, attempt_id: int, *, person_id: int) -> Asked:
    """What an attempt of this person asks, kept in memory while it is being answered.

    Whoever writes by it proves it by the seed, which no other attempt has.
    """
    kept = _ASKED.get(attempt_id)
    if kept and kept.person_id == person_id:
        return kept
    attempt = get_attempt(session, attempt_id, person_id=person_id)
    if len(_ASKED) >= MOST_ASKED:
        _ASKED.clear()
    _ASKED[attempt_id] = asked_in(attempt)
    return _ASKED[attempt_id]


def asked_in(attempt: Attempt) -> Asked:
    return Asked(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        quiz_slug=attempt.quiz_slug,
        revision_id=attempt.revision_id,
        seed=attempt.seed,
        question_ids=frozenset(drawn["id"] for drawn in attempt.drawn),
    )


def forget_asked() -> None:
    """Forget what is kept in memory of attempts."""
    _ASKED.clear()


def find_open_attempt(session: Session, person_id: int, quiz_slug: str) -> Attempt | None:
    found = sa.select(Attempt).where(
        Attempt.person_id == person_id,
        Attempt.quiz_slug == quiz_slug,
        in_state(AttemptState.OPEN),
    )
    return session.scalars(found).first()


def allowance_of(session: Session, person_id: int, quiz_slug: str, today: date) -> Allowance:
    """What a person may have at a quiz today: of several accommodations the most generous."""
    asked = {"person_id": person_id, "quiz_slug": quiz_slug, "today": today}
    row = session.execute(_ALLOWANCE, asked).one()
    return Allowance(
        row.extra_time or 0, row.extra_attempts or 0, bool(row.larger), row.unlocked_at
    )


_unlocked_at = sa.select(sa.func.max(Unlock.unlocked_at)).where(
    Unlock.person_id == sa.bindparam("person_id"), Unlock.quiz_slug == sa.bindparam("quiz_slug")
)
_ALLOWANCE = sa.select(
    sa.func.max(Accommodation.extra_time).label("extra_time"),
    sa.func.max(Accommodation.extra_attempts).label("extra_attempts"),
    sa.func.max(sa.case((Accommodation.larger, 1), else_=0)).label("larger"),
    _unlocked_at.scalar_subquery().label("unlocked_at"),
).where(Accommodation.person_id == sa.bindparam("person_id"), in_force(sa.bindparam("today")))


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


def get_regrade(session: Session, regrade_id: int) -> Regrade:
    regrade = session.get(Regrade, regrade_id, populate_existing=True)
    if regrade is None:
        raise NotFound("There is no such correction.")
    return regrade


def answers_and_corrections(
    session: Session, attempt: Attempt
) -> tuple[dict[str, Answer], dict[str, Way]]:
    """What was answered, and which questions were wrong and are corrected, how, by question id."""
    corrected = sa.and_(
        Regrade.quiz_slug == Attempt.quiz_slug,
        Regrade.state.in_([RegradeState.RUNNING, RegradeState.DONE]),
    )
    found = (
        sa.select(Answer, Regrade.question_id, Regrade.way, Regrade.revision_ids)
        .select_from(Attempt)
        .outerjoin(Answer, Answer.attempt_id == Attempt.id)
        .outerjoin(Regrade, corrected)
        .where(Attempt.id == attempt.id)
        .order_by(Regrade.id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(found).all()
    answers = {row.Answer.question_id: row.Answer for row in rows if row.Answer}
    return answers, {
        row.question_id: row.way
        for row in rows
        if row.question_id and attempt.revision_id in row.revision_ids
    }


def waiting() -> sa.ColumnElement[bool]:
    """The condition that a pass waits for a decision.

    A later regrade of the same question leaves nothing to be decided about an earlier one.
    """
    own, later = sa.orm.aliased(Regrade), sa.orm.aliased(Regrade)
    replaced = sa.exists().where(
        own.id == Regraded.regrade_id,
        later.quiz_slug == own.quiz_slug,
        later.language == own.language,
        later.question_id == own.question_id,
        later.id > own.id,
        later.state.in_([RegradeState.RUNNING, RegradeState.DONE]),
    )
    decision = sa.orm.aliased(PassDecision)
    decided = sa.exists().where(
        decision.regrade_id == Regraded.regrade_id,
        decision.attempt_id == Regraded.attempt_id,
    )
    return sa.and_(Regraded.withheld, ~decided, ~replaced)


def is_waiting(regrade_id: int, attempt_id: int) -> sa.Exists:
    """Whether the pass of this attempt waits for a decision."""
    return sa.exists().where(
        Regraded.regrade_id == regrade_id, Regraded.attempt_id == attempt_id, waiting()
    )


def regrades_of(session: Session, quiz_slug: str, language: str) -> Sequence[Regrade]:
    """What was tried out or carried out at a quiz, the latest first."""
    found = (
        sa.select(Regrade)
        .where(Regrade.quiz_slug == quiz_slug, Regrade.language == language)
        .order_by(Regrade.id.desc())
        .limit(50)
    )
    return session.scalars(found).all()
