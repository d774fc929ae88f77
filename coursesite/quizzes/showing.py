"""Where the texts of a question are shown, and so what each of them has room for."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from coursesite.markup import to_html


class Room(StrEnum):
    """What a text stands in when it is asked."""

    PAGE = "page"
    """The question itself and what is said afterwards: whatever a page can show."""
    LABEL = "label"
    """What is chosen, placed or paired: it must say something in words, too."""
    LIST = "list"
    """A list that unfolds: words alone."""


class Illustrated(Protocol):
    """Draws the texts of a bank, with the pictures, sound and film that they show."""

    def to_html(self, text: str) -> str:
        """The text as safe HTML, which names media as its author does."""

    def placed(self, html: str) -> str:
        """The same with its media in their places."""

    def faults(self, text: str, room: Room) -> Iterator[str]:
        """What is wrong with what the text shows, in sentences that say what would be right."""


class InWords:
    """A bank of words alone."""

    def to_html(self, text: str) -> str:
        return to_html(text)

    def placed(self, html: str) -> str:
        return html

    def faults(self, text: str, room: Room) -> Iterator[str]:
        yield from ()


IN_WORDS = InWords()
