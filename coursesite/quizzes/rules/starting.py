"""When an attempt at a quiz may begin, and how long it may take."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from coursesite.quizzes.rules.words import (
    NO_ALLOWANCE,
    Allowance,
    AttemptState,
    Hindrance,
    PastAttempt,
    QuizTerms,
    Review,
)

_NEVER = datetime.min.replace(tzinfo=UTC)


class Phase(StrEnum):
    """Where an open attempt stands in its time."""

    RUNNING = "running"
    GRACE = "grace"
    OVER = "over"


def hindrance(
    terms: QuizTerms,
    past: Sequence[PastAttempt],
    now: datetime,
    allowance: Allowance = NO_ALLOWANCE,
    to_read: int = 0,
) -> Hindrance | None:
    """What keeps this person from beginning an attempt now, or None.

    `past` holds the attempts that count together: those of one period, in any order. `to_read`
    lessons are still to be read again, if they must be.
    """
    if any(attempt.state is AttemptState.OPEN for attempt in past):
        return Hindrance.OPEN_ATTEMPT
    if attempts_left(terms, past, allowance) == 0:
        return Hindrance.NO_ATTEMPTS_LEFT
    until = waits_until(terms, past, allowance)
    if until is not None and now < until:
        return Hindrance.WAITING
    must_read = to_read and must_read_again(terms, past, allowance)
    return Hindrance.READING if must_read else None


def attempts_left(
    terms: QuizTerms, past: Sequence[PastAttempt], allowance: Allowance = NO_ALLOWANCE
) -> int | None:
    """How many attempts may still begin; None means as many as one likes.

    An attempt that could not be marked costs nothing.
    """
    if not terms.attempts:
        return None
    used = sum(1 for _ in _decided(past, allowance))
    return max(0, terms.attempts + allowance.extra_attempts - used)


def waits_until(
    terms: QuizTerms, past: Sequence[PastAttempt], allowance: Allowance = NO_ALLOWANCE
) -> datetime | None:
    """When the waiting time after the last failure ends, or None without a failure to wait for."""
    failures = _failures(past, allowance)
    if not failures or not terms.wait_minutes:
        return None
    return max(failures) + timedelta(minutes=terms.wait_minutes)


def must_read_again(
    terms: QuizTerms, past: Sequence[PastAttempt], allowance: Allowance = NO_ALLOWANCE
) -> datetime | None:
    """Since when lessons are to have been read again: the last of so many failures, or None."""
    failures = _failures(past, allowance)
    if not terms.read_again_after or len(failures) < terms.read_again_after:
        return None
    return max(failures)


def closes_at(minutes: int, started_at: datetime, extra_time: int = 0) -> datetime | None:
    """When answers can no longer be changed; None without a time limit.

    `extra_time` is in per cent of the minutes.
    """
    seconds = minutes * 60 * (100 + extra_time) // 100
    return started_at + timedelta(seconds=seconds) if seconds else None


def whole_minutes(minutes: int, extra_time: int = 0) -> int:
    """A time limit as it is told; 0 without one."""
    return minutes * (100 + extra_time) // 100


def phase(closes_at: datetime | None, now: datetime, grace_minutes: int = 0) -> Phase:
    """In the grace one may submit but not change; when that is over, it is submitted by itself."""
    if closes_at is None or now < closes_at:
        return Phase.RUNNING
    over_at = closes_at + timedelta(minutes=grace_minutes)
    return Phase.GRACE if now < over_at else Phase.OVER


def may_review(review: Review, state: AttemptState, *, passed: bool) -> bool:
    """Whether the right answers of a whole attempt may be shown; `passed` if any of its round was.

    While it is open nothing of it may be, but what was shown question by question; nor of one that
    was closed before it was handed in, since the next one may ask the same.
    """
    if state in {AttemptState.OPEN, AttemptState.CLOSED}:
        return False
    return review is not Review.PASSING or passed


def _decided(past: Sequence[PastAttempt], allowance: Allowance) -> Iterator[PastAttempt]:
    since = allowance.unlocked_at or _NEVER
    for attempt in past:
        decided = attempt.state in {AttemptState.PASSED, AttemptState.FAILED}
        if decided and (attempt.finished_at is None or attempt.finished_at > since):
            yield attempt


def _failures(past: Sequence[PastAttempt], allowance: Allowance) -> list[datetime]:
    return [
        attempt.finished_at
        for attempt in _decided(past, allowance)
        if attempt.state is AttemptState.FAILED and attempt.finished_at
    ]
