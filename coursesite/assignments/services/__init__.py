"""Assigning, ending, matching people, and what beginning and completing a target mean for it."""

from coursesite.assignments.services.assigning import (
    NothingToAssign,
    asks,
    assign,
    assign_in_steps,
    assign_some,
    preview,
    record_carried_out,
)
from coursesite.assignments.services.beforehand import known_beforehand
from coursesite.assignments.services.book import Asked, asked
from coursesite.assignments.services.carrying import (
    Order,
    Place,
    carry_on,
    carry_out_later,
    carry_some,
    concerned,
    last_task,
)
from coursesite.assignments.services.changing import (
    change_assignment,
    change_in_steps,
    end_assignment,
    end_in_steps,
    pause_assignment,
    pause_in_steps,
    resume_assignment,
    resume_in_steps,
    review_change,
)
from coursesite.assignments.services.completing import completed, renewed_by, started
from coursesite.assignments.services.counting import (
    Difference,
    count,
    counted_together,
    counting,
    recount,
    repair_counts,
    repair_in_pieces,
)
from coursesite.assignments.services.extending import (
    ask_extension,
    decide_extension,
    give_extension,
    take_back_extension,
)
from coursesite.assignments.services.keeping import (
    days_to_keep,
    keep_day,
    keep_days_before,
    keep_past_days,
    sums_to_keep,
)
from coursesite.assignments.services.matching import match_person
from coursesite.assignments.services.missed_days import (
    At,
    is_missed,
    keep_some_units,
    number_of_units,
)
from coursesite.assignments.services.outcome import DatesWrong, Outcome
from coursesite.assignments.services.parking import (
    ChangedMeanwhile,
    DateTooEarly,
    DecidedAlready,
    Verdict,
    decide_all,
    decide_parked,
    undo_decisions,
)
from coursesite.assignments.services.renewing import open_renewals, renewals_in_pieces
from coursesite.assignments.services.resting import (
    end_leave,
    mark_absent,
    rest_by_days,
    rests_in_pieces,
    take_back_leave,
    waive,
)
from coursesite.assignments.services.revoking import (
    restore_completion,
    revoke_completions,
    take_back_completions,
)
from coursesite.assignments.services.standings import bring_all_forward, bring_forward
from coursesite.assignments.services.sweeping import (
    begin_sweep,
    begin_sweep_undo,
    sweep_some,
    undo_sweep_some,
)
from coursesite.assignments.services.text_changes import (
    TEXT_CHANGED,
    announce_change,
    ask_from,
    renew_for_change,
)

__all__ = [
    "TEXT_CHANGED",
    "Asked",
    "At",
    "ChangedMeanwhile",
    "DateTooEarly",
    "DatesWrong",
    "DecidedAlready",
    "Difference",
    "NothingToAssign",
    "Order",
    "Outcome",
    "Place",
    "Verdict",
    "announce_change",
    "ask_extension",
    "ask_from",
    "asked",
    "asks",
    "assign",
    "assign_in_steps",
    "assign_some",
    "begin_sweep",
    "begin_sweep_undo",
    "bring_all_forward",
    "bring_forward",
    "carry_on",
    "carry_out_later",
    "carry_some",
    "change_assignment",
    "change_in_steps",
    "completed",
    "concerned",
    "count",
    "counted_together",
    "counting",
    "days_to_keep",
    "decide_all",
    "decide_extension",
    "decide_parked",
    "end_assignment",
    "end_in_steps",
    "end_leave",
    "give_extension",
    "is_missed",
    "keep_day",
    "keep_days_before",
    "keep_past_days",
    "keep_some_units",
    "known_beforehand",
    "last_task",
    "mark_absent",
    "match_person",
    "number_of_units",
    "open_renewals",
    "pause_assignment",
    "pause_in_steps",
    "preview",
    "record_carried_out",
    "recount",
    "renew_for_change",
    "renewals_in_pieces",
    "renewed_by",
    "repair_counts",
    "repair_in_pieces",
    "rest_by_days",
    "restore_completion",
    "rests_in_pieces",
    "resume_assignment",
    "resume_in_steps",
    "review_change",
    "revoke_completions",
    "started",
    "sums_to_keep",
    "sweep_some",
    "take_back_completions",
    "take_back_extension",
    "take_back_leave",
    "undo_decisions",
    "undo_sweep_some",
    "waive",
]
