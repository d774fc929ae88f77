"""The blueprint that the pages beside it fill, and what an address of theirs means."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person
from coursesite.authoring.queries import DraftClosed
from coursesite.authoring.rules import REGISTERS, TextId
from coursesite.authoring.rules.texts import SHELVES
from coursesite.authoring.services import Work, open_work
from coursesite.extensions import db
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

P = ParamSpec("P")

bp = Blueprint("authoring", __name__, url_prefix="/authoring")

TEXT = f"/<any({', '.join(SHELVES)}):shelf>/<slug>/<language>"
QUIZ = "/quizzes/<slug>/<language>"


def own_work(text: TextId) -> Work:
    """The text as the person who asks has it."""
    return open_work(db.session, text, current_person().id)


def text_at(shelf: str, slug: str, language: str) -> TextId:
    return TextId.at(shelf, slug, language)


@dataclass(frozen=True)
class Desk:
    """Where the pages of a text are."""

    text: TextId

    def url(self, page: str, **values: Any) -> str:
        """The address of one of the text's pages, such as `history`."""
        shelf, slug, language = self.text.place
        return url_for(f"authoring.{page}", shelf=shelf, slug=slug, language=language, **values)

    @property
    def is_module(self) -> bool:
        return self.text.kind is Kind.MODULE

    @property
    def is_quiz(self) -> bool:
        return self.text.kind is Kind.QUIZ

    @property
    def is_register(self) -> bool:
        """Facts, a path or a glossary."""
        return self.text.kind in REGISTERS

    @property
    def language(self) -> str:
        """The language of its keys and most of its words, where it holds all of them."""
        return FALLBACK_LANGUAGE if self.text.language == EVERY_LANGUAGE else self.text.language

    @property
    def partner(self) -> "Desk":
        """The quiz of a module, the module of a quiz."""
        kind = Kind.QUIZ if self.is_module else Kind.MODULE
        return Desk(TextId(kind, self.text.slug, self.text.language))


def of_closed_drafts(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Whoever comes for a draft that is closed, or would publish it, finds what became of it."""

    @wraps(view)
    def or_history(*args: P.args, **named: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **named)
        except DraftClosed as closed:
            db.session.rollback()
            flash(
                _("Nothing was done now: that draft had been published or given up already.")
                if request.method == "POST"
                else _("That draft was published or given up. Here is what became of the text."),
                "info",
            )
            return redirect(Desk(closed.text).url("history"))

    return or_history
