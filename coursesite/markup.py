"""Authors' Markdown as HTML that can do no harm.

Text is untrusted all the way: raw HTML is shown as text, except for a few words such as `<sub>`,
and whatever Markdown made of the rest is sanitised against one allow-list. Both are slow, so
they happen when a revision is made, never while a page is shown.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

# Between these two stand the marks that rendering puts into a text and takes out again. An author
# cannot write them: they are refused where text is read, and dropped from attributes here.
MARK_OPENS, MARK_CLOSES = "\ue000", "\ue001"

RAW = frozenset({"b", "br", "cite", "em", "i", "kbd", "mark", "q", "s", "small", "strong"}) | {
    "sub",
    "sup",
    "u",
    "var",
    "wbr",
}
TAGS = RAW | {
    *("a", "abbr", "blockquote", "code", "del", "div", "dd", "dfn", "dl", "dt", "figcaption"),
    *("figure", "h2", "h3", "h4", "hr", "img", "ins", "li", "ol", "p", "pre", "span"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
CLASSES = frozenset(
    {"good", "fair", "poor", "cite", "cites", "footnote", "footnote-ref", "footnote-backref"}
    | {"govuk-visually-hidden"}
)
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})

# What is read at most: Markdown takes the square of the signs in a paragraph.
SIGNS = "[`{*_<&"
MOST = dict.fromkeys(SIGNS, 100) | {">": 300, "\n": 300}  # in a paragraph
MOST_SIGNS = 3_000  # in a text; a long module has about 400
LONGEST = 20_000  # characters of a short text
# A sentence in which Markdown finds nothing to do: most of what questions consist of.
_SIGN = r"""\w“”\u2018\u2019"',;:.?%()\u2013…"""
_PLAIN = re.compile(rf"""[A-Za-z“\u2018"'](?:[{_SIGN}\- ]*[{_SIGN}\-])?""")
_EMPTY_LINE = re.compile(r"\n(?=[ \t]*\n)")

_QUOTED = r'(?:"[^"]*"|[^">])*?'
# What closes a player: its captions, or the link to its transcript.
_REST = r'(?:<track [^>]*>)?</(?:audio|video)>(?: <a href="/modules/[^"]*">.*?</a>)?'
_SPOKEN = re.compile(
    rf'<img {_QUOTED}\balt="([^"]*)"{_QUOTED}>'
    rf'|<(?:audio|video) {_QUOTED}\baria-label="([^"]*)"{_QUOTED}>{_REST}'
)
_TAGS = re.compile(rf"<{_QUOTED}>")
_EVERYWHERE = frozenset({"id", "lang", "dir", "title"})
_ATTRIBUTES = {
    "img": {"alt", "src", "width", "height"},
    "li": {"value"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_HIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\ue000-\uf8ff]")


def to_html(text: str) -> str:
    """A short text (a question, an answer, a sentence of feedback) as safe HTML, no headings.

    A text too long or too tangled for Markdown is shown as it was written.
    """
    if "_" not in text and _PLAIN.fullmatch(text):
        return f"<p>{text}</p>"
    if len(text) > LONGEST or tangle_in(text):
        return f"<p>{as_text(text)}</p>"
    return sanitise(_tools.short.reset().convert(text))


def tangle_in(text: str) -> int | None:
    """The first line, from 1, of a paragraph with more lines or brackets than people write.

    Markdown's time grows with the square of their number in a paragraph.
    """
    line, signs = 1, 0
    for paragraph in _EMPTY_LINE.split(text):
        signs += sum(paragraph.count(sign) for sign in SIGNS)
        crowded = any(paragraph.count(sign) > most for sign, most in MOST.items())
        if crowded or signs > MOST_SIGNS:
            return line + paragraph.startswith("\n")
        line += paragraph.count("\n") + 1
    return None


def sanitise(html: str) -> str:
    """The same HTML with nothing in it but what the allow-list has; the rest shows as text."""
    return str(_tools.cleaner.clean(html))


def words_of(html: str, *, pictures: bool = True) -> str:
    """What safe HTML says in words alone, on one line; a picture says its alternative text.

    Without `pictures` it says nothing.
    """

    def said(found: re.Match[str]) -> str:
        return f" {found[1] or found[2] or ''} " if pictures else " "

    spoken = _SPOKEN.sub(said, html)
    return " ".join(unescape(_TAGS.sub("", spoken)).split())


def apart(html: str) -> tuple[str, str]:
    """Safe HTML for a label, and what plays in it, which no label can hold.

    In the label stand the words of what plays.
    """
    played = [found[0] for found in _SPOKEN.finditer(html) if found[2] is not None]
    if not played:
        return html, ""
    label = _SPOKEN.sub(lambda found: found[0] if found[2] is None else found[2], html)
    return label, "".join(played)


def safe_address(address: str) -> bool:
    """May a link or a picture point there? Web, mail, telephone and our own pages only."""
    address = unescape(address).strip()
    if _HIDDEN.search(address) or address.startswith("//"):
        return False
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return False
    return scheme in PROTOCOLS or (not scheme and _stays_here(address))


def _stays_here(address: str) -> bool:
    return address.startswith("#") or ":" not in address.partition("/")[0]


def _allowed(tag: str, name: str, value: str) -> bool:
    if MARK_OPENS in value or MARK_CLOSES in value:
        return False
    if name == "class":
        return set(value.split()) <= CLASSES
    if name in {"href", "src"}:
        return name == {"a": "href", "img": "src"}.get(tag) and safe_address(value)
    return name in _EVERYWHERE or name in _ATTRIBUTES.get(tag, ())


class _OutwardLinks:
    """A page that we link to learns nothing about the page it was linked from."""

    def __init__(self, source: Iterable[dict[str, Any]]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in self.source:
            attributes = token.get("data")
            if token.get("name") == "a" and isinstance(attributes, dict):
                _mark_outward(attributes)
            yield token


def _mark_outward(attributes: dict[tuple[str | None, str], str]) -> None:
    address = unescape(attributes.get((None, "href"), ""))
    if urlsplit(address).scheme in {"http", "https"}:
        attributes[None, "rel"] = "noopener noreferrer"


class _RawHtml(InlineProcessor):
    """Lets the few harmless tags of `RAW` through; all else stays text and is escaped."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the name is Markdown's
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return self.md.htmlStash.store(m[0].lower()), m.start(0), m.end(0)


class SafeMarkdown(Extension):
    """Markdown without raw HTML and without headings drawn by underlining."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("setextheader")
        md.inlinePatterns.deregister("html")
        pattern = rf"</?(?:{'|'.join(sorted(RAW))})\s*/?>"
        md.inlinePatterns.register(_RawHtml(f"(?i:{pattern})", md), "html", 90)


class _Tools(threading.local):
    """Markdown and bleach keep state while they work: each thread has its own."""

    def __init__(self) -> None:
        self.short = Markdown(extensions=[SafeMarkdown(), "sane_lists"], output_format="html")
        self.short.parser.blockprocessors.deregister("hashheader")
        self.cleaner = Cleaner(
            tags=TAGS,
            attributes=_allowed,
            protocols=PROTOCOLS,
            filters=[_OutwardLinks],  # type: ignore[list-item]  # only iterated
        )


_tools = _Tools()


def as_text(text: str) -> str:
    """Plain text, escaped for a place between two tags or inside a quoted attribute."""
    return escape(text, quote=True)
