"""Whom one may erase and when, what somebody is called, what becomes of every column."""

from coursesite.erasing.rules.columns import (
    ABOUT_THEM,
    BY_HAND,
    COURSE,
    NO_NAME,
    PROOF,
    ROWS_GO,
    SEARCHED,
    Own,
    Place,
)
from coursesite.erasing.rules.names import (
    GONE,
    Called,
    Search,
    in_values,
    is_same,
    is_telling,
    nowhere,
    pseudonym,
)
from coursesite.erasing.rules.terms import (
    ERASE,
    LONGEST_HOLD,
    LONGEST_YEARS,
    MONTHS,
    SHORTEST_YEARS,
    erased_from,
    left_before,
)

__all__ = [
    "ABOUT_THEM",
    "BY_HAND",
    "COURSE",
    "ERASE",
    "GONE",
    "LONGEST_HOLD",
    "LONGEST_YEARS",
    "MONTHS",
    "NO_NAME",
    "PROOF",
    "ROWS_GO",
    "SEARCHED",
    "SHORTEST_YEARS",
    "Called",
    "Own",
    "Place",
    "Search",
    "erased_from",
    "in_values",
    "is_same",
    "is_telling",
    "left_before",
    "nowhere",
    "pseudonym",
]
