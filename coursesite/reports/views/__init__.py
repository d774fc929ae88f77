"""The manager's pages."""

from coursesite.reports.views import (
    acts,
    changes,
    corrections,
    export,
    finding,
    missed_days,
    numbers,
    numbers_files,
    people,
    person,
    saved,
    taking_back,
    timeline,
)
from coursesite.reports.views.blueprint import bp

__all__ = [
    "acts",
    "bp",
    "changes",
    "corrections",
    "export",
    "finding",
    "missed_days",
    "numbers",
    "numbers_files",
    "people",
    "person",
    "saved",
    "taking_back",
    "timeline",
]
