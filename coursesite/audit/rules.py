"""How events are sealed: a tree of digests, of which one event can be proved without the others.

The tree is that of RFC 6962: a leaf is SHA-256 of a nought byte and the event, a node that of a one
byte and its two halves. Each event carries a random word, so that nobody can guess another event
from the digests that stand beside one's own.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

FIRST_DIGEST = "0" * 64
TREE = 2
"""The version of a seal over a tree; a seal of version 1 is one digest over all its events."""

Step = tuple[str, str]
"""On which side the other half stands (`left` or `right`), and its digest."""


def word_of(nonce: str | None) -> str | None:
    """The random word of an event as it is handed over; what it is made of stays here."""
    return _digest("word", nonce, "") if nonce else None


def hidden(nonce: str | None, text: str | None) -> str | None:
    """In place of a text that is sealed with an event but told to nobody: its digest."""
    return None if text is None else _digest("hidden", nonce or "", text)


def _digest(about: str, nonce: str, text: str) -> str:
    return hashlib.sha256(f"{about}\n{nonce}\n{text}".encode()).hexdigest()


def leaf_of(event: Mapping[str, Any]) -> str:
    """The digest of one event: all its facts and its word, in one fixed way of writing."""
    written = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + written.encode()).hexdigest()


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def root_of(leaves: Sequence[str]) -> str:
    """The digest over all leaves, of which there is at least one."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def _above(level: Sequence[str]) -> list[str]:
    """Pairs are joined; what has no neighbour goes up as it is."""
    pairs = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def paths_of(leaves: Sequence[str], wanted: Sequence[int]) -> dict[int, list[Step]]:
    """For each wanted place, from the leaf to the root, what it is joined with."""
    paths: dict[int, list[Step]] = {place: [] for place in wanted}
    level, at = list(leaves), {place: place for place in wanted}
    while len(level) > 1:
        for place, here in at.items():
            other = here ^ 1
            if other < len(level):
                paths[place].append(("left" if other < here else "right", level[other]))
            at[place] = here // 2
        level = _above(level)
    return paths


def root_by(leaf: str, path: Sequence[Step]) -> str:
    """The root to which a leaf leads along its path."""
    digest = leaf
    for side, other in path:
        digest = _node(other, digest) if side == "left" else _node(digest, other)
    return digest


def seal_digest(previous: str, root: str, sealed_at: str) -> str:
    """What the next seal begins from; `sealed_at` in ISO form, in UTC."""
    return hashlib.sha256(f"{TREE}\n{previous}\n{root}\n{sealed_at}".encode()).hexdigest()
