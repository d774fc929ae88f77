"""Putting options in their right order."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import ClassVar, Self

from coursesite.errors import said
from coursesite.quizzes.questions.base import (
    Fault,
    Form,
    Option,
    Question,
    Reading,
    Response,
    Shown,
    ToHtml,
    Unmarkable,
    mixed,
    parts_of,
)
from coursesite.quizzes.questions.building import option_faults, rendered_options, stem
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.written import Written


@dataclass(frozen=True, kw_only=True)
class Order(Question):
    """The options, kept in their right order; a response has a place, from 1, for each option id.

    All or nothing: every option at its place. Each answer: the share of options at their place.
    Net correct: pairs in the right order less pairs in the wrong one, as a share of all pairs.
    Coverage: how much of the longest stretch is in the right order, whatever stands between.
    """

    type: ClassVar[str] = "order"
    keys: ClassVar[frozenset[str]] = frozenset({"options", "scoring"})

    options: tuple[Option, ...]
    scoring: Scoring = Scoring.ALL_OR_NOTHING

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs two options or more, in their right order, none of them marked correct."""
        yield from option_faults(written.options)
        for number, option in enumerate(written.options):
            if "correct" in option.model_fields_set:
                message = "in an 'order' question no option is 'correct': list them in their order"
                yield Fault(("options", number, "correct"), message)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The options in the order of the file, which is the key."""
        options = rendered_options(written.options, to_html)
        return cls(**stem(written, to_html), options=options, scoring=Scoring(written.scoring))

    def read(self, form: Form) -> Reading:
        """A place for each option, from the fields named after the option ids."""
        sent = parts_of(form, self.id)
        known = {option.id for option in self.options}
        whole = {str(place) for place in range(1, len(self.options) + 1)}
        places = {
            part: values
            for part, values in sent.items()
            if part in known and len(values) == 1 and whole.issuperset(values)
        }
        if not known.issuperset(sent):
            return Reading(places, said("That was not one of the steps here. Please try again."))
        return Reading(places, self._problem(sent, places))

    def show(self, seed: int) -> Shown:
        """The options mixed."""
        options = mixed(seed, self.id, self.options)
        return Shown(id=self.id, type=self.type, html=self.html, options=options)

    def key(self) -> Response:
        """Every option at its place."""
        return {option.id: [str(place)] for place, option in enumerate(self.options, 1)}

    def right_answer(self) -> tuple[str, ...]:
        """The options in their right order."""
        return tuple(option.html for option in self.options)

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """The placed options in the order they were given."""
        placed = [(response[id_], html) for id_, html in shown.options if id_ in response]
        return tuple(html for _, html in sorted(placed, key=lambda each: int(each[0][0])))

    def feedback(self, response: Response) -> tuple[str, ...]:
        """The feedback on each misplaced option that has one."""
        key = self.key()
        return tuple(
            option.feedback_html
            for option in self.options
            if option.feedback_html and list(response.get(option.id, ())) != key[option.id]
        )

    def words_of(self, part: str, option: str) -> tuple[str, ...]:
        """The step and its place."""
        return (next((each.html for each in self.options if each.id == part), part), option)

    def _problem(self, sent: Response, places: Response) -> str | None:
        taken = [place for values in places.values() for place in values]
        if any(len(values) > 1 for values in sent.values()):
            return said("A step has two places: give it one.")
        if len(places) < len(sent):
            return said("A place is a number, from 1 for the first step.")
        if len(set(taken)) < len(taken):
            return said("Two steps have the same place: give each a place of its own.")
        return None if len(taken) == len(self.options) else said("Give every step a place.")

    def _points(self, response: Response) -> Fraction:
        placed = self._placed(response)
        size = len(self.options)
        match self.scoring:
            case Scoring.EACH_ANSWER:
                return Fraction(_in_place(placed), size)
            case Scoring.NET_CORRECT:
                return Fraction(max(0, _net_pairs(placed)) * 2, size * (size - 1))
            case Scoring.COVERAGE:
                return Fraction(max(0, _longest_rise(placed) - 1), size - 1)
        return Fraction(_in_place(placed) == size)

    def _placed(self, response: Response) -> dict[int, int]:
        """The right place of each option that was given one, to the place it was given."""
        right = {option.id: place for place, option in enumerate(self.options, 1)}
        gone = set(response) - set(right)
        if gone:
            raise Unmarkable(f"the question has no option {', '.join(sorted(gone))}")
        return {right[id_]: _place(values, len(right)) for id_, values in response.items()}


def _place(values: Sequence[str], size: int) -> int:
    places = {str(place): place for place in range(1, size + 1)}
    if len(values) != 1 or values[0] not in places:
        raise Unmarkable("a place in the response is not one of this question")
    return places[values[0]]


def _in_place(placed: Mapping[int, int]) -> int:
    return sum(right == given for right, given in placed.items())


def _net_pairs(placed: Mapping[int, int]) -> int:
    """Pairs in the right order less those in the wrong one; a shared place counts for neither."""
    pairs = combinations(sorted(placed.items()), 2)
    return sum((second > first) - (second < first) for (_, first), (_, second) in pairs)


def _longest_rise(placed: Mapping[int, int]) -> int:
    """How many options stand in the right order at most, when the others are left out."""
    tails: list[int] = []
    for _, given in sorted(placed.items()):
        spot = bisect_left(tails, given)
        tails[spot : spot + 1] = [given]
    return len(tails)
