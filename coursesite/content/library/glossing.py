"""The words of the glossary in a lesson: each a link, where the lesson first uses it."""

import re
from collections.abc import Collection, Iterator

from coursesite.content.library.typesetting import Node
from coursesite.content.rules import Term
from coursesite.markup import as_text

OPEN_TO_LINKS = frozenset({"lesson", "key", "case"})  # not what is asked, quoted or replaced
CLOSED = frozenset({"a", "h2", "h3", "h4", "code", "pre", "sup", "figure", "th", "cite"})
IRREGULAR = {"child": "children", "person": "people"}

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")


class Glossary:
    """The terms of one language, ready to be found in texts."""

    def __init__(self, terms: Collection[Term]) -> None:
        named = [(name, term) for term in terms if term.linked for name in term.names]
        named.sort(key=lambda pair: -len(pair[0]))  # the longest name that fits is meant
        self._terms = [term for _, term in named]
        names = "|".join(f"({_pattern(name)})" for name, _ in named) or "(?!)"
        self._names = re.compile(rf"(?i)(?<![\w-])(?:{names})(?![\w-]|['\u2019]\w)")

    def link(self, lesson: Node) -> None:
        """Make links of the first uses in a lesson's running text."""
        _Linking(self._names, self._terms).go_through(lesson)


class _Linking:
    """One walk through a lesson."""

    def __init__(self, names: re.Pattern[str], terms: list[Term]) -> None:
        self.names = names
        self.terms = terms
        self.seen: set[str] = set()

    def go_through(self, node: Node) -> None:
        closed: list[str] = []
        for number, piece in enumerate(node.pieces):
            if isinstance(piece, str):
                node.pieces[number] = "".join(self._pieces(piece, closed))
            elif isinstance(piece, Node) and piece.block.kind in OPEN_TO_LINKS:
                self.go_through(piece)

    def _pieces(self, html: str, closed: list[str]) -> Iterator[str]:
        """Tags as they are, and the text between them; `closed` are the tags that take no link."""
        for number, piece in enumerate(_TAG.split(html)):
            if number % 2:
                _step(piece, closed)
                yield piece
            else:
                yield piece if closed else self.names.sub(self._linked, piece)

    def _linked(self, found: re.Match[str]) -> str:
        term = self.terms[(found.lastindex or 1) - 1]
        if term.term in self.seen:
            return found[0]
        self.seen.add(term.term)
        address, says = f"/glossary#{term.anchor}", as_text(term.definition)
        return f'<a class="term" href="{address}" title="{says}">{found[0]}</a>'


def _step(tag: str, closed: list[str]) -> None:
    found = _NAME.match(tag)
    if found is None or found[1] not in CLOSED:
        return
    if not tag.startswith("</"):
        closed.append(found[1])
    elif closed:
        closed.pop()


def _pattern(name: str) -> str:
    """The name as it is written in texts: in one or many, with any apostrophe and any space."""
    if name.isupper():
        return rf"(?-i:{re.escape(name)}s?)"
    return r"\s+".join(_word(word) for word in name.split())


def _word(word: str) -> str:
    many = [IRREGULAR[word]] if word in IRREGULAR else []
    if re.search(r"[^aeiou]y$", word):
        many.append(f"{word[:-1]}ies")
    more = "|".join(re.escape(each) for each in (*many, f"{word}es", f"{word}s", word))
    return f"(?:{more})".replace("'", "['\u2019]")
