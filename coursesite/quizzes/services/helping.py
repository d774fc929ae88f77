"""What those responsible do for a person's attempts: unlock a quiz, lengthen what is running."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.quizzes import rules
from coursesite.quizzes.models import Attempt, Unlock, in_state
from coursesite.quizzes.queries import allowance_of
from coursesite.quizzes.rules import AttemptState, Phase
from coursesite.quizzes.services.starting import close_in_time


def unlock_quiz(
    session: Session, person_id: int, quiz_slug: str, actor: Actor, *, reason: str
) -> None:
    """No attempt before now counts against this person: none is used up, none is waited for."""
    unlock = Unlock(
        person_id=person_id,
        quiz_slug=quiz_slug,
        reason=reason,
        unlocked_by_id=actor.person_id,
        unlocked_at=clock.now(),
    )
    session.add(unlock)
    after = {"quiz": quiz_slug}
    record(session, "quiz-unlocked", actor, ("person", person_id), after=after, reason=reason)


def lengthen_attempts(session: Session, person_id: int, today: date) -> None:
    """Give attempts that are running the extra time that holds today; none is ever shortened."""
    running = sa.select(Attempt).where(
        Attempt.person_id == person_id,
        in_state(AttemptState.OPEN),
        Attempt.closes_at.is_not(None),
    )
    for attempt in session.scalars(running.with_for_update(key_share=True)):
        extra_time = allowance_of(session, person_id, attempt.quiz_slug, today).extra_time
        later = rules.closes_at(attempt.minutes or 0, attempt.started_at, extra_time)
        if _may_run_until(attempt, later):
            attempt.closes_at = later
            close_in_time(session, attempt)


def _may_run_until(attempt: Attempt, later: datetime | None) -> bool:
    """Whether that is more time, and the attempt's own is not over."""
    running = rules.phase(attempt.closes_at, clock.now()) is Phase.RUNNING
    return running and bool(later and attempt.closes_at and later > attempt.closes_at)
