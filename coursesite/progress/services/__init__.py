"""Recording what was read, tried, noted, accepted and completed."""

from coursesite.progress.services.completing import (
    Entry,
    Finished,
    Target,
    enter_completion,
    has_completed,
    record_completion,
)
from coursesite.progress.services.learning import (
    LONGEST_NOTE,
    Before,
    OnlyChanges,
    accept_attestation,
    begin,
    begin_again,
    close_round,
    do_block,
    keep_note,
    play_scenario,
    read_lesson,
)
from coursesite.progress.services.register import WHERE as REGISTER
from coursesite.progress.services.register import Together

__all__ = [
    "LONGEST_NOTE",
    "REGISTER",
    "Before",
    "Entry",
    "Finished",
    "OnlyChanges",
    "Target",
    "Together",
    "accept_attestation",
    "begin",
    "begin_again",
    "close_round",
    "do_block",
    "enter_completion",
    "has_completed",
    "keep_note",
    "play_scenario",
    "read_lesson",
    "record_completion",
]
