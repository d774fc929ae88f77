"""The words of the glossary in a lesson: each a link, where the lesson first uses it.

Links are no part of a revision. They are made of the glossary that is live while a page is shown,
so that publishing the glossary renews every lesson in its language.
"""

import re
from collections.abc import Collection, Iterator
from functools import cached_property

from coursesite.content.rules.facts import Term
from coursesite.content.rules.modules import Parts
from coursesite.markup import as_text

# What is asked, quoted, folded away or drawn has no links, and neither has what stands as a title.
CLOSED = (
    frozenset({"a", "h2", "h3", "h4", "code", "pre", "sup", "figure", "th", "cite"})
    | frozenset({"section", "details"})
    | frozenset({'div class="instead"'})
)
IRREGULAR = {"child": "children", "person": "people"}

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_VOID = frozenset({"br", "hr", "img", "wbr"})
_MADE_BEFORE = re.compile(r'<a class="term"[^>]*>(.*?)</a>', re.DOTALL)


class Glossary:
    """The terms of one language, ready to be found in texts."""

    def __init__(self, terms: Collection[Term]) -> None:
        self.terms = tuple(terms)
        named = [(name, term) for term in terms if term.linked for name in term.names]
        named.sort(key=lambda pair: -len(pair[0]))  # the longest name that fits is meant
        self._named = [term for _, term in named]
        self._names = _any_of([name for name, _ in named])

    @cached_property
    def _every(self) -> list[Term]:
        return [term for _name, term in self._by_length]

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return _any_of([name for name, _term in self._by_length])

    @cached_property
    def _by_length(self) -> list[tuple[str, Term]]:
        named = [(name, term) for term in self.terms for name in term.names]
        return sorted(named, key=lambda pair: -len(pair[0]))

    def named_in(self, words: str) -> list[Term]:
        """The terms that these words use, in their order, also those that are not linked."""
        found = (self._every[(each.lastindex or 1) - 1] for each in self._any.finditer(words))
        return list(dict.fromkeys(found))

    def linked(self, lesson: Parts) -> Parts:
        """A lesson whose first uses of a term, in running text, lead to the glossary."""
        linking = _Linking(self._names, self._named)
        return tuple(linking.through(part) if isinstance(part, str) else part for part in lesson)


class _Linking:
    """One walk through a lesson; `closed` are the open tags from the first that takes no link."""

    def __init__(self, names: re.Pattern[str], terms: list[Term]) -> None:
        self.names = names
        self.terms = terms
        self.seen: set[str] = set()
        self.closed: list[str] = []

    def through(self, html: str) -> str:
        return "".join(self._pieces(_MADE_BEFORE.sub(r"\1", html)))

    def _pieces(self, html: str) -> Iterator[str]:
        """Tags as they are, and the text between them."""
        for number, piece in enumerate(_TAG.split(html)):
            if number % 2:
                self._step(piece)
                yield piece
            else:
                yield piece if self.closed else self.names.sub(self._linked, piece)

    def _step(self, tag: str) -> None:
        found = _NAME.match(tag)
        if found is None or found[1] in _VOID:
            return
        if tag.startswith("</"):
            del self.closed[-1:]
        elif self.closed or found[1] in CLOSED or tag[1:-1] in CLOSED:
            self.closed.append(found[1])

    def _linked(self, found: re.Match[str]) -> str:
        term = self.terms[(found.lastindex or 1) - 1]
        if term.term in self.seen:
            return found[0]
        self.seen.add(term.term)
        address, says = f"/glossary#{term.anchor}", as_text(term.definition)
        return f'<a class="term" href="{address}" title="{says}">{found[0]}</a>'


def _any_of(names: Collection[str]) -> re.Pattern[str]:
    """One group for each name."""
    choice = "|".join(f"({_pattern(name)})" for name in names) or "(?!)"
    return re.compile(rf"(?i)(?<![\w-])(?:{choice})(?![\w-]|['\u2019]\w)")


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
