"""Which files a module may bring along: pictures, sound, film, and the text beside them."""

import re
from pathlib import PurePosixPath

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
}
LARGEST = 10 * 1024 * 1024
FOLDER = "media/"
_NAME = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


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
