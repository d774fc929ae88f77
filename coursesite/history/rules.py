"""What a line of an old system's file says, and what may be wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from coursesite.errors import said

EARLIEST = date(1970, 1, 1)
LONGEST_NOTE = 500


class Column(StrEnum):
    STAFF_NUMBER = "staff_number"
    EMAIL = "email"
    TRAINING = "training"
    COMPLETED_ON = "completed_on"
    EVIDENCE = "evidence"


HEADS: Mapping[str, Column] = {
    **{column.value.replace("_", ""): column for column in Column},
    **dict.fromkeys(("staffno", "number", "personnelnumber", "employeeid"), Column.STAFF_NUMBER),
    **dict.fromkeys(("emailaddress", "mail"), Column.EMAIL),
    **dict.fromkeys(("module", "path", "course", "target"), Column.TRAINING),
    **dict.fromkeys(("date", "day", "completed", "completiondate"), Column.COMPLETED_ON),
    **dict.fromkeys(("note", "evidencenote", "certificate", "remark"), Column.EVIDENCE),
}
"""How columns may be called; capitals, blanks and signs do not matter."""


class Verdict(StrEnum):
    """How a line stands: to be imported, wrong, not needed; then imported or taken back."""

    READY = "ready"
    PROBLEM = "problem"
    NOT_NEEDED = "not-needed"
    IMPORTED = "imported"
    TAKEN_BACK = "taken-back"


class DayOrder(StrEnum):
    """How days with strokes are written; with the year first, or points, they say it themselves."""

    UNSAID = "unsaid"
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class BatchState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"
    TAKING_BACK = "taking-back"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True)
class Problem:
    """A sentence marked by `said`, with its values: what is wrong, and the remedy."""

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line of the file, by its number there; `extra` says that it has too many cells."""

    number: int
    cells: Mapping[Column, str]
    extra: bool = False

    def cell(self, column: Column) -> str:
        return self.cells.get(column, "")


def column_of(head: str) -> Column | None:
    """The column that a head means; None for one that is left aside."""
    return HEADS.get(re.sub(r"[^a-z]", "", head.casefold()))


FORMULA_CELL = said(
    "The cell “%(cell)s” is a formula. Put the value itself there: in a spreadsheet, copy and "
    "paste as values."
)
SHORTENED = said(
    "“%(cell)s” was shortened by a spreadsheet. Give the column the format “Text” and export the "
    "file again."
)
NO_PERSON = said("Neither a staff number nor an e-mail address is given. Fill in one of them.")
NO_TRAINING = said(
    "No training is named. Write its short name, as in the list on the page where files are sent."
)
NO_DAY = said("No day is given. Write it as in 2024-05-31.")
NOT_A_DAY = said("“%(cell)s” is no day. Write it as in 2024-05-31.")
SERIAL = said(
    "“%(cell)s” is how a spreadsheet counts days. Give the column the format yyyy-mm-dd and export "
    "the file again."
)
UNSAID_ORDER = said(
    "“%(cell)s” can be read in two ways. Say whether the day or the month stands first, or write "
    "2024-05-31."
)
WRONG_ORDER = {
    DayOrder.DAY_FIRST: said(
        "“%(cell)s” is no day with the day first. If the month stands first in the whole file, "
        "send it again and say so; else write 2024-05-31."
    ),
    DayOrder.MONTH_FIRST: said(
        "“%(cell)s” is no day with the month first. If the day stands first in the whole file, "
        "send it again and say so; else write 2024-05-31."
    ),
}
SHORT_YEAR = said("“%(cell)s” has a year of two digits. Write all four.")
FUTURE = said("%(day)s is in the future. Correct the day.")
TOO_EARLY = said("%(day)s is before 1970. Correct the day.")
TOO_LONG = said("The note has more than 500 characters. Shorten it.")
EXTRA_CELLS = said(
    "There are more cells than the first line has heads. A text that holds what stands between "
    "cells (a comma, a semicolon) must stand in quotation marks."
)

_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_WRAPPED = re.compile(r'="([^"]*)"')
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][0-9:.+Z-]*)?")
_POINTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_STROKES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_SHORT = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_DIGITS = re.compile(r"\d{5}")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")


def unwrapped(cell: str) -> str:
    """Some systems write ="00123" so that a spreadsheet keeps the noughts."""
    wrapped = _WRAPPED.fullmatch(cell.strip())
    return (wrapped[1] if wrapped else cell).replace("\xa0", " ").strip()


def problem_in(line: Line) -> Problem | None:
    """What is wrong with the line by itself, before anybody is looked for."""
    if line.extra:
        return Problem(EXTRA_CELLS)
    for cell in line.cells.values():
        if cell.startswith(("=", "@")):
            return Problem(FORMULA_CELL, {"cell": cell[:40]})
    number = line.cell(Column.STAFF_NUMBER)
    if _SHORTENED.fullmatch(number):
        return Problem(SHORTENED, {"cell": number})
    if not number and not line.cell(Column.EMAIL):
        return Problem(NO_PERSON)
    if not line.cell(Column.TRAINING):
        return Problem(NO_TRAINING)
    return Problem(TOO_LONG) if len(line.cell(Column.EVIDENCE)) > LONGEST_NOTE else None


def read_day(cell: str, order: DayOrder, today: date) -> date | Problem:
    """The day that a cell names, or why it names none."""
    if not cell:
        return Problem(NO_DAY)
    read = _parts(cell, order)
    if isinstance(read, Problem):
        return read
    try:
        day = date(*read)
    except ValueError:
        return Problem(NOT_A_DAY, {"cell": cell})
    if day > today:
        return Problem(FUTURE, {"day": day.isoformat()})
    return Problem(TOO_EARLY, {"day": day.isoformat()}) if day < EARLIEST else day


def _parts(cell: str, order: DayOrder) -> tuple[int, int, int] | Problem:
    for pattern in (_ISO, _YEAR_FIRST):
        if found := pattern.fullmatch(cell):
            return int(found[1]), int(found[2]), int(found[3])
    if found := _POINTS.fullmatch(cell):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _STROKES.fullmatch(cell):
        return _stroked((int(found[1]), int(found[2]), int(found[3])), cell, order)
    if _SHORT.fullmatch(cell):
        return Problem(SHORT_YEAR, {"cell": cell})
    return Problem(SERIAL if _DIGITS.fullmatch(cell) else NOT_A_DAY, {"cell": cell[:40]})


def _stroked(
    numbers: tuple[int, int, int], cell: str, order: DayOrder
) -> tuple[int, int, int] | Problem:
    """Where it is not said, only a day that can be read in one way."""
    first, second, year = numbers
    day_first, month_first = (year, second, first), (year, first, second)
    if order is DayOrder.UNSAID:
        ways = [each for each in (day_first, month_first) if _is_day(each)]
        if len(set(ways)) > 1:
            return Problem(UNSAID_ORDER, {"cell": cell})
        return ways[0] if ways else day_first
    meant, other = day_first, month_first
    if order is DayOrder.MONTH_FIRST:
        meant, other = other, meant
    if _is_day(other) and not _is_day(meant):
        return Problem(WRONG_ORDER[order], {"cell": cell})
    return meant


def _is_day(numbers: tuple[int, int, int]) -> bool:
    try:
        date(*numbers)
    except ValueError:
        return False
    return True


def find_delimiter(head: str) -> str:
    """What stands between the heads most often: a comma, a semicolon or a tab."""
    return max((",", ";", "\t"), key=head.count)


def missing_columns(columns: Sequence[Column | None]) -> list[str]:
    """What the file must have and has not."""
    missing = [each.value for each in (Column.TRAINING, Column.COMPLETED_ON) if each not in columns]
    if Column.STAFF_NUMBER not in columns and Column.EMAIL not in columns:
        missing.insert(0, f"{Column.STAFF_NUMBER} or {Column.EMAIL}")
    return missing
