"""The author's pages."""

from coursesite.authoring.views import desk, history, index, publishing
from coursesite.authoring.views.blueprint import bp

__all__ = ["bp", "desk", "history", "index", "publishing"]
