"""A lesson cut into passages: paragraphs, entries of lists, rows of tables, as words to compare.

What is taken of the HTML is only what marked text needs: words, pictures, and how words are set.
A link becomes its words, a citation the fact's name in brackets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser

from coursesite.content.rules.modules import Check, Lesson, Parts, Ref, RefKind
from coursesite.content.rules.translations import Changed
from coursesite.content.rules.words import Passage, Token, tokens_of, trimmed

_OPENS, _CLOSES = "\ue000", "\ue001"
_REF = re.compile(f"{_OPENS}([0-9]+){_CLOSES}")

HEADINGS = frozenset({"h2", "h3", "h4"})
_BLOCKS = HEADINGS | {"p", "li", "tr", "dt", "dd", "figcaption", "figure", "summary", "pre"}
_BOXES = frozenset({"div", "section", "blockquote", "details", "table", "ul", "ol", "dl"})
_INLINE = frozenset({"em", "strong", "b", "i", "code", "kbd", "q", "s", "sub", "sup", "small", "u"})
_LABEL = "block-name"
_TITLE = "block-title"
_CHANGED = "#changed-"


def passages_in(lesson: Lesson, changed: Iterable[Changed] = ()) -> list[Passage]:
    """All passages of a lesson, those of its checks included; `changed` is out of date in it."""
    checks = {check.id: check for check in lesson.checks}
    passages = _read(lesson.parts, checks)
    notes = {f"{_CHANGED}{each.number}": each.original for each in changed}
    return [_with_note(passage, notes) for passage in passages]


def _with_note(passage: Passage, notes: Mapping[str, str]) -> Passage:
    """A link to what the original says since is no fact that is cited."""
    led_to = sorted(each for each in passage.sources if each.startswith(_CHANGED))
    if not led_to:
        return passage
    note = "".join(notes.get(each, "") for each in led_to)
    return replace(passage, sources=passage.sources.difference(led_to), note=note)


@dataclass(frozen=True)
class _Around:
    """What stands around a text inside another."""

    heading: str = ""
    label: str = ""
    folded: str = ""
    local: str = ""


def _read(parts: Parts, checks: dict[str, Check], around: _Around = _Around()) -> list[Passage]:
    refs: list[Ref] = []
    html = []
    for part in parts:
        if isinstance(part, Ref):
            html.append(f"{_OPENS}{len(refs)}{_CLOSES}")
            refs.append(part)
        else:
            html.append(part)
    reader = _Reader(refs, checks, around)
    reader.feed("".join(html))
    reader.close()
    reader.end()
    return reader.passages


@dataclass
class _Open:
    """A block that has begun and not ended."""

    tag: str
    label: str
    folded: str
    hears: str = ""
    language: str = ""
    tokens: list[Token] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, refs: Sequence[Ref], checks: dict[str, Check], around: _Around) -> None:
        super().__init__(convert_charrefs=True)
        self.refs, self.checks, self.local = refs, checks, around.local
        self.passages: list[Passage] = []
        self.open = [_Open("", around.label, around.folded)]
        self.heading = around.heading
        self.hidden = 0
        self.cited = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        classes = named.get("class", "").split()
        if tag in _BLOCKS | _BOXES:
            self._begin(tag, classes, named.get("lang", ""))
        elif tag == "img":
            self._add(Token(f"[{named.get('alt', '')} {named.get('src', '')}]", _img(named)))
        elif tag == "br":
            self._add(Token("\n", "<br>"))
        elif tag in {"td", "th"} and any(not each.is_space for each in self.open[-1].tokens):
            self._add(Token(" · ", " · "))
        elif self.hidden or "govuk-visually-hidden" in classes:
            self.hidden += 1
        else:
            self._begin_inline(tag, classes, named)

    def _begin_inline(self, tag: str, classes: list[str], named: Mapping[str, str]) -> None:
        if "cite" in classes:
            self.cited = named.get("href") or "#"
        elif "original" in classes and not self.open[-1].tokens:
            self.open[-1].language = named.get("lang", "")
        elif tag in _INLINE and "cites" not in classes:
            self._add(Token("", f"<{tag}>"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS | _BOXES:
            self._finish(tag)
        elif tag in {"td", "th"}:
            return
        elif self.hidden:
            self.hidden -= 1
        elif tag == "a":
            self.cited = ""
        elif tag in _INLINE:
            self._close_inline(tag)

    def _close_inline(self, tag: str) -> None:
        """Close what was opened in this passage; a citation's `sup` was not."""
        tags = [token.part for token in self.open[-1].tokens if not token.text]
        if tags.count(f"<{tag}>") > tags.count(f"</{tag}>"):
            self._add(Token("", f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.cited.startswith(_CHANGED):
            self.open[-1].sources.add(self.cited)
            return
        if self.cited:
            self.open[-1].sources.add(data)
            self._add(Token(f"[{data}]", f"<small>[{escape(data)}]</small>"))
            return
        at = 0
        for found in _REF.finditer(data):
            self._words(data[at : found.start()])
            self._ref(self.refs[int(found[1])])
            at = found.end()
        self._words(data[at:])

    def _words(self, text: str) -> None:
        self.open[-1].tokens += tokens_of(text)

    def _ref(self, ref: Ref) -> None:
        if ref.kind is RefKind.FIELD:
            self._add(Token(f"{{{{{ref.id}}}}}", ref))
        elif ref.kind is RefKind.CHECK and ref.id in self.checks:
            self.passages += _of_check(self.checks[ref.id], self._around(CHECK))
        elif ref.kind is RefKind.LOCAL:
            around = replace(self._around(ref.title), local=ref.id)
            self.passages += _read(ref.parts, self.checks, around)
        elif ref.kind is RefKind.REFLECT:
            self.passages += _read(ref.parts, self.checks, self._around(self.open[-1].label))

    def _around(self, label: str) -> _Around:
        return _Around(self.heading, label, self.open[-1].folded, self.local)

    def _begin(self, tag: str, classes: list[str], language: str) -> None:
        """Words before an inner block, as in an entry with a list in it, are a passage."""
        around = self.open[-1]
        self._keep(around)
        hears = "label" if _LABEL in classes or _TITLE in classes else ""
        hears = "folded" if tag == "summary" else hears
        language = language or around.language
        self.open.append(_Open(tag, around.label, around.folded, hears, language))

    def _finish(self, tag: str) -> None:
        if tag not in [each.tag for each in self.open[1:]]:
            return
        while self.open[-1].tag != tag:
            self._keep(self.open.pop())
        self._keep(self.open.pop())

    def end(self) -> None:
        while self.open:
            self._keep(self.open.pop())

    def _add(self, token: Token) -> None:
        self.open[-1].tokens.append(token)

    def _keep(self, block: _Open) -> None:
        tokens = tuple(trimmed(block.tokens))
        block.tokens = []
        passage = Passage(
            block.tag if block.tag in _BLOCKS else "p",
            tokens,
            heading=self.heading,
            label=block.label,
            folded=block.folded,
            local=self.local,
            sources=frozenset(block.sources),
            language=block.language,
        )
        block.sources = set()
        if not passage.text:
            return
        self._hear(block, passage.text)
        if not block.hears:
            self.passages.append(passage)

    def _hear(self, block: _Open, text: str) -> None:
        """A name or a heading is kept for the passages after it."""
        if block.hears and self.open:
            setattr(self.open[-1], block.hears, text)
        if block.tag in HEADINGS:
            self.heading = text


def _of_check(check: Check, around: _Around) -> Iterator[Passage]:
    """The question, and each answer with its feedback; which is right is a sign in it."""
    texts = [check.question]
    for option in check.options:
        texts.append((*option.text, " ✓ " if option.correct else " ✗ ", *option.feedback))
    for number, text in enumerate(texts):
        tokens = [token for passage in _read(text, {}) for token in (*passage.tokens, _SPACE)]
        yield Passage(
            "li" if number else "p",
            tuple(trimmed(tokens)),
            heading=around.heading,
            label=around.label,
            folded=around.folded,
            local=around.local,
        )


CHECK = "check"
"""The label of passages of a knowledge check, for which the page has its own word."""

_SPACE = Token(" ", " ")


def _img(named: dict[str, str]) -> str:
    kept = {name: named[name] for name in ("src", "alt", "width", "height") if name in named}
    return "<img " + " ".join(f'{name}="{escape(value)}"' for name, value in kept.items()) + ">"
