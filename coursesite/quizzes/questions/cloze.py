"""Filling the gaps in a text, by typing or from a list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from html.parser import HTMLParser
from itertools import chain
from typing import ClassVar, Self

from coursesite.errors import said
from coursesite.markup import to_html as rendered
from coursesite.quizzes.questions.base import (
    Fault,
    Form,
    Option,
    Question,
    Reading,
    Response,
    Shown,
    ShownGap,
    ToHtml,
    Unmarkable,
    mixed,
    parts_of,
    typed,
)
from coursesite.quizzes.questions.building import stem, text_id
from coursesite.quizzes.questions.scoring import Scoring, share
from coursesite.quizzes.questions.wording import AS_SPOKEN, LONGEST, accept_faults
from coursesite.quizzes.questions.written import Written, WrittenGap

_GAP = re.compile(r"\[\[([a-z0-9-]+)\]\]")
_BLANK = "____"


@dataclass(frozen=True)
class Gap:
    """A gap and what fills it: one of the options, or where there are none, a typed text."""

    id: str
    accept: tuple[str, ...]
    options: tuple[Option, ...] = ()

    def understood(self, given: str) -> bool:
        """Whether this can be an answer to the gap at all."""
        if self.options:
            return any(option.id == given for option in self.options)
        return 0 < len(given) <= LONGEST

    def filled_by(self, given: str) -> bool:
        """Whether the answer is right."""
        if self.options:
            return any(option.correct and option.id == given for option in self.options)
        return AS_SPOKEN.accepts(given, self.accept)

    def key(self) -> str:
        """An answer that is right."""
        return next((option.id for option in self.options if option.correct), self.accept[0])


@dataclass(frozen=True, kw_only=True)
class Cloze(Question):
    """A text with gaps; a response has, for each gap's id, a typed text or an option's id.

    The scoring is that of matching, with gaps for entries.
    """

    type: ClassVar[str] = "cloze"
    keys: ClassVar[frozenset[str]] = frozenset({"gaps", "scoring"})

    gaps: tuple[Gap, ...]
    pieces: tuple[str, ...]
    """The HTML before, between and after the gaps: one more than there are gaps."""
    scoring: Scoring = Scoring.ALL_OR_NOTHING

    @classmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """Each gap in the text needs one entry under 'gaps', each entry its answers."""
        marked = _GAP.findall(written.text)
        if not marked:
            yield Fault(("text",), "mark each gap in the text like this: [[word]]")
        elif _gaps_in_words(rendered(written.text)) != marked:
            yield Fault(("text",), "a gap stands among the words, not in a link or an address")
        for name in sorted(set(marked) - {gap.id for gap in written.gaps}):
            yield Fault(("text",), f"the gap '{name}' has no entry under 'gaps'")
        for number, gap in enumerate(written.gaps):
            if marked.count(gap.id) != 1:
                message = f"'[[{gap.id}]]' should be in the text once, not {marked.count(gap.id)}"
                yield Fault(("gaps", number), f"{message} times")
            if gap.id in {other.id for other in written.gaps[:number]}:
                yield Fault(("gaps", number, "id"), f"the gap '{gap.id}' is here twice")
            for fault in _gap_faults(gap):
                yield Fault(("gaps", number, *fault.at), fault.message)

    @classmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The text cut at its gaps, which come in the order of the text."""
        common = stem(written, to_html)
        first, *rest = _GAP.split(common["html"])
        built = {gap.id: _built(gap) for gap in written.gaps}
        common["html"] = _GAP.sub(_BLANK, common["html"])
        return cls(
            **common,
            gaps=tuple(built[name] for name in rest[::2]),
            pieces=(first, *rest[1::2]),
            scoring=Scoring(written.scoring),
        )

    def read(self, form: Form) -> Reading:
        """What each gap was filled with, from the fields named after the gaps' ids."""
        names = {gap.id: gap for gap in self.gaps}
        sent = {part: typed(form, f"{self.id}.{part}") for part in parts_of(form, self.id)}
        filled = {
            part: values
            for part, values in sent.items()
            if part in names and len(values) == 1 and names[part].understood(values[0])
        }
        return Reading(filled, self._problem(sent, filled))

    def show(self, seed: int) -> Shown:
        """The pieces of the text, each list mixed."""
        gaps = tuple(
            ShownGap(gap.id, before, mixed(seed, f"{self.id}.{gap.id}", gap.options))
            for gap, before in zip(self.gaps, self.pieces[:-1], strict=True)
        )
        return Shown(
            id=self.id, type=self.type, html=self.html, gaps=gaps, after_html=self.pieces[-1]
        )

    def key(self) -> Response:
        """Every gap with an answer that is right."""
        return {gap.id: [gap.key()] for gap in self.gaps}

    def right_answer(self) -> tuple[str, ...]:
        """What fills each gap."""
        return self.told(self.key(), self.show(0))

    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """What each gap was filled with; a blank for one that was not, if another was."""
        if not response:
            return ()
        return tuple(
            dict(gap.options).get(given, escape(given))
            for gap in shown.gaps
            for given in response.get(gap.id, (_BLANK,))
        )

    def words_of(self, part: str, option: str) -> tuple[str, ...]:
        """The gap's id and what was chosen from its list."""
        lists = (gap.options for gap in self.gaps if gap.id == part)
        return (part, next((each.html for each in chain(*lists) if each.id == option), option))

    def _problem(self, sent: Response, filled: Response) -> str | None:
        if any(len(values) > 1 for values in sent.values()):
            return said("A gap has two answers: give it one.")
        if any(len(text) > LONGEST for values in sent.values() for text in values):
            return said("That is too long: at most 200 characters in a gap.")
        if len(filled) < sum(bool(values) for values in sent.values()):
            return said("That was not one of the answers here. Please choose again.")
        return None if len(filled) == len(self.gaps) else said("Fill every gap.")

    def _points(self, response: Response) -> Fraction:
        names = {gap.id: gap for gap in self.gaps}
        for part, values in response.items():
            if part not in names or len(values) != 1 or not names[part].understood(values[0]):
                raise Unmarkable(f"the question has no such gap or answer: {part}")
        hits = sum(names[part].filled_by(values[0]) for part, values in response.items())
        return share(self.scoring, hits, given=len(response), whole=len(self.gaps))


class _Words(HTMLParser):
    """Collects the text of a page, without what stands inside its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.words += data


def _gaps_in_words(html: str) -> list[str]:
    return _GAP.findall(_Words(html).words) if _GAP.search(html) else []


def _gap_faults(gap: WrittenGap) -> Iterator[Fault]:
    yield from accept_faults(gap.accept, "accept")
    if "among" not in gap.model_fields_set:
        return
    if len(set(gap.among)) < len(gap.among) or not all(text.strip() for text in gap.among):
        yield Fault(("among",), "each entry of the list needs a text of its own")
    if not set(gap.accept) < set(gap.among):
        message = "the list holds every accepted answer and at least one that is not accepted"
        yield Fault(("among",), message)


def _built(gap: WrittenGap) -> Gap:
    """The list is plain text, as a browser's own list of choices shows nothing else."""
    options = tuple(
        Option(text_id(text), escape(text), correct=text in gap.accept) for text in gap.among
    )
    return Gap(gap.id, gap.accept, options)
