"""Foreign texts as Markdown: HTML as other systems write it, and plain text."""

import re
from dataclasses import dataclass
from html import unescape

HTML, MARKDOWN, PLAIN, AUTO = "html", "markdown", "plain", "moodle"

DEEPEST = 20
"""Marks within marks; further ones are passed over."""

LONGEST_TAG = 10_000
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "tr",
        "pre",
        "blockquote",
        "section",
        "article",
        "hr",
        "dl",
        "dt",
        "dd",
    ]
)
_KEPT = frozenset(
    ["sub", "sup", "u", "s", "small", "mark", "q", "kbd", "var"]
)  # our Markdown knows them as they are
_MEDIA = frozenset(["img", "audio", "video", "object", "iframe", "embed", "svg", "math", "input"])
_SILENT = frozenset(["span", "font", "html", "body", "thead", "tbody", "td", "th", "br", "li", "a"])
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_SPECIAL = re.compile(r"[\\`*\[\]{]|(?<!\w)_|_(?!\w)")
_BEGINS = re.compile(r"^(\s*)(#|>|[-+](?=\s|$)|-{3,}$)", re.MULTILINE)
_COUNTED = re.compile(r"^(\s*\d+)([.)])(?=\s)", re.MULTILINE)
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'=]+)""")


@dataclass(frozen=True)
class Worded:
    """A text in Markdown, and what of it could not be said so."""

    text: str
    lost: tuple[str, ...] = ()


def worded(text: str, form: str = AUTO) -> Worded:
    """A text of this form as Markdown; `moodle` is HTML if it looks like that, else plain."""
    if form == MARKDOWN:
        return Worded(text.strip())
    if form == HTML or (form not in {PLAIN, "plain_text"} and _TAG.search(text)):
        reader = _Reader()
        reader.feed(text)
        return Worded(reader.markdown(), tuple(dict.fromkeys(reader.lost)))
    return Worded(escaped("\n".join(line.strip() for line in text.strip().split("\n"))))


def bare(text: str, form: str = HTML) -> str:
    """A text on one line, without its tags if it has any, for places that hold no markup."""
    if form in {MARKDOWN, PLAIN, "plain_text"}:
        return " ".join(text.split())
    return " ".join(unescape(_TAG.sub("", text)).split())


def escaped(text: str) -> str:
    """Plain text in which Markdown finds nothing to do."""
    text = _SPECIAL.sub(lambda found: f"\\{found[0]}", text)
    text = _BEGINS.sub(r"\1\\\2", text)
    return _COUNTED.sub(r"\1\\\2", text)


class _Reader:
    """Keeps paragraphs, lists, emphasis, code and links; names what else there was.

    It passes over a text once, whatever is open in it and never closed.
    """

    def __init__(self) -> None:
        self.lost: list[str] = []
        self._pieces: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self._unseen = 0
        self._lists: list[int] = []

    def feed(self, text: str) -> None:
        at = 0
        text = _without_comments(text)
        for found in _TAG.finditer(text):
            self._words(text[at : found.start()])
            at = found.end()
            if found[1]:
                self._end(found[2].lower())
            else:
                self._start(found[2].lower(), _attributes(found[3]))
        self._words(text[at:])

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _MARKS or tag == "a":
            if len(self._open) < DEEPEST:
                self._open.append((tag, len(self._pieces), values.get("href", "")))
        elif tag in _KEPT:
            self._pieces.append(f"<{tag}>")
        elif tag in _MEDIA:
            self._lose(tag, values)
        elif tag in _BLOCKS or tag in {"br", "li"}:
            self._break(tag)
        elif tag not in _SILENT:
            self.lost.append(f"<{tag}>")

    def _lose(self, tag: str, values: dict[str, str]) -> None:
        name = values.get("src", "").rpartition("/")[2][:60]
        self.lost.append(f"the {'picture' if tag == 'img' else tag} {name}".rstrip())
        self._pieces.append(escaped(values.get("alt", "")))

    def _break(self, tag: str) -> None:
        ends = {"br": "\n", "li": self._item() if tag == "li" else ""}
        self._pieces.append(ends.get(tag, "\n\n"))
        if tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else 0)

    def _item(self) -> str:
        number = self._lists[-1] if self._lists else 0
        if not number:
            return "\n- "
        self._lists[-1] += 1
        return f"\n{number}. "

    def _end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self._pieces.append("\n\n")
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
        if text and not self._unseen:
            words = re.sub(r"\s+", " ", unescape(text))
            self._pieces.append(_SPECIAL.sub(lambda found: f"\\{found[0]}", words))

    def markdown(self) -> str:
        while self._open:
            self._shut(self._open[-1][0])
        lines = [" ".join(line.split()) for line in "".join(self._pieces).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


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
