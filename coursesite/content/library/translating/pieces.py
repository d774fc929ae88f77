"""A text cut into what stays as it is and the words that a translator translates."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Write = Callable[[str], str]


class Place(StrEnum):
    """Where words stand, and so what a page can put beside them."""

    FLOW = "flow"  # running text: it can be marked, and a note can be linked from it
    LINK = "link"  # text that is pressed or chosen: it can be marked, and takes no other link
    PLAIN = "plain"  # a title, the text of a picture, a value: it takes nothing


@dataclass(frozen=True)
class Unit:
    """Words to be translated; they stand on these lines of their file, counted from 1.

    `key` names them in this text.
    """

    key: str
    words: str
    line: int
    last: int
    place: Place = Place.FLOW

    @property
    def mark(self) -> str:
        """Names these very words."""
        return mark_of(self.words)


def mark_of(words: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of words, whatever their line ends."""
    return hashlib.sha256(" ".join(words.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Slot:
    """A place for a unit's words: as they are written there now, and how others are written.

    An `echo` says once more what a unit of the same key says.
    """

    unit: Unit
    raw: str
    write: Write
    echo: bool = False


@dataclass(frozen=True)
class Template:
    """The pieces of a text in their order: put together, they are the text."""

    pieces: tuple[str | Slot, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(each.unit for each in self.slots if not each.echo)

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(each for each in self.pieces if isinstance(each, Slot))

    @property
    def frame(self) -> tuple[str, ...]:
        """What a translation has in common with its original: all but words and white space."""
        joined: list[str] = [""]
        for each in self.pieces:
            if isinstance(each, str):
                joined[-1] += each
            else:
                joined.append("")
        return tuple(" ".join(each.split()) for each in joined)

    def text(self, words: Mapping[str, str]) -> str:
        """The text with these words in the places of the units of these keys."""
        return "".join(
            each if isinstance(each, str) else _written(each, words) for each in self.pieces
        )


def _written(slot: Slot, words: Mapping[str, str]) -> str:
    found = words.get(slot.unit.key)
    return slot.raw if found is None or found == slot.unit.words else slot.write(found)
