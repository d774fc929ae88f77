"""How far a translation is, passage by passage, and what is odd in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from coursesite.authored import Problem, Severity
from coursesite.content.library.translating.pieces import Template, Unit
from coursesite.content.library.translating.record import Made, Record
from coursesite.content.library.typesetting import FIELD, cited_in
from coursesite.errors import Invalid


class State(StrEnum):
    """How a passage stands to the original's."""

    MISSING = "missing"
    OUTDATED = "outdated"
    CURRENT = "current"


@dataclass(frozen=True)
class Passage:
    """A passage of the original as it is now, with its translation; `words` None while there is
    none. `here` is where the passage stands in the translation.
    """

    original: Unit
    here: Unit
    made: Made | None = None

    @property
    def words(self) -> str | None:
        return self.here.words if self.made else None

    @property
    def state(self) -> State:
        if self.made is None:
            return State.CURRENT if not has_words(self.original) else State.MISSING
        return State.CURRENT if self.made.words == self.original.mark else State.OUTDATED


_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
_NUMBER = re.compile(r"\d+(?:[.,:'\u00a0\u202f]\d+| \d{3}(?!\d))*")
_NO_WORDS = re.compile(r"\{\{[^}]*\}\}|\[@[^\]]*\]|\{[:#.][^}]*\}|\]\([^)]*\)")


def has_words(unit: Unit) -> bool:
    """Whether there is anything to translate: a number or a local field is the same everywhere."""
    return any(letter.isalpha() for letter in _NO_WORDS.sub("", unit.words))


def passages_of(original: Template, translation: Template, record: Record) -> list[Passage]:
    """Every passage of the original with its translation; Invalid if they are not built alike."""
    if original.frame != translation.frame:
        raise Invalid("The translation is not built like its original any more.")
    pairs = _paired(original, translation)
    return [Passage(unit, here, record.passages.get(unit.key)) for unit, here in pairs]


def _paired(original: Template, translation: Template) -> Iterator[tuple[Unit, Unit]]:
    """Each passage with its place in a translation that is built alike, under the same key.

    What the original says twice, and is translated once, is looked at once.
    """
    for slot, here in zip(original.slots, translation.slots, strict=True):
        if not slot.echo:
            yield slot.unit, replace(here.unit, key=slot.unit.key)


def settled(original: Template, translation: Template, record: Record) -> Record:
    """The record with what was translated by hand, without the site.

    It belongs to the original's revision that the record names.
    """
    made = dict(record.passages)
    keys = []
    for unit, here in _paired(original, translation):
        keys.append(here.key)
        if here.key not in made and here.mark != unit.mark:
            made[here.key] = Made(unit.mark, record.revision[:12])
    return replace(record, passages={key: made[key] for key in keys if key in made})


def odd_frames(original: Template, translation: Template) -> int | None:
    """Where a translation stops being built like its original: a line of it; None if nowhere."""
    line = 1
    there = iter(original.frame)
    for frame, unit in zip(translation.frame, (*translation.units, None), strict=False):
        if frame != next(there, None):
            return line
        line = unit.line if unit else line
    return None if len(original.frame) == len(translation.frame) else line


def oddities(passage: Passage, path: str) -> Iterator[Problem]:
    """What an up-to-date translation lost on the way, or has too much, with its line."""
    if passage.state is not State.CURRENT or passage.words is None:
        return
    line, before, after = passage.here.line, passage.original.words, passage.words
    for said, found in _TOKENS.items():
        for lost in (Counter(found(before)) - Counter(found(after))).elements():
            yield Problem(path, line, f"{said.format(lost)}: put it back")
    for number in (Counter(_numbers(before)) - Counter(_numbers(after))).elements():
        message = f"the original has the number {number} here: look whether it is missing"
        yield Problem(path, line, message, Severity.WARNING)


def _numbers(words: str) -> Iterator[str]:
    """Numbers by their digits alone: 1,000.5 and 1.000,5 are the same, in whatever script."""
    bare = _NO_WORDS.sub(" ", words)
    for found in _NUMBER.findall(bare):
        yield "".join(str(unicodedata.digit(each)) for each in found if each.isdigit())


_TOKENS: Mapping[str, Callable[[str], Iterable[str]]] = {
    "the original cites [@{}] here": cited_in,
    "the original has the local field {{{{{}}}}} here": FIELD.findall,
    "the original links to '{}' here": _LINK.findall,
}


@dataclass(frozen=True)
class Share:
    """How much of a text is translated, in passages and in the original's words."""

    passages: int = 0
    current: int = 0
    outdated: int = 0
    words: int = 0
    current_words: int = 0

    @property
    def missing(self) -> int:
        return self.passages - self.current - self.outdated

    @property
    def percent(self) -> int:
        """Of the original's words, rounded down: 100 means all."""
        return 100 * self.current_words // self.words if self.words else 100

    def __add__(self, other: "Share") -> "Share":
        return Share(*(getattr(self, each) + getattr(other, each) for each in _PARTS))


_PARTS = ("passages", "current", "outdated", "words", "current_words")


def share_of(original: Template, made: Mapping[str, Made]) -> Share:
    """The share that a record says of the original; what has no words is not counted."""
    units = [unit for unit in original.units if has_words(unit)]
    current = [unit for unit in units if _is_made(unit, made)]
    outdated = [unit for unit in units if unit.key in made and not _is_made(unit, made)]
    return Share(
        *(len(units), len(current), len(outdated)),
        words=sum(len(unit.words.split()) for unit in units),
        current_words=sum(len(unit.words.split()) for unit in current),
    )


def share_by_marks(original: Template, made: Mapping[str, Made]) -> Share:
    """The same of a translation of another revision: what it has of these very words."""
    marks = {each.words for each in made.values()}
    known = {unit.key: Made(unit.mark, "") for unit in original.units if unit.mark in marks}
    share = share_of(original, known)
    gone = len(marks - {unit.mark for unit in original.units})
    return replace(share, outdated=min(gone, share.missing))


def _is_made(unit: Unit, made: Mapping[str, Made]) -> bool:
    return unit.key in made and made[unit.key].words == unit.mark
