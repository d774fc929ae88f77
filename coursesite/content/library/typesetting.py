"""From Markdown to pieces of safe HTML, with a mark at each place that is filled in later.

A mark is a number between two private-use characters, which no author can write. Markdown and
the sanitiser treat it as a word; afterwards the HTML is cut at the marks.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import InlineProcessor

from coursesite.content.library.foreign import marks_to_html
from coursesite.content.library.labels import Labels
from coursesite.content.library.outline import CAPTIONS, Block, Document, Outline
from coursesite.content.library.placing import Placing
from coursesite.content.rules import Parts, Ref, RefKind
from coursesite.content.rules.media import MediaShown
from coursesite.markup import MARK_CLOSES, MARK_OPENS, SafeMarkdown, as_text, sanitise

CITATION = re.compile(r"\[(@[A-Za-z0-9]+(?:\s*[;,]\s*@?[A-Za-z0-9]+)*)\s*\]")
FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")

_CUT = re.compile(
    f"<p>{MARK_OPENS}([be])([0-9]+){MARK_CLOSES}</p>|{MARK_OPENS}(f)([0-9]+){MARK_CLOSES}"
)
_BETWEEN = f"{MARK_OPENS}s{MARK_CLOSES}"
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
_VOID = frozenset({"br", "hr", "img", "track", "wbr"})


@dataclass(eq=False)
class Node:
    """A block whose text has become HTML, references and other blocks."""

    block: Block
    pieces: list["str | Ref | Node"] = field(default_factory=list)


class Misplaced(Exception):
    """A block begins and ends in different places of the text around it, or inside a table."""

    def __init__(self, block: Block) -> None:
        super().__init__(block.kind)
        self.block = block


def cited_in(text: str) -> Iterator[str]:
    """The ids that a text cites, as often as it does."""
    for found in CITATION.finditer(text):
        yield from re.findall(r"[A-Za-z0-9]+", found[1])


KEPT = 300
"""Texts that a process keeps as HTML: the lessons of some twenty modules, about 10 MB."""


class _Presses(threading.local):
    """Markdown keeps state while it works: each thread has its own, for each set of labels."""

    def __init__(self) -> None:
        self.long: dict[Labels, Markdown] = {}
        self.short: dict[Labels, Markdown] = {}


_presses = _Presses()


@lru_cache(KEPT)
def _long_html(source: str, labels: Labels) -> str:
    """A whole lesson. An author changes one lesson at a time: the others are not made again."""
    if labels not in _presses.long:
        footnotes = FootnoteExtension(SEPARATOR="-", BACKLINK_TITLE=labels.back_to_text)
        more: list[str | Extension] = [
            "tables",
            "def_list",
            "fenced_code",
            "pymdownx.blocks.caption",
            footnotes,
        ]
        _presses.long[labels] = _markdown(labels, more)
    return sanitise(_presses.long[labels].reset().convert(source))


@lru_cache(KEPT)
def short_html(source: str, labels: Labels) -> str:
    """The texts of a check, a scenario or a question, without headings or blocks."""
    if labels not in _presses.short:
        _presses.short[labels] = _markdown(labels, [])
        _presses.short[labels].parser.blockprocessors.deregister("hashheader")
    return sanitise(_presses.short[labels].reset().convert(source))


def _markdown(labels: Labels, more: Sequence[str | Extension]) -> Markdown:
    common: list[str | Extension] = [
        SafeMarkdown(),
        _Citations(labels.source),
        "sane_lists",
        "attr_list",
    ]
    return Markdown(extensions=[*common, *more], output_format="html")


NO_MEDIA = MediaShown({})


class Press:
    """Makes HTML of one document's texts, which show `media`."""

    def __init__(
        self,
        labels: Labels,
        slug: str,
        language: str,
        media: MediaShown = NO_MEDIA,
        original: str = "",
    ) -> None:
        self._labels = labels
        self._placing = Placing(labels, slug, media)
        self._original = original
        self._language = as_text(language)

    def lesson(self, document: Document, outline: Outline) -> Node:
        """A lesson as a tree of its blocks."""
        marked = _Marked()
        source = "\n".join(marked.lines_of(document, outline))
        html = self._at_home(_long_html(source, self._labels))
        return _tree(html.replace("<th>", '<th scope="col">'), outline.block, marked)

    def short(self, texts: Sequence[str]) -> list[Parts]:
        """Short texts without headings or blocks, all in one go."""
        marked = _Marked()
        sources = [marked.with_fields(text) for text in texts]
        pieces = self._html(f"\n\n{_BETWEEN}\n\n".join(sources)).split(f"<p>{_BETWEEN}</p>")
        if len(pieces) != len(texts):  # a text that is left open, such as an unclosed code fence
            pieces = [self._html(source).replace(_BETWEEN, "") for source in sources]
        return [_parts(piece.strip(), marked) for piece in pieces]

    def line(self, text: str) -> str:
        """One line of text, such as a title, without a paragraph around it."""
        return self._html(text).removeprefix("<p>").removesuffix("</p>")

    def _html(self, source: str) -> str:
        return self._at_home(short_html(source, self._labels))

    def _at_home(self, html: str) -> str:
        told = marks_to_html(html, self._original, self._labels.spoken(self._labels.changed))
        return self._placing.placed(told, self._language)


class _Marked:
    """The source of a text with marks in it, and what each mark stands for."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.fields: list[str] = []

    def lines_of(self, document: Document, outline: Outline) -> Iterator[str]:
        opens = {block.line: block for block in outline.block.walk() if block.kind not in CAPTIONS}
        closes = {block.last: block for block in opens.values()}
        skip_to = 0
        for number, line in document.numbered(outline.first, outline.last):
            if number < skip_to:
                continue
            if number in opens:
                yield from self._open(opens[number])
                skip_to = opens[number].first
                if opens[number].kind == "check":
                    skip_to = opens[number].last
            elif number in closes:
                yield from self._mark("e", closes[number])
            else:
                yield line if number in document.code else self.with_fields(line)

    def with_fields(self, text: str) -> str:
        return FIELD.sub(self._field, text)

    def _field(self, found: re.Match[str]) -> str:
        self.fields.append(found[1])
        return f"{MARK_OPENS}f{len(self.fields) - 1}{MARK_CLOSES}"

    def _open(self, block: Block) -> Iterator[str]:
        self.blocks.append(block)
        yield from self._mark("b", block)

    def _mark(self, kind: str, block: Block) -> Iterator[str]:
        number = self.blocks.index(block)
        yield from ("", f"{' ' * block.indent}{MARK_OPENS}{kind}{number}{MARK_CLOSES}", "")


def _tree(html: str, root: Block, marked: _Marked) -> Node:
    nodes = [Node(root)]
    cuts = iter(_CUT.split(html))
    for text in cuts:
        if MARK_OPENS in text:
            raise Misplaced(_first_mark(text, marked))
        nodes[-1].pieces.append(text)
        kind, number, is_field, name = (next(cuts, None) for _ in range(4))
        if is_field and name:
            nodes[-1].pieces.append(Ref(RefKind.FIELD, marked.fields[int(name)]))
        elif kind and number:
            _block(nodes, kind, marked.blocks[int(number)])
    return nodes[0]


def _block(nodes: list[Node], kind: str, block: Block) -> None:
    if kind == "b":
        node = Node(block)
        nodes[-1].pieces.append(node)
        nodes.append(node)
        return
    if nodes[-1].block is not block or not _balanced(nodes[-1]):
        raise Misplaced(block)
    nodes.pop()


def _first_mark(text: str, marked: _Marked) -> Block:
    found = re.search(f"{MARK_OPENS}[be]([0-9]+)", text)
    return marked.blocks[int(found[1])] if found else marked.blocks[0]


def _balanced(node: Node) -> bool:
    """Is every tag that is opened in this block closed in it, and no other?"""
    names: list[str] = []
    html = "".join(piece for piece in node.pieces if isinstance(piece, str))
    for closing, name in _TAG.findall(html):
        if name in _VOID:
            continue
        if not closing:
            names.append(name)
        elif not names or names.pop() != name:
            return False
    return not names


def _parts(html: str, marked: _Marked) -> Parts:
    pieces = re.split(f"{MARK_OPENS}f([0-9]+){MARK_CLOSES}", html)
    refs = [Ref(RefKind.FIELD, marked.fields[int(number)]) for number in pieces[1::2]]
    woven: list[str | Ref] = [pieces[0]]
    for ref, text in zip(refs, pieces[2::2], strict=True):
        woven += [ref, text]
    return tuple(part for part in woven if part)


class _Citations(Extension):
    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        close = rf"\s*{CITATION.pattern}"
        md.inlinePatterns.register(_Citation(close, md, self.label), "citation", 176)


class _Citation(InlineProcessor):
    """`[@A01; @B07]` becomes a link to each entry of the list at the lesson's end.

    The blank before it goes, so that no line begins with a source or with the stop after it.
    """

    def __init__(self, pattern: str, md: Markdown, label: str) -> None:
        super().__init__(pattern, md)
        self.label = label

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the name is Markdown's
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        sup = Element("sup", {"class": "cites"})
        for fact_id in cited_in(m[0]):
            self._link(sup, fact_id)
        return sup, m.start(0), m.end(0)

    def _link(self, sup: Element, fact_id: str) -> None:
        if len(sup):
            sup[-1].tail = ", "
        link = SubElement(sup, "a", {"class": "cite", "href": f"#source-{fact_id}"})
        hidden = SubElement(link, "span", {"class": "govuk-visually-hidden"})
        hidden.text, hidden.tail = f"{self.label} ", fact_id
