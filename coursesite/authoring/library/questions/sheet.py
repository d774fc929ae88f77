"""A question as a form shows it: its fields and rows, and what stays as it is in the text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coursesite.authored.tree import Plain
from coursesite.authored.writing import in_line
from coursesite.authoring.library.questions.entries import Data, Entry, words
from coursesite.quizzes.questions import TYPES, case
from coursesite.quizzes.questions.scoring import Scoring

TEXTS = ("text", "explanation")
LINES = ("accept", "patterns", "others")
YES = ("hold", "match_case", "ignore_accents")
ROWS: Mapping[str, tuple[str, ...]] = {
    "options": ("text", "correct", "feedback"),
    "pairs": ("text", "match"),
    "gaps": ("id", "accept", "among"),
}
"""What a form asks of each row; a row's own id stays as it is, but that of a new gap."""

COMMON = ("text", "objective", "explanation", "sources", "hold")
BY_CASE = ("text", "objective", "hold")


@dataclass(frozen=True)
class Row:
    """One option, pair or gap: its values by key; `number` is its place in the file, from 0."""

    number: int
    values: Mapping[str, str]
    id: str = ""
    correct: bool = False


@dataclass(frozen=True)
class Sheet:
    """What the form shows. `kept` are the keys that it cannot show and leaves alone."""

    entry: Entry
    fields: Mapping[str, str]
    rows_key: str = ""
    rows: Sequence[Row] = ()
    kept: Sequence[str] = field(default=())

    def has(self, key: str) -> bool:
        return key in self.fields


def sheet_of(entry: Entry) -> Sheet:
    """The form of a question of a known type."""
    wanted = keys_of(entry.type)
    shown = {key: text for key in wanted if (text := shown_as(key, entry.data)) is not None}
    rows_key = rows_key_of(entry.type)
    rows = list(_rows(entry.data.get(rows_key), ROWS[rows_key])) if rows_key else []
    fits = _rows_fit(entry.data.get(rows_key), rows_key)
    inner = {"id", "type", "questions"}
    kept = [
        key
        for key in entry.data
        if key not in shown and key not in inner and not (key == rows_key and fits)
    ]
    return Sheet(entry, shown, rows_key if fits else "", rows if fits else (), kept)


def keys_of(kind: str) -> tuple[str, ...]:
    """The fields that a form has for this type, beside its rows."""
    if kind == case.TYPE:
        return BY_CASE
    return (*COMMON, *sorted(TYPES[kind].keys - set(ROWS)))


def rows_key_of(kind: str) -> str:
    keys = TYPES[kind].keys if kind in TYPES else frozenset()
    return next((key for key in ROWS if key in keys), "")


def shown_as(key: str, data: Data) -> str | None:
    """The text of a field; None for a value that a field cannot hold."""
    value = data.get(key)
    if key == "scoring" and value is None:
        return Scoring.ALL_OR_NOTHING.value
    if key == "sources" or key in LINES:
        lines = _lines(value)
        return None if lines is None else (", " if key == "sources" else "\n").join(lines)
    if isinstance(value, list | dict):
        return None
    if isinstance(value, float):
        return in_line(value)
    return words(value)


def _lines(value: Plain) -> list[str] | None:
    """The entries of a list, unless one has several lines."""
    if value is None:
        return []
    if not isinstance(value, list) or any(isinstance(each, list | dict) for each in value):
        return None
    found = [words(each) for each in value]
    fits = all(each.strip() == each and each and "\n" not in each for each in found)
    return found if fits else None


def _rows_fit(value: Plain, rows_key: str) -> bool:
    """Whether each row can be shown whole."""
    if not rows_key:
        return False
    if value is None or value == []:
        return True
    if not isinstance(value, list):
        return False
    return all(isinstance(each, dict) and _row_fits(each) for each in value)


def _row_fits(row: Data) -> bool:
    return all(
        _lines(value) is not None
        if key in {"accept", "among"}
        else not isinstance(value, list | dict)
        for key, value in row.items()
    )


def _rows(value: Plain, keys: Sequence[str]) -> Iterator[Row]:
    for number, row in enumerate(value if isinstance(value, list) else ()):
        if isinstance(row, dict):
            values = {key: _shown_in_row(key, row) for key in keys}
            yield Row(number, values, words(row.get("id")), row.get("correct") is True)


def _shown_in_row(key: str, row: Data) -> str:
    if key in {"accept", "among"}:
        return "\n".join(_lines(row.get(key)) or ())
    return words(row.get(key))
