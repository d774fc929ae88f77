"""The learner's pages."""

from coursesite.learning.views import (
    attempt,
    changes,
    home,
    lesson,
    media,
    module,
    more_time,
    paper,
    path,
    quiz,
    record,
    revision,
    sheets,
    timeline,
)
from coursesite.learning.views.blueprint import bp

__all__ = [
    "attempt",
    "bp",
    "changes",
    "home",
    "lesson",
    "media",
    "module",
    "more_time",
    "paper",
    "path",
    "quiz",
    "record",
    "revision",
    "sheets",
    "timeline",
]
