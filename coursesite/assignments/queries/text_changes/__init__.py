"""What changes of texts ask of people: in a period that they opened, and of whom."""

from coursesite.assignments.queries.text_changes.asked import (
    LOCALLY,
    Reach,
    TextChange,
    changed_by,
    changed_by_each,
    changed_slug,
    changes_in,
)
from coursesite.assignments.queries.text_changes.certified import (
    Certified,
    Whom,
    certified,
    last_requirement,
    whom_it_asks,
    whom_it_asks_there,
    whom_modules_ask,
)

__all__ = [
    "LOCALLY",
    "Certified",
    "Reach",
    "TextChange",
    "Whom",
    "certified",
    "changed_by",
    "changed_by_each",
    "changed_slug",
    "changes_in",
    "last_requirement",
    "whom_it_asks",
    "whom_it_asks_there",
    "whom_modules_ask",
]
