"""Pictures that were sent, and smaller copies: painted anew in a process of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from coursesite.errors import Invalid, said

SCRIPT = Path(__file__).with_name("repaint.py")
SECONDS = 30

FORMS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}

_one_at_a_time = Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept; `suffix` says what it is."""

    content: bytes
    suffix: str
    width: int
    height: int


def repainted(content: bytes, suffix: str = "") -> Picture:
    """The same picture upright, at most as wide as it is shown, without what a camera adds to it.

    It is saved as what the suffix says, or else as what suits it.
    Invalid, with a sentence, for what is no picture or is none that is taken.
    """
    about, data = _painted(content, FORMS.get(suffix, ""))
    return Picture(
        data, suffix if suffix in FORMS else about["suffix"], about["width"], about["height"]
    )


@dataclass(frozen=True)
class Copy:
    """A smaller copy of a picture; without content, none is worth it."""

    width: int
    mimetype: str = ""
    content: bytes = b""


def narrowed(content: bytes, widths: Sequence[int]) -> list[Copy]:
    """Copies of a picture that was looked into, so many points wide; Invalid as `repainted` is."""
    if not widths:
        return []
    about, data = _painted(content, "narrower", *map(str, widths))
    return list(_copies(widths, about["made"], data))


def _copies(widths: Sequence[int], made: Sequence[dict[str, Any]], data: bytes) -> Iterator[Copy]:
    at = 0
    for width, each in zip(widths, made, strict=True):
        yield Copy(width, each["mimetype"], data[at : at + each["size"]])
        at += each["size"]


def _painted(content: bytes, *words: str) -> tuple[dict[str, Any], bytes]:
    with _one_at_a_time:
        try:
            done = subprocess.run(  # noqa: S603 - our own script and our own words
                [sys.executable, "-I", str(SCRIPT), *words],
                input=content,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Invalid(_FAULTS["large"]) from None
    head, _, data = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise Invalid(_FAULTS["broken"])
    about: dict[str, Any] = json.loads(head)
    if fault := about.get("fault"):
        raise Invalid(_FAULTS[fault])
    return about, data


_FAULTS = {
    "unknown": said(
        "This file is no picture of a type that is shown here, whatever its name says. Save it "
        "as JPEG, PNG or WebP."
    ),
    "broken": said(
        "This picture cannot be read to its end: it may be cut off. Save it again, then send it."
    ),
    "large": said(
        "This picture has more than 40 million points, or takes too long to be read. Make it "
        "smaller: 1,280 points across are shown at most."
    ),
    "moving": said(
        "This picture moves, which distracts readers. Save one frame of it, or send it as a film "
        "with captions."
    ),
}
