"""Answering with a number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
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
from coursesite.quizzes.questions.written import Written

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}([.,][0-9]{1,10})?")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A number, right within the tolerance; the response's one part is ``text``, as typed."""

    type: ClassVar[str] = "number"
    keys: ClassVar[frozenset[str]] = frozenset({"answer", "tolerance", "unit"})

    answer: str
    tolerance: str = "0"
    unit: str = ""

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs a number that can be typed, and a tolerance that is not below 0."""
        text = str(written.answer)
        if not isinstance(written.answer, int | float) or not _NUMBER.fullmatch(text):
            yield Fault(("answer",), "give the right number in digits: 'answer: 72'")
        elif _THOUSANDS.fullmatch(text):
            message = "three decimals look like thousands: use fewer, and a tolerance"
            yield Fault(("answer",), message)
        if written.tolerance < 0:
            yield Fault(("tolerance",), "the tolerance is how far off still counts: 0 or more")

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The number as it is."""
        return cls(
            **stem(written, to_html),
            answer=str(written.answer),
            tolerance=str(written.tolerance),
            unit=written.unit,
        )

    def read(self, form: Form) -> Reading:
        """One number, with a point or a comma before its decimals, with or without the unit."""
        sent = [self._bare(text) for text in typed(form, self.id)]
        if not sent:
            return Reading({}, said("Write a number."))
        if len(sent) > 1:
            return Reading({}, said("Give one answer only."))
        if _THOUSANDS.fullmatch(sent[0]):
            return Reading({}, said("Write the number without a mark between the thousands."))
        if not _NUMBER.fullmatch(sent[0]):
            return Reading({}, said("Write a number in digits, for example 12 or 2.5."))
        return Reading({"text": sent})

    def show(self, seed: int) -> Shown:
        """The question and its unit."""
        return Shown(id=self.id, type=self.type, html=self.html, unit=escape(self.unit))

    def key(self) -> Response:
        """The number itself."""
        return {"text": [self.answer]}

    def right_answer(self) -> tuple[str, ...]:
        """The number with its unit."""
        return (self._with_unit(self.answer),)

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """What was typed, with the unit."""
        return tuple(self._with_unit(text) for text in response.get("text", ()))

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.unit).strip().replace("\N{MINUS SIGN}", "-")

    def _with_unit(self, number: str) -> str:
        return escape(f"{number} {self.unit}".rstrip())

    def _points(self, response: Response) -> Fraction:
        given = response.get("text", ())
        if len(response) > 1 or len(given) != 1 or not _NUMBER.fullmatch(given[0]):
            raise Unmarkable("the response is not a number")
        distance = abs(_decimal(given[0]) - _decimal(self.answer))
        return Fraction(distance <= _decimal(self.tolerance))


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
