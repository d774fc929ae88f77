"""The manager's pages."""

from coursesite.reports.views import (
    changes,
    corrections,
    export,
    numbers,
    people,
    person,
    saved,
    taking_back,
    timeline,
)
from coursesite.reports.views.blueprint import bp

__all__ = [
    "bp",
    "changes",
    "corrections",
    "export",
    "numbers",
    "people",
    "person",
    "saved",
    "taking_back",
    "timeline",
]
