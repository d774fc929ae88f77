"""Answering with a word or a few."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import ClassVar, Self

from coursesite.errors import said
from coursesite.quizzes.questions.base import (
    Fault,
    Form,
    Question,
    Reading,
    Response,
    Shown,
    ToHtml,
    Unmarkable,
    typed,
)
from coursesite.quizzes.questions.building import stem
from coursesite.quizzes.questions.wording import (
    LONGEST,
    Wording,
    accept_faults,
    pattern_faults,
)
from coursesite.quizzes.questions.written import Written


@dataclass(frozen=True, kw_only=True)
class ShortText(Question):
    """A few words, right if the author accepts them; the response's one part is ``text``.

    Only letters and digits count, not spaces, hyphens or other marks; capital letters count if
    `match_case`, accents unless `ignore_accents`. In `patterns` a ``*`` stands for anything.
    """

    type: ClassVar[str] = "short_text"
    keys: ClassVar[frozenset[str]] = frozenset(
        {"accept", "patterns", "match_case", "ignore_accents"}
    )

    accept: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    match_case: bool = False
    ignore_accents: bool = False

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs a text to accept, short enough to be typed."""
        yield from accept_faults(written.accept, "accept")
        yield from pattern_faults(written.patterns)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The accepted texts as they are; the first is the one that is shown."""
        return cls(
            **stem(written, to_html),
            accept=written.accept,
            patterns=written.patterns,
            match_case=written.match_case,
            ignore_accents=written.ignore_accents,
        )

    def read(self, form: Form) -> Reading:
        """One line of text."""
        sent = typed(form, self.id)
        if not sent:
            return Reading({}, said("Write an answer."))
        if len(sent) > 1:
            return Reading({}, said("Give one answer only."))
        if len(sent[0]) > LONGEST:
            return Reading({}, said("That is too long: at most 200 characters."))
        return Reading({"text": sent})

    def show(self, seed: int) -> Shown:
        """The question alone."""
        return Shown(id=self.id, type=self.type, html=self.html)

    def key(self) -> Response:
        """The first of the accepted texts."""
        return {"text": [self.accept[0]]}

    def right_answer(self) -> tuple[str, ...]:
        """The first of the accepted texts."""
        return (escape(self.accept[0]),)

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """What was typed."""
        return tuple(escape(text) for text in response.get("text", ()))

    def _points(self, response: Response) -> Fraction:
        given = response.get("text", ())
        if len(given) != 1 or len(response) > 1:
            raise Unmarkable("the response is not one text")
        wording = Wording(self.match_case, self.ignore_accents)
        return Fraction(wording.accepts(given[0], self.accept, self.patterns))
