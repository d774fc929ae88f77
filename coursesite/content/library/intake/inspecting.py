"""Files that lie in a folder, looked at like those that authors send, and left as they are.

What is pushed keeps its bytes, as its digest names them. So it must be what would be kept of it if
it were sent; `cleaned` makes it so, in the folder, when its author asks for it.
"""

from pathlib import PurePosixPath

from coursesite.content.library.intake.documents import checked_document, checked_text
from coursesite.content.library.intake.looking import fault_of_picture
from coursesite.content.library.intake.pictures import repainted
from coursesite.content.library.intake.recordings import checked_recording
from coursesite.content.rules.media import MediaKind, kind_of
from coursesite.errors import Invalid

CLEANS = "coursesite content clean-media"
CLEANED = frozenset({MediaKind.PICTURE, MediaKind.SOUND, MediaKind.FILM})
_TELLS = (
    "this recording holds what a device or a program wrote into it, such as who made it and where: "
    f"save it without that ('{CLEANS}' does it)"
)


def fault_of_file(name: str, content: bytes) -> str | None:
    """Why this file may not be published, with what would be right; None if it may.

    Drawings are looked at line by line elsewhere.
    """
    kind, suffix = kind_of(name), PurePosixPath(name).suffix.lower()
    if kind is MediaKind.PICTURE:
        return fault_of_picture(name, content)
    try:
        if kind in {MediaKind.SOUND, MediaKind.FILM}:
            return None if checked_recording(content, suffix) == content else _TELLS
        if kind is MediaKind.DOCUMENT:
            checked_document(content, suffix)
        elif kind is MediaKind.TEXT:
            checked_text(content, suffix)
    except Invalid as refusal:
        return refusal.message[:1].lower() + refusal.message[1:].removesuffix(".")
    return None


def cleaned(name: str, content: bytes) -> bytes:
    """What would be kept of a picture, sound or film if it were sent; Invalid if nothing would."""
    suffix = PurePosixPath(name).suffix.lower()
    if kind_of(name) is MediaKind.PICTURE:
        return repainted(content, suffix).content
    return checked_recording(content, suffix)
