"""Why what was given to somebody is not taken back: said by each, and counted for many."""

from coursesite.assignments.services.outcome import NOT_ONESELF
from coursesite.errors import said

HOLDS_NO_MORE = said("This extension does not hold any more.")
LATER_FIRST = said("There is a later extension: take that one back first.")
TAKEN_BACK_ALREADY = said("This was taken back already.")
REVOKED_ALREADY = said("This was revoked already.")
COUNTS_ALREADY = said("This completion counts already.")

__all__ = [
    "COUNTS_ALREADY",
    "HOLDS_NO_MORE",
    "LATER_FIRST",
    "NOT_ONESELF",
    "REVOKED_ALREADY",
    "TAKEN_BACK_ALREADY",
]
