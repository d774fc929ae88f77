"""Files that authors send: each is checked by what is in it, and made harmless."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from coursesite.content.library.intake.documents import (
    as_captions,
    checked_document,
    checked_text,
)
from coursesite.content.library.intake.drawings import redrawn
from coursesite.content.library.intake.pictures import repainted
from coursesite.content.library.intake.recordings import checked_recording
from coursesite.content.rules.media import FOLDER, MEGABYTE, TYPES, Limits, MediaKind, kind_of
from coursesite.errors import Invalid

__all__ = ["Taken", "as_captions", "checked_text", "refuse_size", "safe_name", "take_in"]

LONGEST_NAME = 60


@dataclass(frozen=True)
class Taken:
    """A file as it is kept, under a name such as `media/door.jpg`; what was left out of it."""

    name: str
    content: bytes
    left_out: tuple[str, ...] = ()


def take_in(name: str, content: bytes, limits: Limits, like: str = "") -> Taken:
    """What was sent under this name, checked and made harmless; Invalid says why it is not taken.

    A picture gets the ending of what it is, whatever its name says; or it is made one `like` the
    file of that name.
    """
    name = safe_name(name)
    suffix, kind = PurePosixPath(name).suffix, kind_of(name)
    if kind is None:
        known = ", ".join(each.removeprefix(".") for each in TYPES)
        raise Invalid(
            "%(name)s is of a type that is not shown here. Send one of these: %(known)s.",
            name=name,
            known=known,
        )
    refuse_size(kind, len(content), limits)
    if kind is MediaKind.PICTURE:
        picture = repainted(content, PurePosixPath(like).suffix)
        return Taken(FOLDER + name.removesuffix(suffix) + picture.suffix, picture.content)
    if kind is MediaKind.DRAWING:
        drawing, left_out = redrawn(content)
        return Taken(FOLDER + name, drawing, tuple(left_out))
    if kind is MediaKind.DOCUMENT:
        return Taken(FOLDER + name, checked_document(content, suffix))
    if kind is MediaKind.TEXT:
        return Taken(FOLDER + name, checked_text(content, suffix))
    return Taken(FOLDER + name, checked_recording(content, suffix))


def refuse_size(kind: MediaKind, size: int, limits: Limits) -> None:
    if not size:
        raise Invalid("This file is empty.")
    if size > limits.of(kind):
        raise Invalid(
            "This file has %(size)s MB. A file of its kind may have %(most)d MB: make it smaller, "
            "then send it again.",
            size=round(size / MEGABYTE, 1),
            most=limits.of(kind) // MEGABYTE,
        )


def safe_name(name: str) -> str:
    """A name that is an address, in small letters: nothing is left of folders and odd signs."""
    base = re.split(r"[/\\]", name)[-1]
    plain = unicodedata.normalize("NFKD", base).encode("ascii", "ignore").decode().lower()
    stem, dot, suffix = plain.rpartition(".")
    stem = re.sub(r"[^a-z0-9]+", "-", stem if dot else plain).strip("-")[:LONGEST_NAME].strip("-")
    ending = re.sub(r"[^a-z0-9]", "", suffix) if dot else ""
    return f"{stem or 'file'}.{ending}" if ending else stem or "file"
