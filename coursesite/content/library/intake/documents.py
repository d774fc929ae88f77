"""Documents, transcripts and captions that were sent: are they what they say?"""

import io
import re
import zipfile

from coursesite.content.rules.media import TYPES
from coursesite.errors import Invalid, said

MOST_ENTRIES = 5_000
_ACTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFile)\b")
_UNLIKE = said(
    "This document is not what its name says, or it is cut off. Send PDF, Word, Excel, PowerPoint "
    "or OpenDocument."
)
_ACTIVE = said("This document can run something or holds other files. Save a copy without macros.")


def checked_document(content: bytes, suffix: str) -> bytes:
    """The same document; Invalid if it is something else, or could run something."""
    if suffix == ".pdf":
        _check_pdf(content)
    else:
        _check_office(content, suffix)
    return content


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise Invalid(_UNLIKE)
    if _ACTS.search(content):
        raise Invalid(_ACTIVE)


def _check_office(content: bytes, suffix: str) -> None:
    """Its own list of contents names its type; nothing of it is unpacked but that."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            listed = "mimetype" if suffix.startswith(".od") else "[Content_Types].xml"
            if listed not in names or len(names) > MOST_ENTRIES:
                raise Invalid(_UNLIKE)
            with packed.open(listed) as file:
                told = file.read(200_000).decode("utf-8", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise Invalid(_UNLIKE) from None
    if not content.startswith(b"PK") or TYPES[suffix] not in told:
        raise Invalid(_UNLIKE)
    if any(re.search(r"vbaProject|/?Basic/|macrosheets|\.(?:exe|js|vbs)$", name) for name in names):
        raise Invalid(_ACTIVE)


_SUBRIP = re.compile(r"^(\d+:\d\d:\d\d),(\d{3} --> \d+:\d\d:\d\d),(\d{3})", re.M)


def as_captions(text: str) -> str:
    """Captions as WebVTT, where they were made as SubRip, which most programs write."""
    if not _SUBRIP.search(text):
        return text
    return "WEBVTT\n\n" + _SUBRIP.sub(r"\1.\2.\3", text).lstrip("\ufeff \n")


def checked_text(content: bytes, suffix: str) -> bytes:
    """Captions (WebVTT) or a transcript, in UTF-8 with line ends as in Unix."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("This text is not in UTF-8: save it again as UTF-8, then send it.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
    if "\0" in text or not text.strip():
        raise Invalid("This text is empty, or is no text.")
    if suffix == ".vtt" and not (text.startswith("WEBVTT") and "-->" in text):
        raise Invalid(
            "These are no captions in WebVTT: the text begins with WEBVTT, and each caption has "
            "its times on the line above it, such as 00:01.000 --> 00:04.000."
        )
    return text.encode()
