"""How a text of an archive stands to the same text here."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

EXPORT_ARCHIVE = "export-archive"
"""The long work that writes the whole course."""
IMPORT_ARCHIVE = "import-archive"
"""The long work that brings one in."""
BRING_FOLDER = "bring-folder"
"""The long work that makes a module of a folder of Markdown."""

KEEP_UPLOADS = timedelta(days=2)
"""So long a file that was sent is kept to be brought in, and what became of it to be read."""


class UploadKind(StrEnum):
    """What somebody sent."""

    ARCHIVE = "archive"
    FOLDER = "folder"


class Standing(StrEnum):
    """What an archive's text is to this site."""

    NEW = "new"
    SAME = "same"
    NEWER = "newer"
    OLDER = "older"
    CONFLICT = "conflict"


def standing(
    here: str | None, there: str, ever_here: Collection[str], ever_there: Collection[str]
) -> Standing:
    """By the digests that are live, and all that ever were.

    Newer is what grew out of what is live here; older, what was live here once. What both sides
    changed since they had the same is a conflict.
    """
    if here is None:
        return Standing.NEW
    if here == there:
        return Standing.SAME
    if here in ever_there:
        return Standing.NEWER
    return Standing.OLDER if there in ever_here else Standing.CONFLICT
