"""From a page's HTML to the lines that paper knows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from coursesite.printing import Block

HEADINGS = {"h2", "h3", "h4"}
STRONG = {"strong", "b"}
UNSEEN = "govuk-visually-hidden"


@dataclass
class Line:
    """A line of text in pieces, a table's row in cells, or the address of a drawing and its text.

    `number` tells tables and drawings apart.
    """

    kind: str
    number: int = 0
    runs: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        return any(words.strip() for words, _strong in self.runs)


def blocks_of(html: str, find_drawing: Callable[[str], str | None]) -> Iterator[Block]:
    """The paragraphs, the entries of lists, tables and drawings of a page's HTML, in their order.

    `find_drawing` gives the SVG at an address; of what has none, its alternative text is kept.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line for line in reader.lines if line.filled)
    for (kind, _number), alike in groupby(lines, key=lambda line: (line.kind, line.number)):
        runs = [line.runs for line in alike]
        if kind == "table":
            yield Block("table", rows=[[words.strip() for words, _strong in row] for row in runs])
        elif kind == "drawing":
            (src, _), (shows, _) = runs[0]
            yield _drawing(find_drawing(src), shows)
        else:
            yield Block(kind, runs)


def _drawing(svg: str | None, shows: str) -> Block:
    return Block("drawing" if svg else "text", [[(shows, False)]], drawing=svg or "")


class _Reader(HTMLParser):
    """Gathers lines of text; whatever else the HTML holds is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [Line("text")]
        self.lists: list[list[int]] = []  # of each open list its number so far, of none in points
        self.items = 0
        self.strong = 0
        self.unseen = False
        self.citing = False
        self.tables = 0
        self.in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        classes = (found.get("class") or "").split()
        if tag in {"ul", "ol"}:
            self.lists.append([0] if tag == "ol" else [])
        elif tag == "li":
            self.items += 1
            self._item("items" if "box" in classes else "points")
        elif tag in {"p", *HEADINGS} and not self.items and not self.in_row:
            self._line("text" if tag == "p" else "heading")
        elif tag in STRONG:
            self.strong += 1
        elif tag == "sup" and "cites" in classes:
            self.citing = True
            self._say(" [")
        elif tag == "span":
            self.unseen = UNSEEN in classes
        elif tag == "img":
            self._image(found.get("src") or "", found.get("alt") or "")
        else:
            self._table(tag)

    def _line(self, kind: str, number: int = 0) -> None:
        self.lines.append(Line(kind, number))

    def _say(self, words: str) -> None:
        runs = self.lines[-1].runs
        if not self.in_row:
            runs.append((words, self.strong > 0))
        elif runs:
            runs[-1] = (runs[-1][0] + words, False)

    def _item(self, kind: str) -> None:
        numbered = self.lists and self.lists[-1]
        self._line("steps" if numbered else kind)
        if numbered:
            self.lists[-1][0] += 1
            self._say(f"{self.lists[-1][0]}. ")

    def _image(self, src: str, alt: str) -> None:
        self._line("drawing", len(self.lines))
        self.lines[-1].runs += [(src, False), (alt, False)]
        self._line("text")

    def _table(self, tag: str) -> None:
        if tag == "table":
            self.tables += 1
        elif tag == "tr":
            self.in_row = True
            self._line("table", self.tables)
        elif tag in {"td", "th"}:
            self.lines[-1].runs.append(("", False))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self.lists.pop()
        elif tag == "li":
            self.items -= 1
            self._line("text")
        elif tag in STRONG:
            self.strong -= 1
        elif tag == "sup" and self.citing:
            self.citing = False
            self._say("]")
        elif tag == "span":
            self.unseen = False
        elif tag == "tr":
            self.in_row = False
            self._line("text")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self._say(" ".join(data.split("\n")))
