"""A question bank as its translator sees it: the words of each question, never its key.

The ids of questions stay, and an option that has none is given in the translation the one that
follows from the original's words: so what is answered in any language is known by the same id.
"""

import json
from collections.abc import Iterator

from yaml.nodes import MappingNode

from coursesite.authored.source import Source, pairs_of, place_of
from coursesite.authored.tree import Location
from coursesite.content.library.translating.pieces import Template
from coursesite.content.library.translating.values import (
    Named,
    children,
    value_at,
    value_pieces,
)
from coursesite.quizzes.questions.building import text_id

_ROWS = ("options", "pairs")
_IN_ROW = ("text", "match", "feedback")
_LISTS = ("others", "accept", "patterns")


def bank_template(text: str, *, with_ids: bool = True) -> Template:
    """The pieces of a question bank; Unchangeable if it is none."""
    source = Source(text)
    named: list[Named] = []
    inserted: list[tuple[int, str]] = []
    source.sequence(("questions",))
    for location, _node in children(source, ("questions",)):
        named += _question(source, location, "")
        inserted += _ids(source, location) if with_ids else ()
    return Template(tuple(value_pieces(text, named, inserted)))


def _question(source: Source, location: Location, above: str) -> Iterator[Named]:
    """The words of a question and of those in it; what is said twice in one is translated once."""
    name = f"{above}{value_at(source, (*location, 'id')) or location[-1]}"
    said: dict[str, str] = {}
    for place in _places(source, location):
        words = value_at(source, place)
        if words is None:
            continue
        key = f"{name}/{'/'.join(str(each) for each in place[len(location) :])}"
        known = said.setdefault(words, key)
        yield Named(known, place, echo=known != key)
    for inside, _node in children(source, (*location, "questions")):
        yield from _question(source, inside, f"{name}/")


def _places(source: Source, location: Location) -> Iterator[Location]:
    yield (*location, "text")
    for rows in _ROWS:
        for row, _node in children(source, (*location, rows)):
            yield from ((*row, key) for key in _IN_ROW)
    for gap, _node in children(source, (*location, "gaps")):
        for key in ("among", "accept"):
            yield from (place for place, _word in children(source, (*gap, key)))
    for key in _LISTS:
        yield from (place for place, _word in children(source, (*location, key)))
    yield from ((*location, key) for key in ("unit", "explanation"))


def _ids(source: Source, location: Location) -> Iterator[tuple[int, str]]:
    """What gives each option that has no id the one that follows from its words."""
    for rows in _ROWS:
        for row, node in children(source, (*location, rows)):
            words = value_at(source, (*row, "text"))
            if isinstance(node, MappingNode) and words and place_of(node, "id") is None:
                first = pairs_of(node)[0][0]
                gap = ", " if source.flows(row) else "\n" + " " * source.column_of(first)
                yield source.start_of(first), f"id: {json.dumps(text_id(words))}{gap}"
    for inside, _node in children(source, (*location, "questions")):
        yield from _ids(source, inside)
