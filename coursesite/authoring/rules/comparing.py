"""How two texts differ, line by line and word by word, as a page can show it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coursesite.differing import Edit, edits, paired, without_islands

_WORD = re.compile(r"\w+|\s+|[^\w\s]")

AROUND = 3
UNSHOWN = ".from.yaml"
"""What the site itself keeps beside a translation is nothing to look at."""
MOST_LINES = 6_000
MOST_CHARACTERS = 1_000_000


class Mark(StrEnum):
    """What became of a line."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Piece:
    """A part of a line, changed or not."""

    changed: bool
    text: str


@dataclass(frozen=True)
class Line:
    """A line with its numbers, counted from 1; of what is left out, the first of many.

    Of a line that became another, `pieces` say which words did; no pieces mean all of them.
    """

    mark: Mark
    before: int | None = None
    after: int | None = None
    text: str = ""
    pieces: tuple[Piece, ...] = ()


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
        if before.get(name) != after.get(name) and not name.endswith(UNSHOWN)
    ]


def _compared(before: str, after: str) -> tuple[Line, ...] | None:
    old, new = before.split("\n"), after.split("\n")
    if len(before) + len(after) > MOST_CHARACTERS or len(old) + len(new) > 2 * MOST_LINES:
        return None
    return tuple(_lines(old, new))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """The changed lines with a few around them."""
    found = edits(old, new)
    for at, edit in enumerate(found):
        if not edit.same:
            yield from _changed(old, new, edit)
            continue
        after = edit.first if at == 0 else min(edit.last, edit.first + AROUND)
        before = edit.last if at == len(found) - 1 else max(after, edit.last - AROUND)
        yield from _same(old, edit, edit.first, after)
        if before > after:
            yield Line(Mark.LEFT_OUT)
        yield from _same(old, edit, before, edit.last)


def _same(old: list[str], edit: Edit, first: int, last: int) -> Iterator[Line]:
    for at in range(first, last):
        yield Line(Mark.SAME, at + 1, edit.from_ + at - edit.first + 1, old[at])


def _changed(old: list[str], new: list[str], edit: Edit) -> Iterator[Line]:
    """First what went, then what came; in lines that became another, the words are marked."""
    went, came = old[edit.first : edit.last], new[edit.from_ : edit.to]
    words_gone, words_new = _marked(went, came)
    for at, line in enumerate(went):
        yield Line(Mark.GONE, edit.first + at + 1, None, line, words_gone.get(at, ()))
    for at, line in enumerate(came):
        yield Line(Mark.NEW, None, edit.from_ + at + 1, line, words_new.get(at, ()))


@dataclass(frozen=True)
class Stretch:
    """Some words in a row, and what became of them."""

    mark: Mark
    text: str


def reworded(before: str, after: str) -> tuple[Stretch, ...]:
    """Short words that became others, in one flow: what went stands before what came."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    found = edits(old, new)
    stretches: list[Stretch] = []
    for each in without_islands(found, [word[0].isalnum() for word in new].__getitem__):
        went, came = "".join(old[each.first : each.last]), "".join(new[each.from_ : each.to])
        if each.same:
            stretches.append(Stretch(Mark.SAME, came))
        else:
            stretches += [Stretch(Mark.GONE, went)] if went else []
            stretches += [Stretch(Mark.NEW, came)] if came else []
    return tuple(stretches)


Marked = dict[int, tuple[Piece, ...]]


def _marked(went: list[str], came: list[str]) -> tuple[Marked, Marked]:
    """The lines that became another, in pieces, by their numbers."""
    gone: Marked = {}
    new: Marked = {}
    for own, other in paired([_counted(each) for each in went], [_counted(each) for each in came]):
        before, after = _WORD.findall(went[own]), _WORD.findall(came[other])
        found = edits(before, after)
        says = [word[0].isalnum() for word in after]
        readable = list(without_islands(found, says.__getitem__))
        gone[own] = tuple(
            Piece(not each.same, "".join(before[each.first : each.last]))
            for each in readable
            if each.last > each.first
        )
        new[other] = tuple(
            Piece(not each.same, "".join(after[each.from_ : each.to]))
            for each in readable
            if each.to > each.from_
        )
    return gone, new


def _counted(line: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(line) if word[0].isalnum())
