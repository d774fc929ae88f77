"""HTML as other systems write it, read once from end to end and said in Markdown."""

import re
from html import unescape

from coursesite.interop.library.literal import begun, coded, indented, literal

DEEPEST = 20
"""Marks within marks; further ones are passed over."""

LONGEST_TAG = 10_000
TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
ENTITY = re.compile(r"&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'=]+)""")
_ASIDE = re.compile("\ue020([0-9]+)\ue021")

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_CODE = frozenset({"code", "pre", "tt", "samp"})
_BLOCKS = frozenset({f"h{level}" for level in range(1, 7)}) | {
    *("p", "div", "ul", "ol", "table", "tr", "blockquote", "section", "article", "hr"),
    *("dl", "dt", "dd", "center"),
}
_CELLS = frozenset({"td", "th"})
_KEPT = frozenset(
    ["sub", "sup", "u", "s", "small", "mark", "q", "kbd", "var"]
)  # our Markdown knows them as they are
_MEDIA = frozenset(["img", "audio", "video", "object", "iframe", "embed", "svg", "math", "input"])
_SILENT = frozenset(["span", "font", "html", "body", "thead", "tbody", "br", "li", "a"])
_NAMES = {"strike": "s", "del": "s", "ins": "u"}
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})


class Reader:
    """Keeps paragraphs, lists, emphasis, code and links; names what else there was in `lost`.

    It passes over a text once, whatever is open in it and never closed. With `keep_lines` the
    ends of lines mean something, as where people type and HTML is only allowed.
    """

    def __init__(self, *, keep_lines: bool = False) -> None:
        self.lost: list[str] = []
        self._spaces = re.compile(r"[^\S\n]+" if keep_lines else r"\s+")
        self._pieces: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[int] = []
        self._begins = True
        self._cells = 0
        self._asides: list[str] = []
        self._code: list[str] = []
        self._coding = ""
        self._unseen = ""
        self._last: dict[str, int] = {}

    def feed(self, text: str) -> None:
        at = 0
        text = _without_comments(text)
        tags = list(TAG.finditer(text))
        self._last = {found[2].lower(): found.start() for found in tags if found[1]}
        for found in tags:
            self._words(text[at : found.start()])
            at = found.end()
            self._tag(found)
        self._words(text[at:])

    def _tag(self, found: re.Match[str]) -> None:
        tag, ends = _NAMES.get(found[2].lower(), found[2].lower()), bool(found[1])
        if self._unseen:
            self._unseen = "" if ends and tag == self._unseen else self._unseen
        elif self._coding:
            self._in_code(tag, ends)
        elif ends:
            self._end(tag)
        elif tag in _UNSEEN | _CODE:
            self._aside(tag, closes=self._last.get(tag, -1) > found.start())
        else:
            self._start(tag, _attributes(found[3]))

    def _aside(self, tag: str, *, closes: bool) -> None:
        """What is not shown, and code: up to their end, and as words if they have none."""
        if tag in _UNSEEN:
            self.lost.append(f"<{tag}>")
            self._unseen = tag if closes else ""
        elif closes:
            self._coding = tag

    def _in_code(self, tag: str, ends: bool) -> None:
        if tag == "br":
            self._code.append("\n")
        elif tag in _MEDIA and not ends:
            self._lose(tag, {})
        if ends and tag == self._coding:
            self._put_code(tag)

    def _put_code(self, tag: str) -> None:
        code = "".join(self._code)
        self._code, self._coding = [], ""
        lines = code.strip("\n").rstrip()
        if not lines.strip():
            return
        in_line = "\n" not in lines.strip()
        said = coded(lines.strip()) if in_line else indented(lines)
        self._asides.append(said)
        token = f"\ue020{len(self._asides) - 1}\ue021"
        self._pieces.append(token if in_line and tag != "pre" else f"\n\n{token}\n\n")
        self._begins = False

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if tag in _MARKS or tag == "a":
            if len(self._open) < DEEPEST:
                self._open.append((tag, len(self._pieces), values.get("href", "")))
        elif tag in _KEPT:
            self._pieces.append(f"<{tag}>")
        elif tag in _MEDIA:
            self._lose(tag, values)
        elif tag in _CELLS:
            self._cell()
        elif tag in _BLOCKS or tag in {"br", "li"}:
            self._break(tag)
        elif tag not in _SILENT:
            self.lost.append(f"<{tag}>")

    def _lose(self, tag: str, values: dict[str, str]) -> None:
        name = values.get("src", "").rpartition("/")[2][:60]
        self.lost.append(f"the {'picture' if tag == 'img' else tag} {name}".rstrip())
        self._pieces.append(literal(values.get("alt", "")))

    def _cell(self) -> None:
        if self._cells:
            self._pieces.append(" | ")
        self._cells += 1

    def _break(self, tag: str) -> None:
        ends = {"br": "\n", "li": self._item() if tag == "li" else ""}
        self._pieces.append(ends.get(tag, "\n\n"))
        self._begins = True
        if tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "table":
            self.lost.append("the lines of a table (its cells are divided by |)")
        elif tag == "tr":
            self._cells = 0

    def _item(self) -> str:
        number = self._lists[-1] if self._lists else 0
        if not number:
            return "\n- "
        self._lists[-1] += 1
        return f"\n{number}. "

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._pieces.append("\n\n")
            self._begins = True
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
        elif tag in _KEPT:
            self._pieces.append(f"</{tag}>")
        elif tag in {opened for opened, _, _ in self._open}:
            self._shut(tag)

    def _shut(self, tag: str) -> None:
        """Put the marks around what was said since the tag was opened, but not around spaces."""
        while self._open:
            opened, at, href = self._open.pop()
            inner = "".join(self._pieces[at:])
            self._pieces[at:] = [_marked(opened, inner, href)]
            if opened == tag:
                return

    def _words(self, text: str) -> None:
        if not text or self._unseen:
            return
        if self._coding:
            self._code.append(unescape(text))
            return
        first, *others = literal(self._spaces.sub(" ", unescape(text))).split("\n")
        self._pieces.append(
            "\n".join([begun(first) if self._begins else first, *map(begun, others)])
        )
        self._begins = self._begins and not text.strip()

    def markdown(self) -> str:
        while self._open:
            self._shut(self._open[-1][0])
        lines = [" ".join(line.split()) for line in "".join(self._pieces).split("\n")]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return _ASIDE.sub(lambda found: self._asides[int(found[1])], text)


def _without_comments(text: str) -> str:
    """What stands between the comments; one that is never closed is none."""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join([*kept, text[at:]])


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text[:LONGEST_TAG])
    return {name.lower(): unescape(value.strip("\"'")) for name, value in found}


def _marked(tag: str, inner: str, href: str) -> str:
    words = inner.strip()
    if not words or "\n" in words:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    if tag != "a":
        return f"{before}{_MARKS[tag]}{words}{_MARKS[tag]}{after}"
    if re.fullmatch(r"(https?://|mailto:)[^\s()<>]+", href):
        return f"{before}[{words}]({href}){after}"
    return inner
