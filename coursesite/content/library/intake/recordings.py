"""Sound and film that were sent: are they what they say, and do they tell where they were made?"""

import re
from collections.abc import Iterator

from coursesite.errors import Invalid, said

TELLING = (b"udta", b"meta", b"uuid")  # in MP4: titles, the camera, the place
HOLDING = (b"moov", b"trak")
_HEAD, _LONG_HEAD = 8, 16
_FRAME = re.compile(rb"\xff[\xe0-\xff]")
_UNLIKE = said(
    "This file is not what its name says, or it is cut off. Send sound as MP3, M4A or Ogg, film "
    "as MP4 or WebM."
)


def checked_recording(content: bytes, suffix: str) -> bytes:
    """The same recording without its notes on who made it where; Invalid if it is something else.

    Sound and pictures themselves are not touched.
    """
    readers = {".mp3": _mp3, ".m4a": _mp4, ".mp4": _mp4, ".ogg": _ogg, ".webm": _webm}
    checked = readers[suffix](content)
    if checked is None:
        raise Invalid(_UNLIKE)
    return checked


def _mp3(content: bytes) -> bytes | None:
    """Without the tags before (ID3v2) and after (ID3v1) the sound."""
    if content.startswith(b"ID3") and len(content) > _HEAD + 2:
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte & 0x7F
        content = content[10 + size :].lstrip(b"\0")
    if content[-128:].startswith(b"TAG"):
        content = content[:-128]
    return content if _FRAME.match(content) and len(content) > _HEAD else None


def _ogg(content: bytes) -> bytes | None:
    return content if content.startswith(b"OggS") else None


def _webm(content: bytes) -> bytes | None:
    return content if content.startswith(b"\x1aE\xdf\xa3") and b"webm" in content[:64] else None


def _mp4(content: bytes) -> bytes | None:
    """With the boxes that tell something emptied: all others stay at their places."""
    if content[4:8] != b"ftyp":
        return None
    changed = bytearray(content)
    kinds = set()
    for kind, start, head, end in _boxes(content, 0, len(content)):
        if end > len(content):
            return None
        kinds.add(kind)
        _empty(changed, content, (kind, start, head, end))
    return bytes(changed) if {b"moov", b"mdat"} <= kinds or b"moof" in kinds else None


Box = tuple[bytes, int, int, int]


def _boxes(content: bytes, at: int, end: int) -> Iterator[Box]:
    """Each box of a stretch: its kind, where it starts, how long its head is, where it ends."""
    while at + _HEAD <= end:
        size, kind, head = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], _HEAD
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), _LONG_HEAD
        elif size == 0:
            size = end - at
        if size < head:
            yield kind, at, head, len(content) + 1
            return
        yield kind, at, head, at + size
        at += size


def _empty(changed: bytearray, content: bytes, box: Box) -> None:
    kind, start, head, end = box
    if kind in TELLING:
        changed[start + 4 : start + 8] = b"free"
        changed[start + head : end] = bytes(end - start - head)
    elif kind in HOLDING:
        for inner in _boxes(content, start + head, end):
            if inner[3] <= end:
                _empty(changed, content, inner)
