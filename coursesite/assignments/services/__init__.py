"""Assigning, ending, matching people, and what beginning and completing a target mean for it."""

from coursesite.assignments.services.assigning import (
    NothingToAssign,
    assign,
    end_assignment,
    preview,
)
from coursesite.assignments.services.completing import completed, open_renewals, started
from coursesite.assignments.services.counting import (
    Difference,
    count,
    counting,
    recount,
    repair_counts,
)
from coursesite.assignments.services.matching import match_person
from coursesite.assignments.services.parking import (
    DateTooEarly,
    DecidedAlready,
    Verdict,
    decide_parked,
)
from coursesite.assignments.services.standings import bring_all_forward, bring_forward

__all__ = [
    "DateTooEarly",
    "DecidedAlready",
    "Difference",
    "NothingToAssign",
    "Verdict",
    "assign",
    "bring_all_forward",
    "bring_forward",
    "completed",
    "count",
    "counting",
    "decide_parked",
    "end_assignment",
    "match_person",
    "open_renewals",
    "preview",
    "recount",
    "repair_counts",
    "started",
]
