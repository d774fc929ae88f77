"""A course as one archive, with its media and its history; folders of Markdown from anywhere."""

from coursesite.authoring.library.archives.foreign import (
    Brought,
    bring_markdown,
    take_pictures_in,
)
from coursesite.authoring.library.archives.format import (
    ArchiveContent,
    KeptFile,
    KeptPublication,
    KeptRevision,
    read_archive,
    write_archive,
)
from coursesite.authoring.library.archives.outline import Outline, outline_of
from coursesite.authoring.library.archives.unpacking import Packed, folder_files, open_packed

__all__ = [
    "ArchiveContent",
    "Brought",
    "KeptFile",
    "KeptPublication",
    "KeptRevision",
    "Outline",
    "Packed",
    "bring_markdown",
    "folder_files",
    "open_packed",
    "outline_of",
    "read_archive",
    "take_pictures_in",
    "write_archive",
]
