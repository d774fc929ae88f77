"""Questions in the files of other systems: GIFT, Aiken and Moodle XML, in and out."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from coursesite.interop.library.aiken import read_aiken, write_aiken
from coursesite.interop.library.bank import Plan, planned, read_bank
from coursesite.interop.library.decoding import plain_text, text_of
from coursesite.interop.library.gift import read_gift
from coursesite.interop.library.gift_out import write_gift
from coursesite.interop.library.imported import BadFile, Imported, Note
from coursesite.interop.library.moodle import read_moodle
from coursesite.interop.library.moodle_out import write_moodle
from coursesite.quizzes.questions.written import Written

__all__ = [
    "SUFFIXES",
    "BadFile",
    "Format",
    "Imported",
    "Note",
    "Plan",
    "guessed",
    "planned",
    "read_bank",
    "read_questions",
    "text_of",
    "write_questions",
]


class Format(StrEnum):
    """A way in which other systems write questions."""

    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle-xml"


SUFFIXES: Mapping[Format, str] = {
    Format.GIFT: ".gift.txt",
    Format.AIKEN: ".aiken.txt",
    Format.MOODLE_XML: ".xml",
}
_READERS: Mapping[Format, Callable[[str, Imported], None]] = {
    Format.GIFT: read_gift,
    Format.AIKEN: read_aiken,
    Format.MOODLE_XML: read_moodle,
}
_WRITERS: Mapping[Format, Callable[[Sequence[Written]], tuple[str, list[Note]]]] = {
    Format.GIFT: write_gift,
    Format.AIKEN: write_aiken,
    Format.MOODLE_XML: write_moodle,
}


def guessed(text: str) -> Format:
    """The format that a text looks like."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return Format.MOODLE_XML
    return Format.AIKEN if re.search(r"^\s*(?i:answer):", text, re.MULTILINE) else Format.GIFT


def read_questions(text: str, form: Format | None = None, *, objective: int = 1) -> Imported:
    """What a foreign text gives; `objective` is for questions that do not say theirs."""
    plain = plain_text(text)
    imported = Imported(objective)
    _READERS[form or guessed(plain)](plain, imported)
    return imported


def write_questions(questions: Sequence[Written], form: Format) -> tuple[str, list[Note]]:
    """The questions in that format, and a note on each thing that does not fit."""
    return _WRITERS[form](questions)
