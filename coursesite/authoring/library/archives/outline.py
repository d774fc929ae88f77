"""What an archive holds, in few words: enough to say how its texts stand to those here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter

from coursesite.authoring.library.archives.format import ArchiveContent
from coursesite.authoring.rules import TextId
from coursesite.content.rules import without_cited
from coursesite.revisions.rules import digest_of


@dataclass(frozen=True)
class OutlinedText:
    """A text that is live there, and the digests of all its revisions.

    `written` is that of what authors wrote of it: without what it cites.
    """

    text: TextId
    title: str
    digest: str
    digests: tuple[str, ...]
    written: str = ""


@dataclass(frozen=True)
class Outline:
    """An archive without what is in its files."""

    site: str
    made_at: datetime
    texts: tuple[OutlinedText, ...]
    revisions: int
    media: int

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        outline: Self = _adapter().validate_python(plain)
        return outline


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Outline)


def outline_of(content: ArchiveContent) -> Outline:
    digests: dict[TextId, list[str]] = {}
    titles: dict[tuple[TextId, str], str] = {}
    for each in content.revisions:
        digests.setdefault(each.text, []).append(each.digest)
        titles[each.text, each.digest] = each.title
    texts = tuple(
        OutlinedText(
            text,
            titles[text, digest],
            digest,
            tuple(digests[text]),
            digest_of(without_cited(content.revision(text).files)),
        )
        for text, digest in sorted(content.live.items())
    )
    return Outline(content.site, content.made_at, texts, len(content.revisions), len(content.media))
