"""HTML in pieces: what many pages share is kept, also as it is sent compressed.

Each piece is compressed once and by itself, ending on a whole byte and referring to nothing before
it, so that a page's compressed body is its pieces one after the other. What differs from person to
person stands between them as it is: it is never compressed together with anything, so that the
length of a page tells nothing about what is in it.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from markupsafe import Markup, escape

_RAW_DEFLATE = -15
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_END = b"\x03\x00"
_LONGEST_STORED = 0xFFFF


class Piece:
    """A stretch of HTML without anything of one person."""

    def __init__(self, html: str) -> None:
        self.raw = html.encode()

    def __str__(self) -> str:
        return self.raw.decode()

    @cached_property
    def packed(self) -> bytes:
        """Deflated (RFC 1951) to whole bytes, without an end."""
        packer = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
        return packer.compress(self.raw) + packer.flush(zlib.Z_FULL_FLUSH)


Part = Piece | str
"""What is kept, or what is put in for one reader: HTML, or escaped words."""

Fill = str | Sequence[Part]
"""What is put into a slot."""


class Template:
    """HTML with named slots, cut once at them."""

    def __init__(self, html: str, slots: re.Pattern[str]) -> None:
        cut = slots.split(html)
        self.pieces = [Piece(text) for text in cut[::2]]
        self.slots = cut[1::2]

    def filled(self, fill: Callable[[str], Fill]) -> list[Part]:
        """The parts for one reader; words are escaped, parts are taken as they are."""
        parts: list[Part] = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            put = fill(slot)
            if isinstance(put, str):
                parts.append(escape(put))
            else:
                parts.extend(put)
            parts.append(piece)
        return parts


def joined(parts: Iterable[Part]) -> Markup:
    return Markup("".join(map(str, parts)))  # noqa: S704 - pieces are rendered, the rest escaped


def plain(parts: Iterable[Part]) -> bytes:
    """The body of a page, for whoever cannot read it compressed."""
    return b"".join(part.raw if isinstance(part, Piece) else part.encode() for part in parts)


def gzipped(parts: Iterable[Part]) -> bytes:
    """The body of a page in gzip's format (RFC 1952)."""
    packed, checksum, length = [_HEAD], 0, 0
    for part in parts:
        if isinstance(part, Piece):
            raw = part.raw
            packed.append(part.packed)
        else:
            raw = part.encode()
            packed.append(_stored(raw))
        checksum = zlib.crc32(raw, checksum)
        length += len(raw)
    packed += (_END, struct.pack("<LL", checksum, length & 0xFFFFFFFF))
    return b"".join(packed)


def _stored(raw: bytes) -> bytes:
    """Uncompressed blocks of deflate: a mark, the length, its complement, and the bytes."""
    blocks: list[bytes] = []
    for at in range(0, len(raw), _LONGEST_STORED):
        block = raw[at : at + _LONGEST_STORED]
        blocks += (struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF), block)
    return b"".join(blocks)
