"""The author's pages."""

from coursesite.authoring.views import corrections, desk, history, index, publishing, statistics
from coursesite.authoring.views.blueprint import bp

__all__ = ["bp", "corrections", "desk", "history", "index", "publishing", "statistics"]
