"""When an attempt at a quiz may begin, what it asks, and how it ends."""

from coursesite.quizzes.rules.drawing import draw
from coursesite.quizzes.rules.marking import Score, outcome, passed, score
from coursesite.quizzes.rules.regrading import RegradeState, Way
from coursesite.quizzes.rules.starting import (
    Phase,
    attempts_left,
    closes_at,
    hindrance,
    may_review,
    must_read_again,
    phase,
    waits_until,
    whole_minutes,
)
from coursesite.quizzes.rules.words import (
    HANDED_IN,
    NO_ALLOWANCE,
    Allowance,
    AttemptState,
    Hindrance,
    PastAttempt,
    Quiz,
    QuizTerms,
    Review,
)

__all__ = [
    "HANDED_IN",
    "NO_ALLOWANCE",
    "Allowance",
    "AttemptState",
    "Hindrance",
    "PastAttempt",
    "Phase",
    "Quiz",
    "QuizTerms",
    "RegradeState",
    "Review",
    "Score",
    "Way",
    "attempts_left",
    "closes_at",
    "draw",
    "hindrance",
    "may_review",
    "must_read_again",
    "outcome",
    "passed",
    "phase",
    "score",
    "waits_until",
    "whole_minutes",
]
