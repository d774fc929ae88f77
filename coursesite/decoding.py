"""Which letters the bytes of a sent file mean: as its sender says, or where only one way fits."""

import codecs
import re
from collections import Counter
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from coursesite.errors import Invalid


class Letters(StrEnum):
    """How letters are kept as bytes; the single-byte ones as their Windows or Mac has them."""

    UNSAID = "unsaid"
    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WESTERN = "cp1252"
    CENTRAL = "cp1250"
    CYRILLIC = "cp1251"
    GREEK = "cp1253"
    TURKISH = "cp1254"
    BALTIC = "cp1257"
    DOS = "cp850"
    MAC = "mac-roman"


MARKS = {
    codecs.BOM_UTF8: Letters.UTF_8,
    codecs.BOM_UTF16_LE: Letters.UTF_16,
    codecs.BOM_UTF16_BE: Letters.UTF_16,
}
SAMPLE = 12
LOOKED_AT = 500
"""Of so many lines with such letters the words are counted."""

_BEYOND_ASCII = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*(?:[ '\u2019-][^\W\d_]+)?")
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


class Undecoded(Invalid):
    """The bytes are no text in any way that can be told, or not in the way that was said."""


class Read(NamedTuple):
    """The text, and how its letters were kept; never UNSAID."""

    text: str
    letters: Letters


def decoded(data: bytes, said: Letters = Letters.UNSAID) -> Read:
    """By its mark, as UTF-8, as was said, or else as Windows keeps Western letters.

    The last is taken only where nothing in it is UTF-8, and every byte means a letter there.
    """
    marked = next((letters for mark, letters in MARKS.items() if data.startswith(mark)), None)
    if marked:
        return Read(_as(data, marked), marked)
    if said is not Letters.UNSAID:
        return Read(_as(data, said), said)
    try:
        return Read(data.decode("utf-8"), Letters.UTF_8)
    except UnicodeDecodeError as error:
        return Read(_western(data, error), Letters.WESTERN)


def _western(data: bytes, error: UnicodeDecodeError) -> str:
    line = data[: error.start].count(b"\n") + 1
    if _SEQUENCE.search(data):
        raise Undecoded(
            "Line %(line)d is not UTF-8 text, though other lines are. Save the file as "
            "“CSV UTF-8”, or say how its letters are kept.",
            line=line,
        )
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as other:
        raise Undecoded(
            "Line %(line)d is neither UTF-8 nor Windows text of Western Europe. Save the file as "
            "“CSV UTF-8”, or say how its letters are kept.",
            line=data[: other.start].count(b"\n") + 1,
        ) from None


def _as(data: bytes, letters: Letters) -> str:
    try:
        return data.decode("utf-8-sig" if letters is Letters.UTF_8 else letters)
    except UnicodeDecodeError as error:
        raise Undecoded(
            "Line %(line)d is not text whose letters are kept so. Save the file as “CSV UTF-8”, "
            "or say otherwise how its letters are kept.",
            line=data[: error.start].count(b"\n") + 1,
        ) from None


def legible(data: bytes, letters: Letters) -> str:
    """The text as far as it can be read, for whoever looks for something in it."""
    try:
        return decoded(data, letters).text
    except Undecoded:
        return data.decode("utf-8", "replace")


def words_beyond_ascii(text: str) -> list[str]:
    """Some of the words whose letters depend on how they are kept, the commonest first."""
    telling = islice((line for line in text.splitlines() if not line.isascii()), LOOKED_AT)
    found = Counter(match[0] for line in telling for match in _BEYOND_ASCII.finditer(line[:2000]))
    return [word[:60] for word, _number in found.most_common(SAMPLE)]
