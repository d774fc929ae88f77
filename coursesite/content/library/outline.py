"""Where the lessons and blocks of a document begin and end, line by line.

A block opens with `/// kind | title`, may give its options as an indented YAML mapping right
below, and closes with as many slashes alone on a line (the syntax of pymdown-extensions' blocks).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from textwrap import dedent

from coursesite.authored import Closed, Problem, Severity, did_you_mean, read_yaml
from coursesite.content.library.schemas import NoOptions, ScenarioOptions, WithId
from coursesite.markup import MOST

KINDS = (
    *("key", "case", "voice", "check", "reflect", "scenario", "scene", "debrief", "if"),
    *("checklist", "facilitator", "notice", "instead", "local"),
)
# Blocks of pymdown-extensions that Markdown itself draws; they are passed through.
CAPTIONS = ("caption", "figure-caption", "table-caption")
DEEPEST = 6
BELONGS = {
    "scene": ("scenario",),
    "debrief": ("scenario",),
    "if": ("scene", "debrief"),
    "instead": ("notice",),
}

OPTIONS: dict[str, type[Closed]] = {
    "check": WithId,
    "reflect": WithId,
    "checklist": WithId,
    "facilitator": WithId,
    "local": WithId,
    "scenario": ScenarioOptions,
}

_OPENS = re.compile(r"( *)(/{3,}) *([\w-]+) *(?:\| *(.*?) *)?$")
_CLOSES = re.compile(r"( *)(/{3,}) *$")
_CODE = re.compile(r"(`{3,}|~{3,})")
_LESSON = re.compile(r"#(?!#) *(.*?)(?:\s*\{ *:? *#([^\s}]*) *\})?\s*$")


@dataclass(eq=False)
class Block:
    """A block and where it stands: `line` opens it, `last` closes it, both counted from 1."""

    kind: str
    line: int
    indent: int = 0
    slashes: int = 0
    title: str = ""
    last: int = 0
    options: Sequence[str] = ()
    id: str = ""
    settings: Closed | None = None
    children: list["Block"] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The first line of its own text, below the options."""
        return self.line + 1 + len(self.options)

    def walk(self) -> Iterator["Block"]:
        """Every block inside this one, in the order of the text."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass
class Outline:
    """One lesson as it was written: lines `first` to `last`, and the blocks between them."""

    id: str
    title: str
    line: int
    first: int
    last: int
    block: Block


class Document:
    """The lines of a file, counted from 1, with a place for its problems."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []
        self.code = frozenset(_lines_of_code(lines))

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message, Severity.WARNING))

    def numbered(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """Lines `first` to `last` with their numbers."""
        return zip(range(first, last + 1), self.lines[first - 1 : last], strict=True)

    def prose(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """The same without lines of code, and without the code inside a line."""
        for number, line in self.numbered(first, last):
            if number not in self.code:
                yield number, _without_code(line)


def _without_code(line: str) -> str:
    if line.count("`") > MOST["`"]:
        return line
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def lessons_in(document: Document, first: int) -> list[Outline]:
    """Split what follows line `first` at its level-1 headings, and find the blocks of each."""
    starts = [
        (number, found)
        for number, line in document.numbered(first, len(document.lines))
        if number not in document.code and (found := _LESSON.match(line))
    ]
    _text_before(document, first, starts[0][0] if starts else len(document.lines) + 1)
    if not starts:
        document.problem(first, "there is no lesson: begin one with '# Title {#lesson-id}'")
        return []
    ends = [number - 1 for number, _ in starts[1:]] + [len(document.lines)]
    return [
        _lesson(document, start, found, end)
        for (start, found), end in zip(starts, ends, strict=True)
    ]


def passage_in(document: Document) -> Outline:
    """A whole document that is one passage, without lessons."""
    last = len(document.lines)
    return Outline("", "", 1, 1, last, _Blocks(document).read(1, last))


def _text_before(document: Document, first: int, end: int) -> None:
    for number, line in document.numbered(first, end - 1):
        if line.strip():
            message = "this stands before the first lesson: put '# Title {#lesson-id}' above it"
            document.problem(number, message)
            return


def _lesson(document: Document, line: int, heading: re.Match[str], last: int) -> Outline:
    root = _Blocks(document).read(line + 1, last)
    return Outline(heading[2] or "", heading[1], line, line + 1, last, root)


class _Blocks:
    """Reads fences with a stack of the blocks that are open."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: list[Block] = []

    def read(self, first: int, last: int) -> Block:
        root = Block("lesson", first - 1, last=last + 1)
        self.open = [root]
        for number, line in self.document.numbered(first, last):
            if number not in self.document.code and "///" in line:
                self._line(number, line)
        for block in self.open[1:]:
            self._unclosed(block)
            block.last = last + 1
        return root

    def _line(self, number: int, line: str) -> None:
        if closes := _CLOSES.match(line):
            self._close(number, len(closes[1]), closes[2])
        elif opens := _OPENS.match(line):
            self._open(number, opens)
        elif re.match(r"[\s>*+-]*/{3,}(?!/)\s*[\w-]*\s*(\||$)", line):
            message = "a block's line stands by itself: nothing before '///' but spaces"
            self.document.problem(number, message)

    def _open(self, number: int, opens: re.Match[str]) -> None:
        kind = opens[3]
        if len(self.open) > DEEPEST:
            self.document.problem(number, f"at most {DEEPEST} blocks stand inside each other")
            return
        if kind not in KINDS + CAPTIONS:
            message = f"there is no block '{kind}'{did_you_mean(kind, list(KINDS))}"
            self.document.problem(number, message)
        options = () if kind in CAPTIONS else self._options(number, len(opens[1]))
        place = (number, len(opens[1]), len(opens[2]))
        block = Block(kind, *place, title=opens[4] or "", options=options)
        self._settle(block)
        self._belongs(block)
        self.open[-1].children.append(block)
        self.open.append(block)

    def _options(self, number: int, indent: int) -> list[str]:
        """The lines right below that are indented by four more than the block."""
        below = (self.document.lines[at] for at in range(number, len(self.document.lines)))
        margin = " " * (indent + 4)
        return list(takewhile(lambda line: line.startswith(margin) and line.strip(), below))

    def _settle(self, block: Block) -> None:
        """Take what the options say over into the block."""
        if block.kind in CAPTIONS:
            return
        schema = OPTIONS.get(block.kind, NoOptions)
        text = dedent("\n".join(block.options)) or "{}"
        read = read_yaml(text, self.document.path, schema, first_line=block.line + 1)
        missing = not block.options
        self.document.problems += [
            Problem(
                each.path,
                block.line if missing else each.line,
                f"in '{block.kind}': {each.message}",
            )
            for each in read.problems
        ]
        block.id = getattr(read.value, "id", block.title if block.kind == "scene" else "")
        block.settings = read.value

    def _belongs(self, block: Block) -> None:
        outer, inside = BELONGS.get(block.kind), self.open[-1].kind
        if outer and inside not in outer:
            where = "' or a '".join(outer)
            message = f"'{block.kind}' stands directly inside a '{where}', here it is in '{inside}'"
            self.document.problem(block.line, message)
        if inside in {block.kind, "check"}:
            message = f"'{block.kind}' cannot stand inside '{inside}': close that one first"
            self.document.problem(block.line, message)

    def _close(self, number: int, indent: int, fence: str) -> None:
        same = [block for block in self.open[1:] if block.slashes == len(fence)]
        if not same:
            self.document.problem(number, f"'{fence}' closes nothing: no block with it is open")
            return
        while (block := self.open.pop()) is not same[-1]:
            self._unclosed(block)
            block.last = number
        block.last = number
        if block.indent != indent:
            message = f"indent this like line {block.line}, where its block '{block.kind}' opens"
            self.document.problem(number, message)

    def _unclosed(self, block: Block) -> None:
        fence = "/" * block.slashes
        message = f"the block '{block.kind}' is not closed: put '{fence}' alone on a line below it"
        self.document.problem(block.line, message)


def _lines_of_code(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines between ``` and ```, with those two."""
    last_fence = {line.strip(): number for number, line in enumerate(lines, start=1)}
    fence = ""
    for number, line in enumerate(lines, start=1):
        found = _CODE.match(line)
        if fence:
            yield number
            fence = "" if line.strip() == fence else fence
        elif found and last_fence.get(found[1], 0) > number:
            fence = found[1]
            yield number
