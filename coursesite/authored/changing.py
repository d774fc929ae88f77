"""Changing parts of a YAML text: everything else in it stays, character by character.

Each change takes the text and gives the new one. Locations are those of the text as it is given.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from yaml.nodes import Node, ScalarNode, SequenceNode

from coursesite.authored.source import BLOCKS, Source, Unchangeable, pairs_of, place_of
from coursesite.authored.tree import Location, Plain
from coursesite.authored.writing import below, block, in_line, item

_DASH = re.compile(r"[ ]*-[ ]+")


def put(text: str, location: Location, key: str, value: Plain, order: Sequence[str] = ()) -> str:
    """Give a mapping's key a value; a new key stands after those that come before it in `order`."""
    source = Source(text)
    mapping = source.mapping(location)
    place = place_of(mapping, key)
    if place is None:
        return _add(source, location, key, value, order)
    old = pairs_of(mapping)[place][1]
    if isinstance(old, SequenceNode) and old.value and isinstance(value, list):
        return rearrange(text, (*location, key), _matched(source, (*location, key), value))
    return _replace(source, (*location, key), value, indent=source.column_of(mapping))


def drop(text: str, location: Location, key: str) -> str:
    """Take a key with its value out of a mapping that has others."""
    source = Source(text)
    mapping = source.mapping(location)
    pairs, place = pairs_of(mapping), place_of(mapping, key)
    if place is None or len(pairs) == 1:
        raise Unchangeable
    start, end = source.start_of(pairs[place][0]), source.end_of(pairs[place][1])
    if place == 0:
        end = source.start_of(pairs[1][0])
    elif source.flows(location):
        start = source.end_of(pairs[place - 1][1])
    else:
        start, end = source.line_start(start), source.line_end(end) + 1
    return text[:start] + text[end:]


def rearrange(text: str, location: Location, items: Sequence["int | New"]) -> str:
    """Make a list of some of its items, by their numbers, and of new ones, in this order."""
    source = Source(text)
    sequence = source.sequence(location)
    if not items:
        raise Unchangeable
    if source.flows(location):
        return _in_brackets(source, sequence, items)
    return _below_each_other(source, sequence, items)


def reword(text: str, location: Location, number: int, value: Plain) -> str:
    """Give an item of a list another value; comments around it stay."""
    source = Source(text)
    source.sequence(location)
    at = (*location, number)
    return _replace(source, at, value, indent=source.column_of(source.node(at)))


class New:
    """An item that was not there."""

    def __init__(self, value: Plain) -> None:
        self.value = value


def copied(text: str, location: Location, number: int) -> str:
    """Put a copy of an item right after it, comments and all."""
    sequence = Source(text).sequence(location)
    numbers: list[int | New] = list(range(len(sequence.value)))
    return rearrange(text, location, [*numbers[: number + 1], number, *numbers[number + 1 :]])


def cut(text: str, location: Location, number: int) -> str:
    """Take an item out of a list of others; comments above it stay: they may head what follows."""
    source = Source(text)
    sequence = source.sequence(location)
    if len(sequence.value) == 1:
        raise Unchangeable
    if source.flows(location):
        return rearrange(text, location, [at for at in range(len(sequence.value)) if at != number])
    item = sequence.value[number]
    start, end = _dash_line(source, item), source.line_end(source.end_of(item)) + 1
    above, rest = text[:start], text[end:]
    if above.endswith("\n\n"):
        above, rest = (above, rest.lstrip("\n")) if rest.strip() else (above.rstrip() + "\n", "")
    return above + rest


def _replace(source: Source, location: Location, value: Plain, indent: int) -> str:
    old, flow = source.node(location), source.flows(location)
    start, end = source.start_of(old), source.end_of(old)
    if not isinstance(old, ScalarNode) and not getattr(old, "flow_style", False):
        raise Unchangeable
    quote = getattr(old, "style", None) or ""
    quote = quote if quote in {"'", '"'} else ""
    if isinstance(value, str) and "\n" in value and not flow:
        new = block(value, indent)
        end = source.end_of(old) if getattr(old, "style", "") in BLOCKS else _bare_end(source, end)
    else:
        new = in_line(value, flow=flow, quote=quote)
    space = " " if source.text[start - 1 : start] not in {" ", "\n"} else ""
    return source.text[:start] + space + new + source.text[end:]


def _bare_end(source: Source, end: int) -> int:
    """A comment behind the old value could not stand behind a text of several lines."""
    if source.text[end : source.line_end(end)].strip():
        raise Unchangeable
    return end


def _add(source: Source, location: Location, key: str, value: Plain, order: Sequence[str]) -> str:
    mapping = source.mapping(location)
    before = set(order[: order.index(key)]) if key in order else set(order)
    pairs = pairs_of(mapping)
    places = [place for place, (each, _) in enumerate(pairs) if each.value in before]
    at = source.end_of(pairs[places[-1] if places else -1][1])
    if source.flows(location):
        return f"{source.text[:at]}, {key}: {in_line(value, flow=True)}{source.text[at:]}"
    at, indent = source.line_end(at), source.column_of(mapping)
    return f"{source.text[:at]}\n{' ' * indent}{below(key, value, indent)}{source.text[at:]}"


def _matched(source: Source, location: Location, values: Sequence[Plain]) -> list[int | New]:
    """Which items of a list of words stay as they are written."""
    old = [_word(each) for each in source.sequence(location).value]
    new: list[int | New] = []
    for tag, start, end, begin, stop in SequenceMatcher(
        None, old, [str(each) for each in values], autojunk=False
    ).get_opcodes():
        new += range(start, end) if tag == "equal" else [New(each) for each in values[begin:stop]]
    return new


def _word(node: Node) -> str:
    return node.value if isinstance(node, ScalarNode) else ""


def _in_brackets(source: Source, sequence: SequenceNode, items: Sequence[int | New]) -> str:
    pieces = [
        in_line(each.value, flow=True)
        if isinstance(each, New)
        else source.text[
            source.start_of(sequence.value[each]) : source.end_of(sequence.value[each])
        ]
        for each in items
    ]
    start = source.start_of(sequence.value[0])
    end = source.end_of(sequence.value[-1])
    return source.text[:start] + ", ".join(pieces) + source.text[end:]


def _below_each_other(source: Source, sequence: SequenceNode, items: Sequence[int | New]) -> str:
    """What stands above an item, empty lines and comments, goes with it."""
    starts = [_dash_line(source, each) for each in sequence.value]
    ends = [source.line_end(source.end_of(each)) for each in sequence.value]
    above = [
        "",
        *(source.text[end + 1 : start] for end, start in zip(ends, starts[1:], strict=False)),
    ]
    gap = "\n" if any(each.startswith("\n") for each in above) else ""
    pieces = []
    for place, each in enumerate(items):
        if isinstance(each, New):
            column = len(source.text[starts[0] :]) - len(source.text[starts[0] :].lstrip(" "))
            piece, head = " " * column + item(each.value, column), gap
        else:
            piece = source.text[starts[each] : ends[each]]
            head = above[each] if each else gap
        pieces.append((head if place else head.lstrip("\n")) + piece)
    return source.text[: starts[0]] + "\n".join(pieces) + source.text[ends[-1] :]


def _dash_line(source: Source, node: Node) -> int:
    at = source.start_of(node)
    start = source.line_start(at)
    if not _DASH.fullmatch(source.text[start:at]):
        raise Unchangeable
    return start
