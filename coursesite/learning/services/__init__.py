"""What a learner does in a module, and everything that happens when one is finished."""

from coursesite.learning.services.certifying import Learner, learner_of
from coursesite.learning.services.changing import (
    NotByChanges,
    WhatChanged,
    begin_changes,
    changed_since_read,
    read_changes,
    what_changed,
    what_is_asked,
)
from coursesite.learning.services.desk import for_many
from coursesite.learning.services.doing import (
    NothingToRenew,
    SeenModule,
    TooEarly,
    accept_attestation,
    answer_check,
    begin_again,
    play_scenario,
    read_lesson,
)
from coursesite.learning.services.finishing import finish_module, is_behind, targets_of, tell
from coursesite.learning.services.quizzing import (
    close_overtaken,
    hand_in,
    hand_in_by_itself,
    in_grace,
    is_over,
    start_quiz,
)
from coursesite.learning.services.shortening import finish_changed_path
from coursesite.learning.services.supporting import support, unlock_quiz
from coursesite.learning.services.vouching import (
    enter_completion,
    restore_completion,
    revoke_completions,
    take_back_completions,
)

__all__ = [
    "Learner",
    "NotByChanges",
    "NothingToRenew",
    "SeenModule",
    "TooEarly",
    "WhatChanged",
    "accept_attestation",
    "answer_check",
    "begin_again",
    "begin_changes",
    "changed_since_read",
    "close_overtaken",
    "enter_completion",
    "finish_changed_path",
    "finish_module",
    "for_many",
    "hand_in",
    "hand_in_by_itself",
    "in_grace",
    "is_behind",
    "is_over",
    "learner_of",
    "play_scenario",
    "read_changes",
    "read_lesson",
    "restore_completion",
    "revoke_completions",
    "start_quiz",
    "support",
    "take_back_completions",
    "targets_of",
    "tell",
    "unlock_quiz",
    "what_changed",
    "what_is_asked",
]
