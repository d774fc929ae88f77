"""Choosing among options: one of them, several, or true and false."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from coursesite.errors import said
from coursesite.quizzes.questions.base import (
    Fault,
    Form,
    Option,
    Outcome,
    Question,
    Reading,
    Response,
    Shown,
    ToHtml,
    Unmarkable,
    mixed,
)
from coursesite.quizzes.questions.building import option_faults, rendered_options, stem
from coursesite.quizzes.questions.scoring import Scoring, share
from coursesite.quizzes.questions.written import Written

_STATES = {(True, True): "right", (True, False): "wrong", (False, True): "missed"}
"""What became of an option, by whether it was chosen and whether it is correct."""

TRUE_FALSE = {
    "de": ("Richtig", "Falsch"),
    "en": ("True", "False"),
    "es": ("Verdadero", "Falso"),
    "fr": ("Vrai", "Faux"),
    "it": ("Vero", "Falso"),
    "nl": ("Waar", "Niet waar"),
    "pl": ("Prawda", "Fałsz"),
    "pt": ("Verdadeiro", "Falso"),
}
"""The two words by language; a language without an entry is given the English ones."""


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """A question answered by choosing; the response's one part is ``chosen``, option ids."""

    options: tuple[Option, ...]

    def read(self, form: Form) -> Reading:
        """The options that were chosen, each once, in the order they were sent."""
        sent = [value for value in form.get(self.id, ()) if value.strip()]
        known = {option.id for option in self.options}
        chosen = [value for value in dict.fromkeys(sent) if value in known]
        response = {"chosen": chosen} if chosen else {}
        if not known.issuperset(sent):
            return Reading(
                response, said("That was not one of the answers here. Please choose again.")
            )
        return Reading(response, self._problem(chosen))

    def show(self, seed: int) -> Shown:
        """The options mixed."""
        options = mixed(seed, self.id, self.options)
        return Shown(id=self.id, type=self.type, html=self.html, options=options)

    def key(self) -> Response:
        """The correct options."""
        return {"chosen": [option.id for option in self.options if option.correct]}

    def right_answer(self) -> tuple[str, ...]:
        """The texts of the correct options."""
        return tuple(option.html for option in self.options if option.correct)

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """The texts of the chosen options."""
        chosen = response.get("chosen", ())
        return tuple(html for id_, html in shown.options if id_ in chosen)

    def feedback(self, response: Response) -> tuple[str, ...]:
        """The feedback on each chosen option that has one."""
        chosen = response.get("chosen", ())
        return tuple(
            option.feedback_html
            for option in self.options
            if option.id in chosen and option.feedback_html
        )

    def outcomes(self, response: Response, shown: Shown) -> tuple[Outcome, ...]:
        """Every option as it was shown, with feedback on the chosen ones."""
        chosen = response.get("chosen", ())
        known = {option.id: option for option in self.options}
        return tuple(
            Outcome(
                html,
                _STATES.get((name in chosen, known[name].correct)),
                known[name].feedback_html if name in chosen else "",
            )
            for name, html in shown.options
            if name in known
        )

    def offered(self) -> tuple[Option, ...]:
        """All options, in the order of the file."""
        return self.options

    def words_of(self, part: str, option: str) -> tuple[str, ...]:
        """The text of the option."""
        return tuple(each.html for each in self.options if each.id == option) or (option,)

    def _problem(self, chosen: list[str]) -> str | None:
        if not chosen:
            return said("Choose an answer.")
        return said("Choose one answer only.") if len(chosen) > 1 else None

    def _points(self, response: Response) -> Fraction:
        return Fraction(self._chosen(response) == set(self.key()["chosen"]))

    def _chosen(self, response: Response) -> set[str]:
        if set(response) != {"chosen"}:
            raise Unmarkable("the response does not belong to a choice")
        chosen = set(response["chosen"])
        gone = chosen - {option.id for option in self.options}
        if gone:
            raise Unmarkable(f"the question has no option {', '.join(sorted(gone))}")
        return chosen


@dataclass(frozen=True, kw_only=True)
class SingleChoice(Choice):
    """Exactly one option is right."""

    type: ClassVar[str] = "single"
    keys: ClassVar[frozenset[str]] = frozenset({"options"})

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs two options or more, and one that is correct."""
        yield from option_faults(written.options)
        right = sum(option.correct for option in written.options)
        if right != 1:
            yield Fault(
                ("options",),
                f"{right or 'none'} of the options {'are' if right > 1 else 'is'} correct: "
                "mark exactly one with 'correct: true', or make the type 'multiple'",
            )

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The options as they are."""
        options = rendered_options(written.options, to_html)
        return cls(**stem(written, to_html), options=options)


@dataclass(frozen=True, kw_only=True)
class MultipleChoice(Choice):
    """Any number of options is right.

    All or nothing: just the right ones. Net correct: right ones less wrong ones, as a share of
    the right ones. Coverage: the share of the right ones found, times the share of right ones
    among those chosen. Each answer: the share of options rightly chosen or rightly left.
    """

    type: ClassVar[str] = "multiple"
    keys: ClassVar[frozenset[str]] = frozenset({"options", "scoring"})

    scoring: Scoring = Scoring.ALL_OR_NOTHING

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs two options or more, and at least one that is correct."""
        yield from option_faults(written.options)
        if not any(option.correct for option in written.options):
            message = "none of the options is correct: mark the right ones with 'correct: true'"
            yield Fault(("options",), message)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The options as they are, and how they count."""
        options = rendered_options(written.options, to_html)
        return cls(**stem(written, to_html), options=options, scoring=Scoring(written.scoring))

    def _problem(self, chosen: list[str]) -> str | None:
        return None if chosen else said("Choose at least one answer.")

    def _points(self, response: Response) -> Fraction:
        chosen, right = self._chosen(response), set(self.key()["chosen"])
        if self.scoring is Scoring.EACH_ANSWER:
            return 1 - Fraction(len(chosen ^ right), len(self.options))
        return share(self.scoring, len(chosen & right), given=len(chosen), whole=len(right))


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Choice):
    """A statement that is true or false; the two options are always in that order."""

    type: ClassVar[str] = "true_false"
    keys: ClassVar[frozenset[str]] = frozenset({"answer"})

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs its answer."""
        if not isinstance(written.answer, bool):
            message = "say whether the statement holds: 'answer: true' or 'answer: false'"
            yield Fault(("answer",), message)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The two options in the quiz's language."""
        true, false = TRUE_FALSE.get(language, TRUE_FALSE["en"])
        options = (
            Option("true", true, correct=written.answer is True),
            Option("false", false, correct=written.answer is False),
        )
        return cls(**stem(written, to_html), options=options)

    def show(self, seed: int) -> Shown:
        """True first, as everybody expects."""
        options = tuple((option.id, option.html) for option in self.options)
        return Shown(id=self.id, type=self.type, html=self.html, options=options)
