"""The author's pages."""

from coursesite.authoring.views import (
    archives,
    changes,
    corrections,
    desk,
    drafts,
    history,
    index,
    joining,
    languages,
    media,
    publishing,
    questions,
    register,
    reviews,
    statistics,
    translating,
    trying,
)
from coursesite.authoring.views.blueprint import bp

__all__ = [
    "archives",
    "bp",
    "changes",
    "corrections",
    "desk",
    "drafts",
    "history",
    "index",
    "joining",
    "languages",
    "media",
    "publishing",
    "questions",
    "register",
    "reviews",
    "statistics",
    "translating",
    "trying",
]
