"""A lesson's Markdown as its translator sees it: words, without what makes blocks of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from coursesite.authored.source import Source
from coursesite.content.library.outline import CAPTIONS, Document
from coursesite.content.library.translating.pieces import Place, Slot, Unit
from coursesite.content.library.translating.values import (
    Named,
    children,
    value_at,
    value_pieces,
)

_LESSON = re.compile(r"(#(?!#) *)(.*?)((?:\s*\{ *:? *#[^\s}]* *\})?\s*)")
_OPENS = re.compile(r"( */{3,} *)([\w-]+)( *(?:\| *)?)(.*?)( *)")
_HEADING = re.compile(r"((?:[ ]*>)*[ ]*#{2,6}[ ]+)(.*?)(\s*(?:\{[:#][^}]*\})?\s*)")
_CHOICE = re.compile(
    r"([ ]*(?:[-*+][ ]+|[0-9]+\.[ ]+)?\[(?!\^[^\]]+\]:))(.+)(\]\(#[^)\s]*\)(?:\{[^}\n]*\})?\s*)"
)
_PICTURE = re.compile(r"([ ]*!\[)(.+)(\]\([^)\s]*\)(?:\{[^}\n]*\})?\s*)")
_BOX = re.compile(r"([ ]*(?:[-*+]|[0-9]+\.)[ ]+\[[ xX]\][ ]+)(.*?)(\s*)")
_BEFORE = re.compile(r"(?:[ ]*>)*[ ]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ ]+|:[ ]+|\[\^[^\]\s]+\]:[ ]*)?")
_MARGIN = re.compile(r"(?:[ ]*>)*[ ]*")
_NO_WORDS = re.compile(
    r" */{3,} *|\s*\{[:#][^}]*\}\s*|\s*\[[^\]^]+\]:\s*\S+.*|[ ]*(?:[-*_][ ]*){3,}"
)
_RULER = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_CELL = re.compile(r"(?:\\.|`[^`]*`|[^|])*")
# What words may not begin with, or they would be something else than words; and how they then do.
_STARTS = re.compile(
    r"#|[-*+](?=[ ])|[0-9]{1,9}[.)](?=[ ])|:(?=[ ])|>|/(?=//)|`(?=``)|~(?=~~)"
    r"|\[(?=\^?[^\]]+\]:|[^\]]+\]\(#)|!(?=\[)|\{(?=[:#])|[-*_](?=[ ]*[-*_|:])"
)
_BREAK = "  "  # two blanks at the end of a line are a line break
_ENTITIES = {":": "&#58;", "/": "&#47;", "~": "&#126;"}
# Names of scenes and conditions: what stands behind the stroke there is no title.
_UNTITLED = frozenset({"scene", "if", *CAPTIONS})


@dataclass
class _Open:
    """Words that may go on in the next line; `margin` is what stands before each further one."""

    key: str
    line: int
    lines: list[str]
    quoted: int
    margin: str | None = None
    ended: bool = False


@dataclass
class Prose:
    """Cuts the lines from `first` on into pieces."""

    document: Document
    first: int
    pieces: list[str | Slot] = field(default_factory=list)
    lesson: str = ""
    count: int = 0
    open: _Open | None = None
    table: bool = False
    options: str = ""
    skip_to: int = 0

    def read(self) -> list[str | Slot]:
        last = len(self.document.lines)
        for number, line in self.document.numbered(self.first, last):
            if number >= self.skip_to:
                self._line(number, line)
                if max(number, self.skip_to - 1) < last:
                    self._end_of_line()
        self._close()
        return self.pieces

    def _line(self, number: int, line: str) -> None:
        if self.options and line.startswith(self.options) and line.strip():
            self._fixed(line)
            return
        self.options = ""
        if number in self.document.code or not line.strip("> "):
            self.table = False
            self._fixed(line)
            self._close()
        elif found := _LESSON.fullmatch(line):
            name = re.search(r"#([^\s}]+)", found[3])
            self.lesson, self.count = name[1] if name else f"line-{number}", 0
            self._around(number, found, Place.PLAIN)
        elif _NO_WORDS.fullmatch(line):
            self._fixed(line)
        elif found := _OPENS.fullmatch(line):
            self._block(number, found)
        else:
            self._text(number, line)

    def _block(self, number: int, found: re.Match[str]) -> None:
        indent = len(found[1]) - len(found[1].lstrip(" "))
        self.options = " " * (indent + 4)
        self._fixed(found[1] + found[2] + found[3])
        if found[2] in _UNTITLED:
            self._fixed(found[4])
        else:
            self._slot(number, found[4], Place.PLAIN)
        self._fixed(found[5])
        if found[2] == "scenario":
            self._scenario(number)

    def _scenario(self, number: int) -> None:
        """The words among a scenario's options: what is remembered, and the steps of its meters."""
        below = (self.document.lines[at] for at in range(number, len(self.document.lines)))
        lines = list(takewhile(lambda line: line.startswith(self.options) and line.strip(), below))
        if not lines:
            return
        self.pieces.append("\n")
        text = "\n".join(lines)
        self.pieces += value_pieces(text, list(self._named(text)), first_line=number + 1)
        self.skip_to = number + 1 + len(lines)

    def _named(self, text: str) -> Iterator[Named]:
        """A meter starts with one of its words, which is translated there as well."""
        source = Source(text)
        yield from (Named(self._key(), each) for each, _ in children(source, ("remember",)))
        for meter, _node in children(source, ("meters",)):
            yield Named(self._key(), (*meter, "name"))
            known: dict[str | None, str] = {}
            for word, _node in children(source, (*meter, "words")):
                known[value_at(source, word)] = key = self._key()
                yield Named(key, word)
            if key := known.get(value_at(source, (*meter, "start")), ""):
                yield Named(key, (*meter, "start"), echo=True)

    def _text(self, number: int, line: str) -> None:
        if self._goes_on(line):
            return
        self._close()
        if self._is_row(number, line):
            self._row(number, line)
        elif found := _HEADING.fullmatch(line):
            self._around(number, found, Place.FLOW)
        elif found := _BOX.fullmatch(line) or _CHOICE.fullmatch(line):
            self._around(number, found, Place.LINK)
        elif found := _PICTURE.fullmatch(line):
            self._around(number, found, Place.PLAIN)
        else:
            before = _BEFORE.match(line)
            start = before.end() if before else 0
            self._fixed(line[:start])
            self.open = _Open(self._key(), number, [line[start:]], _quoted(line))

    def _around(self, number: int, found: re.Match[str], place: Place) -> None:
        """Words between what stands before and behind them."""
        self._fixed(found[1])
        self._slot(number, found[2], place)
        self._fixed(found[3])

    def _goes_on(self, line: str) -> bool:
        """Whether a line is one more of the words above it; then it is put to them."""
        if self.open is None:
            return False
        found = _MARGIN.match(line)
        margin = found[0] if found else ""
        rest = line[len(margin) :]
        if _STARTS.match(rest) or _quoted(line) != self.open.quoted:
            return False
        if self.open.margin not in {None, margin}:
            return False
        self.open.margin, self.open.ended = margin, False
        self.open.lines.append(rest)
        return True

    def _is_row(self, number: int, line: str) -> bool:
        if "|" not in line:
            self.table = False
        elif not self.table:
            below = "".join(self.document.lines[number : number + 1])
            self.table = "|" in below and bool(_RULER.fullmatch(below))
        return self.table

    def _row(self, number: int, line: str) -> None:
        if _RULER.fullmatch(line):
            self._fixed(line)
            return
        at = 0
        while at < len(line):
            found = _CELL.match(line, at)
            cell = found[0] if found else ""
            words = cell.strip()
            lead = len(cell) - len(cell.lstrip())
            self._fixed(cell[:lead])
            self._slot(number, words, Place.FLOW, cell=True)
            at += len(cell)
            self._fixed(cell[lead + len(words) :] + line[at : at + 1])
            at += 1

    # --- pieces ---

    def _key(self) -> str:
        self.count += 1
        return f"{self.lesson}/{self.count}"

    def _fixed(self, text: str) -> None:
        if text:
            self._close()
            self.pieces.append(text)

    def _slot(self, number: int, words: str, place: Place, *, cell: bool = False) -> None:
        self._close()
        if words:
            unit = Unit(self._key(), words, number, number, place)
            self.pieces.append(Slot(unit, words, _in_cell if cell else _in_line))

    def _end_of_line(self) -> None:
        if self.open:
            self.open.ended = True
        else:
            self.pieces.append("\n")

    def _close(self) -> None:
        """The open words are all there are."""
        if self.open is None:
            return
        each, self.open = self.open, None
        unit = Unit(each.key, "\n".join(each.lines), each.line, each.line + len(each.lines) - 1)
        raw = f"\n{each.margin or ''}".join(each.lines)
        self.pieces.append(Slot(unit, raw, partial(_paragraph, each.margin)))
        if each.ended:
            self.pieces.append("\n")


def _quoted(line: str) -> int:
    return line.count(">", 0, len(line) - len(line.lstrip("> ")))


def _in_line(words: str) -> str:
    return " ".join(words.split())


def _in_cell(words: str) -> str:
    """A stroke among the words of a table's cell must not end it."""
    pieces = re.split(r"(\\.|`[^`]*`)", _in_line(words))
    return "".join(
        each if place % 2 else each.replace("|", "\\|") for place, each in enumerate(pieces)
    )


def _paragraph(margin: str | None, words: str) -> str:
    """Words in as many lines as they have, or in one where the original has one."""
    if margin is None:
        return _as_words(_in_line(words))
    lines = (line.strip() + _BREAK * line.endswith(_BREAK) for line in words.rstrip().split("\n"))
    return f"\n{margin}".join(_as_words(line) for line in lines if line.strip())


def _as_words(line: str) -> str:
    """The line, with a sign before what would make a heading, a list or a block of it."""
    found = _STARTS.match(line)
    if found is None:
        return line
    begins, rest = found[0], line[found.end() :]
    if begins in _ENTITIES:
        return _ENTITIES[begins] + rest
    return f"{begins[:-1]}\\{begins[-1]}{rest}" if begins[0].isdigit() else f"\\{begins}{rest}"


def lesson_pieces(document: Document, first: int) -> Iterator[str | Slot]:
    """The pieces of what stands from line `first` on."""
    yield from Prose(document, first).read()
