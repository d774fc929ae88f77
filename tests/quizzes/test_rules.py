"""Beginning an attempt, and how it ends."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from coursesite.quizzes.questions.base import Mark
from coursesite.quizzes.rules import (
    Allowance,
    AttemptState,
    Hindrance,
    PastAttempt,
    QuizTerms,
    Score,
    attempts_left,
    hindrance,
    outcome,
    passed,
    score,
    waits_until,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OPEN = PastAttempt(AttemptState.OPEN)
FREE = QuizTerms(pass_mark=80, draw=6)
STRICT = QuizTerms(pass_mark=80, draw=6, attempts=2, wait_minutes=60)


def failed(minutes_ago: int) -> PastAttempt:
    """An attempt that failed before noon."""
    return PastAttempt(AttemptState.FAILED, NOON - timedelta(minutes=minutes_ago))


UNMARKED = PastAttempt(AttemptState.SUBMITTED, NOON)
PASSED = PastAttempt(AttemptState.PASSED, NOON)
UNLOCKED = Allowance(unlocked_at=NOON - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("terms", "past", "allowance", "expected"),
    [
        (FREE, [], Allowance(), None),
        (FREE, [failed(0)] * 50, Allowance(), None),
        (FREE, [OPEN], Allowance(), Hindrance.OPEN_ATTEMPT),
        (STRICT, [failed(600), OPEN, failed(700)], Allowance(), Hindrance.OPEN_ATTEMPT),
        (STRICT, [failed(60)], Allowance(), None),
        (STRICT, [failed(59)], Allowance(), Hindrance.WAITING),
        (STRICT, [failed(10), failed(600)], Allowance(), Hindrance.NO_ATTEMPTS_LEFT),
        (STRICT, [failed(600), failed(601)], Allowance(extra_attempts=1), None),
        (STRICT, [failed(10), failed(600)], UNLOCKED, None),
        (STRICT, [failed(4), failed(600)], UNLOCKED, Hindrance.WAITING),
        (STRICT, [failed(600), UNMARKED], Allowance(), None),
        (STRICT, [PASSED], Allowance(), None),
    ],
)
def test_what_keeps_a_learner_from_starting(
    terms: QuizTerms, past: list[PastAttempt], allowance: Allowance, expected: Hindrance | None
) -> None:
    assert hindrance(terms, past, NOON, allowance) is expected


def test_how_many_attempts_are_left() -> None:
    assert attempts_left(FREE, [failed(1)]) is None
    assert attempts_left(STRICT, [failed(1)]) == 1
    assert attempts_left(STRICT, [failed(1)] * 3) == 0


def test_until_when_a_learner_waits() -> None:
    assert waits_until(STRICT, [failed(90), failed(10)]) == NOON + timedelta(minutes=50)
    assert waits_until(STRICT, [PASSED]) is None
    assert waits_until(FREE, [failed(10)]) is None


def marks(*points: Fraction | None) -> list[Mark]:
    """Marks with these points."""
    return [Mark(each if each is None else Fraction(each)) for each in points]


@pytest.mark.parametrize(
    ("points", "percent", "expected"),
    [
        ((1, 1, 1, 1, 1), 100, True),
        ((1, 1, 1, 1, 0), 80, True),
        ((1, 1, 1, Fraction(99, 100), 0), 79, False),
        ((1, 1, 1, Fraction(1, 3), Fraction(2, 3)), 80, True),
        ((Fraction(1, 10),) * 8 + (Fraction(16, 5),), 44, False),
        ((1, 1, 1, 1, None), 100, True),
        ((1, 1, 1, 0, None), 75, None),
        ((1, 1, 0, 0, None), 50, False),
        ((None,), None, None),
        ((), None, None),
    ],
)
def test_passing_at_eighty_per_cent(
    points: tuple[Fraction | None, ...], percent: int | None, expected: bool | None
) -> None:
    result = score(marks(*points))

    assert result.percent == percent
    assert passed(result, 80) is expected


def test_a_missing_mark_is_no_zero() -> None:
    assert score(marks(Fraction(1), None, Fraction(1, 2))) == Score(
        Fraction(3, 2), marked=2, unmarked=1
    )


@pytest.mark.parametrize(
    ("points", "state"),
    [
        ((1, 1), AttemptState.PASSED),
        ((1, 0), AttemptState.FAILED),
        ((1, None), AttemptState.SUBMITTED),
    ],
)
def test_how_an_attempt_ends(points: tuple[Fraction | None, ...], state: AttemptState) -> None:
    assert outcome(score(marks(*points)), 80) is state
