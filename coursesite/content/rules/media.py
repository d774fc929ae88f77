"""Which files a module may bring along, and which of them a revision shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

MEGABYTE = 1024 * 1024
PART = 512 * 1024
"""How much of a file is kept in one piece, and read at once."""


class MediaKind(StrEnum):
    """What a file is to a learner."""

    PICTURE = "picture"
    DRAWING = "drawing"
    SOUND = "sound"
    FILM = "film"
    DOCUMENT = "document"
    TEXT = "text"
    """A transcript or captions, which lie beside sound or film."""


TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}
_KINDS = {
    "image/svg+xml": MediaKind.DRAWING,
    "image": MediaKind.PICTURE,
    "audio": MediaKind.SOUND,
    "video": MediaKind.FILM,
    "text": MediaKind.TEXT,
    "application": MediaKind.DOCUMENT,
}
BESIDE = {".mp3": ".txt", ".ogg": ".txt", ".m4a": ".txt", ".mp4": ".vtt", ".webm": ".vtt"}
"""What lies beside sound, a transcript, and beside film, its captions."""

FOLDER = "media/"
SUMS = "media.sha256"
"""The file of a revision that says which media it shows, as `sha256sum` writes it."""

_NAME = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SUM = re.compile(r"([0-9a-f]{64})  (media/[A-Za-z0-9][A-Za-z0-9._-]{0,99})")


@dataclass(frozen=True)
class Limits:
    """How many megabytes a file of each kind may have at most."""

    picture: int = 10
    sound: int = 20
    film: int = 40
    document: int = 10

    def of(self, kind: MediaKind) -> int:
        """In bytes."""
        most = {
            MediaKind.SOUND: self.sound,
            MediaKind.FILM: self.film,
            MediaKind.DOCUMENT: self.document,
            MediaKind.TEXT: 1,
        }
        return most.get(kind, self.picture) * MEGABYTE

    @property
    def largest(self) -> int:
        """The most that a file of any kind may have, in bytes."""
        return max(self.picture, self.sound, self.film, self.document) * MEGABYTE


USUAL = Limits()


@dataclass(frozen=True)
class Size:
    """How wide and high a picture is, in points."""

    width: int
    height: int

    def height_at(self, width: int) -> int:
        """Of the whole picture where it is shown as wide as this."""
        return max(1, round(width * self.height / self.width))


WIDTHS = (480, 960)
"""How wide smaller copies of a picture are: as wide as lessons show it, on a usual screen and on a
sharp one."""

_WORTH = 1.1


def narrower_than(size: Size) -> tuple[int, ...]:
    """How wide the smaller copies of such a picture are; none of one that is hardly wider."""
    return tuple(width for width in WIDTHS if size.width >= _WORTH * width)


@dataclass(frozen=True)
class MediaShown:
    """What a text may show: the digests of files by their names, sizes of pictures by digest."""

    digests: Mapping[str, str]
    sizes: Mapping[str, Size] = field(default_factory=dict)

    def size_of(self, name: str) -> Size | None:
        return self.sizes.get(self.digests.get(name, ""))


def fault_of(name: str) -> str | None:
    """Why a file with a name such as `media/door.svg` is not taken, or None."""
    if not _NAME.fullmatch(name):
        return f"{name} has a name that is no address: use letters, digits, . _ - and no folder"
    if mimetype_of(name) is None:
        known = ", ".join(TYPES)
        return f"{name} is of a type that is not shown here: use one of {known}"
    return None


def mimetype_of(name: str) -> str | None:
    return TYPES.get(PurePosixPath(name).suffix.lower())


def kind_of(name: str) -> MediaKind | None:
    """What a file of this name is, by its ending; None for what is not taken."""
    mimetype = mimetype_of(name)
    if mimetype is None:
        return None
    return _KINDS.get(mimetype) or _KINDS[mimetype.partition("/")[0]]


def beside(name: str) -> str | None:
    """The name of the transcript or the captions that this sound or film must have."""
    path = PurePosixPath(name)
    ending = BESIDE.get(path.suffix.lower())
    return str(path.with_suffix(ending)) if ending else None


def sums_of(media: Mapping[str, str]) -> str:
    """The digests of media by names such as `media/door.svg`, as a file of a revision."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(media.items()))


def media_in_sums(text: str) -> dict[str, str]:
    """The digests by name; what is no line of such a file is passed over."""
    found = (_SUM.fullmatch(line) for line in text.splitlines())
    return {line[2]: line[1] for line in found if line}


NAMELESS = "asked"
"""Stands for the name of any file in the addresses of what questions show: a name such as
`right-answer.png` would tell the answer.
"""


def nameless(name: str) -> str:
    """A name for the address that tells of the file's type alone."""
    return FOLDER + NAMELESS + PurePosixPath(name).suffix


def is_nameless(name: str) -> bool:
    return PurePosixPath(name).stem == NAMELESS


def address_of(slug: str, name: str, digest: str) -> str:
    """Where a file such as `media/door.svg` is shown; without a digest, as it was first."""
    file = name.removeprefix(FOLDER)
    return f"/modules/{slug}/media/{digest}/{file}" if digest else f"/modules/{slug}/media/{file}"


def narrower_address(address: str, width: int) -> str:
    """Where a smaller copy of the picture at this address is shown."""
    folder, _, file = address.rpartition("/")
    return f"{folder}/{width}/{file}"
