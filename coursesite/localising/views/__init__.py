"""The pages of local versions."""

from coursesite.localising.views import (
    discussing,
    drafts,
    fields,
    history,
    index,
    joining,
    passages,
    previews,
    publishing,
    standing,
)
from coursesite.localising.views.blueprint import bp

__all__ = [
    "bp",
    "discussing",
    "drafts",
    "fields",
    "history",
    "index",
    "joining",
    "passages",
    "previews",
    "publishing",
    "standing",
]
