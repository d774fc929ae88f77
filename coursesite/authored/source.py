"""A YAML text as its author wrote it: where in it everything stands, down to the character."""

from collections.abc import Sequence
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from coursesite.authored.tree import Location
from coursesite.errors import Invalid, said

BLOCKS = frozenset({"|", ">"})


class Unchangeable(Invalid):
    """It is written in a way in which no part of it can be changed by itself."""

    def __init__(self) -> None:
        super().__init__(UNCHANGEABLE)


UNCHANGEABLE = said(
    "This is written in a way that the form cannot change without touching more. "
    "Change it in the text."
)


class Source:
    """The nodes of a readable text, by their location, and their places in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        if root is None:
            raise Unchangeable
        self.root: Node = root

    def node(self, location: Location) -> Node:
        """What stands at a location, as `read_yaml` names it."""
        found = self.root
        for part in location:
            found = _child(found, part)
        return found

    def mapping(self, location: Location) -> MappingNode:
        found = self.node(location)
        if not isinstance(found, MappingNode) or not found.value:
            raise Unchangeable
        return found

    def sequence(self, location: Location) -> SequenceNode:
        found = self.node(location)
        if not isinstance(found, SequenceNode) or not found.value:
            raise Unchangeable
        return found

    def flows(self, location: Location) -> bool:
        """Whether it stands between brackets or braces, or is such itself."""
        nodes = [self.node(location[:depth]) for depth in range(len(location) + 1)]
        return any(bool(getattr(node, "flow_style", False)) for node in nodes)

    def start_of(self, node: Node) -> int:
        return self._offset(node.start_mark)

    def end_of(self, node: Node) -> int:
        """Where its last character ends; what follows on the line may be a comment."""
        flows = getattr(node, "flow_style", False)
        if isinstance(node, ScalarNode) or flows or not node.value:
            end = self._offset(node.end_mark)
            blocky = isinstance(node, ScalarNode) and node.style in BLOCKS
            return len(self.text[:end].rstrip()) if blocky else end
        last = node.value[-1]
        return self.end_of(last[1] if isinstance(last, tuple) else last)

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """The end of the line, before its line break."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def column_of(self, node: Node) -> int:
        column: int = node.start_mark.column
        return column

    def _offset(self, mark: Any) -> int:
        start: int = self._lines[mark.line]
        return min(start + int(mark.column), len(self.text))


def pairs_of(mapping: MappingNode) -> Sequence[tuple[ScalarNode, Node]]:
    return [(key, value) for key, value in mapping.value if isinstance(key, ScalarNode)]


def place_of(mapping: MappingNode, key: str) -> int | None:
    """The number of the pair with this key."""
    keys = [each.value for each, _value in pairs_of(mapping)]
    return keys.index(key) if key in keys else None


def _child(node: Node, part: str | int) -> Node:
    if isinstance(part, int) and isinstance(node, SequenceNode) and part < len(node.value):
        child: Node = node.value[part]
        return child
    if isinstance(part, str) and isinstance(node, MappingNode):
        place = place_of(node, part)
        if place is not None:
            return pairs_of(node)[place][1]
    raise Unchangeable
