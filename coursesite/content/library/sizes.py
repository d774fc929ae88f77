"""How wide and high a picture or a drawing is, from its first bytes: nothing is decoded."""

import re
from collections.abc import Mapping
from contextlib import suppress
from xml.parsers import expat

from coursesite.content.library.intake.looking import sides_of_picture
from coursesite.content.rules.media import MediaKind, Size, kind_of

HEAD = 64 * 1024
"""How much of a file is looked at: what else a program wrote into it may stand before its size."""

_WIDTH_OF_TEXT = 1280
_LARGEST = 65_535
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(px|mm|cm|in|pt|pc)?\s*")
_POINTS = {
    "": 1.0,
    "px": 1.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "pt": 4 / 3,
    "pc": 16.0,
}


def size_in(name: str, head: bytes) -> Size | None:
    """Of a file with a name such as `media/door.jpg` that begins so; None if it is not told."""
    kind = kind_of(name)
    if kind is MediaKind.PICTURE:
        return _size(*sides_of_picture(head))
    return _of_drawing(head) if kind is MediaKind.DRAWING else None


def _size(width: float, height: float) -> Size | None:
    """In whole points, unless nothing would be seen of it."""
    sides = round(width), round(height)
    return Size(*sides) if min(sides) >= 1 and max(sides) <= _LARGEST else None


def _of_drawing(head: bytes) -> Size | None:
    """What the drawing says of itself; without that, it is as wide as the text around it."""
    root = _root_of(head)
    width, height = (_length(root.get(side, "")) for side in ("width", "height"))
    if width and height:
        return _size(width, height)
    frame = [_length(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip())[2:]]
    if len(frame) != 2 or not all(frame):  # noqa: PLR2004 - a width and a height
        return None
    across, down = (side or 1 for side in frame)
    if height:
        return _size(height * across / down, height)
    width = width or _WIDTH_OF_TEXT
    return _size(width, width * down / across)


def _length(text: str) -> float:
    """In points of the page; 0 for what is a share of something, or is no length."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _POINTS[found[2] or ""] if found else 0


def _root_of(head: bytes) -> Mapping[str, str]:
    """The attributes of the tag that the drawing begins with."""
    found: list[Mapping[str, str]] = []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        if not found:
            found.append(attributes if name.rpartition(":")[2] == "svg" else {})

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    with suppress(expat.ExpatError):  # what stands before a fault is enough
        parser.Parse(head, False)
    return found[0] if found else {}
