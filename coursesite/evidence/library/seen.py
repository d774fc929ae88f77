"""What stood in a question beside words, as it is told in a pack."""

from collections.abc import Iterator, Mapping
from typing import Any

from coursesite.content.library.asking import sights_in


def media_seen(drawn: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files that a question showed, each once, with the `names` that they have by digest.

    A file whose name may not be told yet has none.
    """
    seen = dict.fromkeys(sights_in("".join(_texts_in(drawn))))
    return [
        {"file": names.get(each.digest), "sha256": each.digest, "words": each.words}
        for each in seen
    ]


def _texts_in(drawn: object) -> Iterator[str]:
    """All texts of a question, whatever its type."""
    if isinstance(drawn, str):
        yield drawn
    elif isinstance(drawn, Mapping):
        yield from (text for each in drawn.values() for text in _texts_in(each))
    elif isinstance(drawn, list | tuple):
        yield from (text for each in drawn for text in _texts_in(each))
