"""Starting, answering and handing in an attempt."""

from coursesite.quizzes.services.answering import (
    AttemptClosed,
    KeyWasShown,
    Saved,
    Sent,
    TimeIsOver,
    save_answer,
    save_answers,
    show_key,
    unanswered,
)
from coursesite.quizzes.services.helping import lengthen_attempts, unlock_quiz
from coursesite.quizzes.services.starting import (
    CLOSE_ATTEMPT,
    CannotStart,
    Place,
    close_in_time,
    start_attempt,
)
from coursesite.quizzes.services.submitting import submit_attempt

__all__ = [
    "CLOSE_ATTEMPT",
    "AttemptClosed",
    "CannotStart",
    "KeyWasShown",
    "Place",
    "Saved",
    "Sent",
    "TimeIsOver",
    "close_in_time",
    "lengthen_attempts",
    "save_answer",
    "save_answers",
    "show_key",
    "start_attempt",
    "submit_attempt",
    "unanswered",
    "unlock_quiz",
]
