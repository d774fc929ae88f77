"""The learner's pages."""

from coursesite.learning.views import (
    home,
    lesson,
    media,
    module,
    paper,
    path,
    quiz,
    record,
    revision,
    sheets,
)
from coursesite.learning.views.blueprint import bp

__all__ = [
    "bp",
    "home",
    "lesson",
    "media",
    "module",
    "paper",
    "path",
    "quiz",
    "record",
    "revision",
    "sheets",
]
