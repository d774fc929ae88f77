"""The words in a YAML text: which of its values are translated, and how a value is written."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from coursesite.authored.source import BLOCKS, Source, Unchangeable
from coursesite.authored.tree import Location
from coursesite.authored.writing import block, in_line
from coursesite.content.library.translating.pieces import Place, Slot, Unit


@dataclass(frozen=True)
class Named:
    """A value to be translated: the key of its unit, and where it stands; an echo repeats one."""

    key: str
    location: Location
    echo: bool = False


def value_pieces(
    text: str, named: Sequence[Named], inserted: Sequence[tuple[int, str]] = (), first_line: int = 1
) -> Iterator[str | Slot]:
    """The pieces of a YAML text; `inserted` are texts to be put in before these characters."""
    source = Source(text)
    cuts: list[tuple[int, int, str | Slot]] = [(at, at, words) for at, words in inserted]
    for each in named:
        node = found_at(source, each.location)
        if isinstance(node, ScalarNode) and node.value.strip():
            start, end = source.start_of(node), source.end_of(node)
            cuts.append((start, end, _slot(source, node, each, first_line)))
    at = 0
    for start, end, piece in sorted(cuts, key=lambda cut: cut[:2]):
        yield text[at:start]
        yield piece
        at = end
    yield text[at:]


def _slot(source: Source, node: ScalarNode, named: Named, first_line: int) -> Slot:
    start, end = source.start_of(node), source.end_of(node)
    raw = source.text[start:end]
    line = first_line + int(node.start_mark.line)
    blocky = node.style in BLOCKS
    unit = Unit(
        named.key,
        node.value.strip("\n"),
        line + 1 if blocky else line,
        line + raw.count("\n"),
        Place.PLAIN,
    )
    flow = source.flows(named.location[:-1])
    quote = node.style if node.style in {"'", '"'} else ""
    alone = blocky or not source.text[end : source.line_end(end)].strip()
    indent = _indent(source, named.location) if alone and not flow else None
    return Slot(unit, raw, partial(_value, flow, quote or "", indent), named.echo)


def _value(flow: bool, quote: str, indent: int | None, words: str) -> str:
    """`indent` is that of the key or dash above a text of several lines; None where it has none."""
    if "\n" not in words:
        return in_line(words, flow=flow, quote=quote)
    return json.dumps(words, ensure_ascii=False) if indent is None else block(words, indent)


def _indent(source: Source, location: Location) -> int:
    """The column of the line's own beginning: that of the mapping or of the dash."""
    parent = source.node(location[:-1])
    if isinstance(parent, MappingNode):
        return source.column_of(parent)
    return max(0, source.column_of(source.node(location)) - 2)


def children(source: Source, location: Location) -> Iterator[tuple[Location, Node]]:
    """The entries of a list or the values of a mapping; nothing where neither stands."""
    node = found_at(source, location)
    if isinstance(node, SequenceNode):
        for number, child in enumerate(node.value):
            yield (*location, number), child
    elif isinstance(node, MappingNode):
        for key, child in node.value:
            yield (*location, key.value), child


def value_at(source: Source, location: Location) -> str | None:
    """The words of a value; None where there is no such value."""
    node = found_at(source, location)
    return node.value if isinstance(node, ScalarNode) else None


def found_at(source: Source, location: Location) -> Node | None:
    """What stands at a location; None where nothing does."""
    try:
        return source.node(location)
    except Unchangeable:
        return None
