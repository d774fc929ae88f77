"""Starting, answering and handing in an attempt; marking again; what all attempts add up to."""

from coursesite.quizzes.services.answering import (
    AttemptClosed,
    KeyWasShown,
    Saved,
    SavedForm,
    Sent,
    TimeIsOver,
    save_answer,
    save_answers,
    show_key,
    unanswered,
)
from coursesite.quizzes.services.counting import (
    count_alike,
    count_written,
    recount,
    repair_sums,
    sitting_of,
)
from coursesite.quizzes.services.helping import lengthen_attempts, unlock_quiz
from coursesite.quizzes.services.regrading import (
    CannotRegrade,
    Changed,
    NothingToRegrade,
    carry_out,
    changed_questions,
    decide_pass,
    try_out,
)
from coursesite.quizzes.services.remarking import PASSED_LATER, REGRADE, correction_of, go_on
from coursesite.quizzes.services.starting import (
    CLOSE_ATTEMPT,
    CannotStart,
    Place,
    close_in_time,
    start_attempt,
)
from coursesite.quizzes.services.submitting import close_attempt, submit_attempt

__all__ = [
    "CLOSE_ATTEMPT",
    "PASSED_LATER",
    "REGRADE",
    "AttemptClosed",
    "CannotRegrade",
    "CannotStart",
    "Changed",
    "KeyWasShown",
    "NothingToRegrade",
    "Place",
    "Saved",
    "SavedForm",
    "Sent",
    "TimeIsOver",
    "carry_out",
    "changed_questions",
    "close_attempt",
    "close_in_time",
    "correction_of",
    "count_alike",
    "count_written",
    "decide_pass",
    "go_on",
    "lengthen_attempts",
    "recount",
    "repair_sums",
    "save_answer",
    "save_answers",
    "show_key",
    "sitting_of",
    "start_attempt",
    "submit_attempt",
    "try_out",
    "unanswered",
    "unlock_quiz",
]
