"""Questions of an author's file as forms; the file stays what counts, and keeps its shape."""

from coursesite.authoring.library.questions.aiming import aimed_anew, aimed_at
from coursesite.authoring.library.questions.entries import (
    Entry,
    Unreadable,
    entries_in,
    every,
    get_entry,
    ids_in,
    read_data,
    with_question,
    words,
)
from coursesite.authoring.library.questions.filling import Writing, filled, lasting_ids
from coursesite.authoring.library.questions.moving import moved, with_copy, without
from coursesite.authoring.library.questions.sending import number, one, sheet_sent
from coursesite.authoring.library.questions.sheet import Row, Sheet, sheet_of
from coursesite.authoring.library.questions.tagging import lessons_of, tagged
from coursesite.authoring.library.rows import Form

__all__ = [
    "Entry",
    "Form",
    "Row",
    "Sheet",
    "Unreadable",
    "Writing",
    "aimed_anew",
    "aimed_at",
    "entries_in",
    "every",
    "filled",
    "get_entry",
    "ids_in",
    "lasting_ids",
    "lessons_of",
    "moved",
    "number",
    "one",
    "read_data",
    "sheet_of",
    "sheet_sent",
    "tagged",
    "with_copy",
    "with_question",
    "without",
    "words",
]
