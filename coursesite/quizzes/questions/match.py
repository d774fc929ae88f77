"""Pairing each entry with what belongs to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
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
from coursesite.quizzes.questions.building import inline, option_id, stem, text_id
from coursesite.quizzes.questions.scoring import Scoring, share
from coursesite.quizzes.questions.written import Written


@dataclass(frozen=True)
class Pair:
    """An entry and the id of the option that belongs to it."""

    id: str
    html: str
    option: str


@dataclass(frozen=True, kw_only=True)
class Match(Question):
    """Each entry is given one option; a response has an option id for each entry's id.

    All or nothing: every pair right. Each answer: the share of entries rightly paired. Net
    correct: right pairs less wrong ones, as a share of the entries. Coverage: the share of
    entries rightly paired, times the share of right pairs among those made.
    """

    type: ClassVar[str] = "match"
    keys: ClassVar[frozenset[str]] = frozenset({"pairs", "others", "scoring"})

    pairs: tuple[Pair, ...]
    options: tuple[Option, ...]
    scoring: Scoring = Scoring.ALL_OR_NOTHING

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """It needs two pairs or more, each entry once, and something to tell them apart."""
        if len(written.pairs) <= 1:
            yield Fault(("pairs",), "give at least two pairs")
        elif len({*(pair.match for pair in written.pairs), *written.others}) == 1:
            yield Fault(("pairs",), "all entries have the same match: there is nothing to choose")
        known: set[str] = set()
        for number, pair in enumerate(written.pairs):
            if not pair.text.strip() or not pair.match.strip():
                yield Fault(("pairs", number), "a pair needs a 'text' and a 'match'")
            elif option_id(pair) in known:
                yield Fault(("pairs", number), "this entry is there twice: keep one")
            known.add(option_id(pair))
        yield from _other_faults(written)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The entries in the order of the file, and every different text to pair them with."""
        pairs = tuple(
            Pair(option_id(pair), inline(to_html(pair.text)), text_id(pair.match))
            for pair in written.pairs
        )
        texts = dict.fromkeys([*(pair.match for pair in written.pairs), *written.others])
        options = tuple(Option(text_id(text), inline(to_html(text))) for text in texts)
        scoring = Scoring(written.scoring)
        return cls(**stem(written, to_html), pairs=pairs, options=options, scoring=scoring)

    def read(self, form: Form) -> Reading:
        """An option for each entry, from the fields named after the entries' ids."""
        sent = parts_of(form, self.id)
        entries = {pair.id for pair in self.pairs}
        known = {option.id for option in self.options}
        made = {
            entry: values
            for entry, values in sent.items()
            if entry in entries and len(values) == 1 and values[0] in known
        }
        if any(len(values) > 1 for values in sent.values()):
            return Reading(made, said("An entry has two answers: give it one."))
        if len(made) < len(sent):
            return Reading(made, said("That was not one of the answers here. Please choose again."))
        return Reading(
            made, None if len(made) == len(entries) else said("Choose one for every entry.")
        )

    def show(self, seed: int) -> Shown:
        """The entries as they stand, the options mixed."""
        prompts = tuple((pair.id, pair.html) for pair in self.pairs)
        options = mixed(seed, self.id, self.options)
        return Shown(id=self.id, type=self.type, html=self.html, options=options, prompts=prompts)

    def key(self) -> Response:
        """Every entry with what belongs to it."""
        return {pair.id: [pair.option] for pair in self.pairs}

    def right_answer(self) -> tuple[str, ...]:
        """Every entry with what belongs to it."""
        return self.told(self.key(), self.show(0))

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """The pairs that were made."""
        words: Mapping[str, str] = dict(shown.options)
        return tuple(
            f"{html} \N{RIGHTWARDS ARROW} {words[response[id_][0]]}"
            for id_, html in shown.prompts
            if id_ in response
        )

    def words_of(self, part: str, option: str) -> tuple[str, ...]:
        """The entry and what was given to it."""
        entry = next((pair.html for pair in self.pairs if pair.id == part), part)
        return (entry, next((each.html for each in self.options if each.id == option), option))

    def _points(self, response: Response) -> Fraction:
        key = self.key()
        known = {option.id for option in self.options}
        for entry, values in response.items():
            if entry not in key or len(values) != 1 or values[0] not in known:
                raise Unmarkable(f"the question has no such pair: {entry}")
        hits = sum(list(values) == key[entry] for entry, values in response.items())
        return share(self.scoring, hits, given=len(response), whole=len(key))


def _other_faults(written: Written) -> Iterator[Fault]:
    matches = {pair.match for pair in written.pairs}
    for number, text in enumerate(written.others):
        if not text.strip():
            yield Fault(("others", number), "an option needs a text")
        elif text in matches or text in written.others[:number]:
            yield Fault(("others", number), "this option is there already: leave it out")
