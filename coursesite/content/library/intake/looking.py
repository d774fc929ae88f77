"""Pictures that lie in a folder, looked at without being decoded: what they are, what they tell.

What authors send to the site is painted anew. What is pushed from a folder stays as it is, byte
for byte, as its digest names it: so it must be what painting anew would leave.
"""

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

MOST_POINTS = 40_000_000

_UNKNOWN = "this is no JPEG, PNG or WebP picture, whatever its name says: save it as one"
_LARGE = "this picture has more than 40 million points: 1,280 across are shown at most"
_MOVES = "this picture moves: save one frame of it, or make it a film with captions"
_CUT = "this picture cannot be read to its end, or has more behind it: save it again"
_TELLS = (
    "this picture holds what a camera or a program wrote into it, such as place and time: save it "
    "without that ('coursesite content clean-media' does it)"
)
_ENDINGS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WebP": (".webp",)}


class _Told:
    """What was found in a picture."""

    def __init__(self) -> None:
        self.sides = (0, 0)
        self.moves = False
        self.tells = False
        self.whole = False

    @property
    def points(self) -> int:
        return self.sides[0] * self.sides[1]

    def shows(self, width: int, height: int) -> None:
        """Of several pictures in a file, the largest counts."""
        if width * height > self.points:
            self.sides = (width, height)

    def fault(self) -> str | None:
        faults = {
            _LARGE: self.points > MOST_POINTS,
            _MOVES: self.moves,
            _CUT: not self.whole,
            _TELLS: self.tells,
        }
        return next((sentence for sentence, is_so in faults.items() if is_so), None)


def fault_of_picture(name: str, content: bytes) -> str | None:
    """Why this picture may not be published, with what would be right; None if it may."""
    form = _form_of(content)
    if form is None:
        return _UNKNOWN
    endings = _ENDINGS[form]
    if PurePosixPath(name).suffix.lower() not in endings:
        return f"this picture is a {form}, and its name says otherwise: name it {endings[0]}"
    return _told_by(content, form).fault()


def sides_of_picture(head: bytes) -> tuple[int, int]:
    """How many points a picture that begins so has across and down; none if it does not say."""
    form = _form_of(head)
    return _told_by(head, form).sides if form else (0, 0)


def _told_by(content: bytes, form: str) -> _Told:
    told = _Told()
    try:
        _READERS[form](content, told)
    except (struct.error, IndexError):
        told.whole = False
    return told


def _form_of(content: bytes) -> str | None:
    """By its first bytes."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    return "WebP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


_PNG_TELLS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


def _png(content: bytes, told: _Told) -> None:
    at = 8
    while at < len(content) and not told.whole:
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", content, at + 8)
            told.shows(width, height)
        told.moves |= kind == b"acTL"
        told.tells |= kind in _PNG_TELLS
        at += 12 + size
        told.whole = kind == b"IEND" and at == len(content)


_END, _SCAN, _COLOURS, _ADOBE, _COMMENT = 0xD9, 0xDA, 0xE2, 0xEE, 0xFE
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_TELLS = frozenset({*range(0xE1, 0xF0), _COMMENT} - {_COLOURS, _ADOBE})
_ICC = b"ICC_PROFILE\0"
# Among the points, 0xFF is followed by 0, by a sign to begin anew, or by more of itself.
_NEXT = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def _jpeg(content: bytes, told: _Told) -> None:
    for marker, start in _segments(content):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, start + 1)
            told.shows(width, height)
        told.tells |= marker in _JPEG_TELLS
        told.tells |= marker == _COLOURS and not content.startswith(_ICC, start)
        told.whole = marker == _END and start == len(content)


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Each marker up to the first end of the picture, with where its data begin."""
    at = 2
    while found := _NEXT.search(content, at):
        marker, start = found[0][-1], found.end()
        if marker == _END:
            yield marker, start
            return
        (size,) = struct.unpack_from(">H", content, start)
        yield marker, start + 2
        at = start + size


def _webp(content: bytes, told: _Told) -> None:
    at = 12
    (size,) = struct.unpack_from("<I", content, 4)
    while at < len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        told.shows(*_SIDES.get(kind, _no_sides)(content, at + 8))
        told.moves |= kind in {b"ANIM", b"ANMF"}
        told.tells |= kind in {b"EXIF", b"XMP "}
        at += 8 + length + length % 2
    told.whole = at == len(content) == size + 8


def _of_canvas(content: bytes, at: int) -> tuple[int, int]:
    width, height = (int.from_bytes(content[at + n : at + n + 3], "little") for n in (4, 7))
    return 1 + width, 1 + height


def _of_lossless(content: bytes, at: int) -> tuple[int, int]:
    bits = int.from_bytes(content[at + 1 : at + 5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _of_lossy(content: bytes, at: int) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, at + 6)
    return int(width & 0x3FFF), int(height & 0x3FFF)


def _no_sides(_content: bytes, _at: int) -> tuple[int, int]:
    return 0, 0


_SIDES = {b"VP8X": _of_canvas, b"VP8L": _of_lossless, b"VP8 ": _of_lossy}
_READERS: dict[str, Callable[[bytes, _Told], None]] = {"PNG": _png, "JPEG": _jpeg, "WebP": _webp}
