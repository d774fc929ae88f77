"""The blueprint that the pages beside it fill, and what an address of theirs means."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for

from coursesite.accounts.access import current_person
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Work, open_work
from coursesite.extensions import db
from coursesite.revisions.rules import Kind

bp = Blueprint("authoring", __name__, url_prefix="/authoring")

SHELVES = {"modules": Kind.MODULE, "quizzes": Kind.QUIZ}
TEXT = "/<any(modules, quizzes):shelf>/<slug>/<language>"
QUIZ = "/quizzes/<slug>/<language>"


def own_work(text: TextId) -> Work:
    """The text as the person who asks has it."""
    return open_work(db.session, text, current_person().id)


def text_at(shelf: str, slug: str, language: str) -> TextId:
    return TextId(SHELVES[shelf], slug, language)


@dataclass(frozen=True)
class Desk:
    """Where the pages of a text are."""

    text: TextId

    def url(self, page: str, **values: Any) -> str:
        """The address of one of the text's pages, such as `history`."""
        shelf = next(name for name, kind in SHELVES.items() if kind is self.text.kind)
        return url_for(
            f"authoring.{page}",
            shelf=shelf,
            slug=self.text.slug,
            language=self.text.language,
            **values,
        )

    @property
    def is_module(self) -> bool:
        return self.text.kind is Kind.MODULE

    @property
    def partner(self) -> "Desk":
        """The quiz of a module, the module of a quiz."""
        kind = Kind.QUIZ if self.is_module else Kind.MODULE
        return Desk(TextId(kind, self.text.slug, self.text.language))
