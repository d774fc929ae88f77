"""What a learner does in a module, and everything that happens when one is finished."""

from coursesite.learning.services.doing import (
    NothingToRenew,
    TooEarly,
    accept_attestation,
    answer_check,
    begin_again,
    hand_in,
    play_scenario,
    read_lesson,
    start_quiz,
)
from coursesite.learning.services.finishing import Learner, finish_module, targets_of

__all__ = [
    "Learner",
    "NothingToRenew",
    "TooEarly",
    "accept_attestation",
    "answer_check",
    "begin_again",
    "finish_module",
    "hand_in",
    "play_scenario",
    "read_lesson",
    "start_quiz",
    "targets_of",
]
