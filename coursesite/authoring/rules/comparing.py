"""How two texts differ, line by line, as a page can show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

AROUND = 3
MOST_LINES = 6_000
MOST_CHARACTERS = 1_000_000


class Mark(StrEnum):
    """What became of a line."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Line:
    """A line with its numbers, counted from 1; of what is left out, the first of many."""

    mark: Mark
    before: int | None = None
    after: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Difference:
    """One file that differs; `lines` None means that it is too long to be compared."""

    file: str
    lines: tuple[Line, ...] | None


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Each file that is not the same in both, the missing one counting as empty."""
    return [
        Difference(name, _compared(before.get(name, ""), after.get(name, "")))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _compared(before: str, after: str) -> tuple[Line, ...] | None:
    old, new = before.split("\n"), after.split("\n")
    if len(before) + len(after) > MOST_CHARACTERS or len(old) + len(new) > 2 * MOST_LINES:
        return None
    return tuple(_lines(old, new))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """The changed lines with a few around them."""
    shown = 0
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        if group[0][1] > shown:
            yield Line(Mark.LEFT_OUT)
        for tag, *places in group:
            yield from _stretch(tag, places, old, new)
        shown = group[-1][2]
    if shown < len(old):
        yield Line(Mark.LEFT_OUT)


def _stretch(tag: str, places: list[int], old: list[str], new: list[str]) -> Iterator[Line]:
    first, last, from_, to = places
    if tag == "equal":
        for at in range(first, last):
            yield Line(Mark.SAME, at + 1, from_ + at - first + 1, old[at])
        return
    yield from (Line(Mark.GONE, at + 1, None, old[at]) for at in range(first, last))
    yield from (Line(Mark.NEW, None, at + 1, new[at]) for at in range(from_, to))
