"""The bytes of an uploaded file as text, or a sentence on why they are none."""

import codecs
import re

from coursesite.authored import read_text
from coursesite.interop.library.imported import BadFile

LARGEST = 10_000_000
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_KNOWN = frozenset({"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})


def text_of(data: bytes) -> str:
    """UTF-8, or UTF-16 with its mark, or what the head of an XML file says; nothing is guessed."""
    if len(data) > LARGEST:
        raise BadFile("The file is too large: at most %(most)d MB are read.", most=LARGEST // 10**6)
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    declared = _DECLARED.match(data)
    if encoding is None and declared:
        encoding = declared[1].decode().lower()
        if encoding not in _KNOWN:
            raise BadFile("The file is in “%(name)s”: save it as UTF-8.", name=encoding)
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8 text: save it as UTF-8.") from None


def plain_text(text: str) -> str:
    """The text with plain line ends; a character that no text can hold is named with its line."""
    read, problems = read_text(text, "", LARGEST)
    if problems:
        problem = problems[0]
        raise BadFile(
            "Line %(line)d: %(what)s.", line=problem.line, what=problem.message.rstrip(".")
        )
    if not read.strip():
        raise BadFile("There is nothing in it.")
    return read
