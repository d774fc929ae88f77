"""Answering with a word or a few."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import ClassVar, Self
from unicodedata import category, normalize

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
from coursesite.quizzes.questions.written import Written

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class ShortText(Question):
    """A few words, right if the author accepts them; the response's one part is ``text``.

    Only letters and digits count: not case, spaces, hyphens or other marks.
    """

    type: ClassVar[str] = "short_text"
    keys: ClassVar[frozenset[str]] = frozenset({"accept"})

    accept: tuple[str, ...]

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs a text to accept, short enough to be typed."""
        yield from accept_faults(written.accept, "accept")

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The accepted texts as they are; the first is the one that is shown."""
        return cls(**stem(written, to_html), accept=written.accept)

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
        return Fraction(accepted(given[0], self.accept))


def accepted(given: str, accept: Sequence[str]) -> bool:
    """Whether a text is one of those accepted, as far as letters and digits go."""
    return _plain(given) in {_plain(each) for each in accept}


def accept_faults(accept: Sequence[str], *at: str | int) -> Iterator[Fault]:
    """Why nothing that is typed could be right."""
    if not accept:
        yield Fault(at, "list the answers that are right: 'accept: [one, another]'")
    for number, text in enumerate(accept):
        if not _plain(text) or len(text) > LONGEST:
            message = f"an accepted answer has letters or digits, and at most {LONGEST} characters"
            yield Fault((*at, number), message)


def _plain(text: str) -> str:
    """Letters and digits, and the marks that belong to letters in many scripts."""
    known = (each if category(each)[0] in "LNM" else " " for each in normalize("NFKC", text))
    return " ".join("".join(known).casefold().split())
