"""A table as a file that spreadsheets open: text with its mark, or a workbook; nothing computes."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import Protocol

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")

MOST_LINES = 1_048_576
"""So many a sheet of a workbook has; what follows stands on the next sheet."""

LONGEST_CELL = 32_767
LONGEST_NAME = 31
WIDEST = 60
MEASURED = 200
"""The columns are as wide as these first lines need."""

AT_ONCE = 1000


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Row = Sequence[object]
"""A cell is a text, a number, a day, None, or an aware moment in the zone in which it is read."""


def lines(rows: Iterable[Row], separator: str = ",") -> Iterator[str]:
    """The file line by line; it begins with the mark by which spreadsheets know UTF-8."""
    yield BYTE_ORDER_MARK
    for row in rows:
        yield _line(row, separator)


def harmless(cell: object) -> str:
    """A spreadsheet takes what begins like a formula for one: a quotation mark stops it."""
    text = _text(cell)
    return f"'{text}" if _computes(text) else text


def _line(row: Row, separator: str = ",") -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=separator).writerow([harmless(cell) for cell in row])
    return line.getvalue()


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return "" if cell is None else str(cell)


def _computes(text: str) -> bool:
    return text.lstrip(" ").startswith(FORMULA)


class Sheet(Protocol):
    """A file that a table is written to, line by line."""

    def write(self, row: Row) -> None: ...

    def close(self) -> None: ...


class CsvFile:
    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self.file = path.open("w", encoding="utf-8", newline="")
        self.file.write(BYTE_ORDER_MARK)
        self.write(heads)

    def write(self, row: Row) -> None:
        self.file.write(_line(row))

    def close(self) -> None:
        self.file.close()


class Workbook:
    """Written to disk as it comes, so that memory does not grow with the lines.

    `about` are names and values that say what this is; they stand on a sheet of their own.
    """

    def __init__(
        self,
        path: Path,
        heads: Sequence[str],
        *,
        title: str,
        about: Mapping[str, object],
        made_at: datetime,
    ) -> None:
        # 14 MB that only a process needs that writes a workbook.
        import xlsxwriter  # noqa: PLC0415

        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self.book = xlsxwriter.Workbook(str(path), options)
        created = made_at.replace(tzinfo=None, microsecond=0)
        self.book.set_properties({"title": title, "created": created})
        self.title, self.heads, self.about = title, heads, about
        self.bold = self.book.add_format({"bold": True, "bottom": 1})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.sheets = 0
        self._begin_sheet()

    def write(self, row: Row) -> None:
        if self.line == MOST_LINES:
            self._end_sheet()
            self._begin_sheet()
        for column, cell in enumerate(row):
            self._write_cell(column, cell)
            if self.line < MEASURED:
                self.widths[column] = max(self.widths[column], len(_text(cell)))
        self.line += 1

    def turn(self, title: str, heads: Sequence[str]) -> None:
        """Go on with another table, on a sheet of its own."""
        self._end_sheet()
        self.title, self.heads, self.sheets = title, heads, 0
        self._begin_sheet()

    def close(self) -> None:
        self._end_sheet()
        if self.about:
            sheet = self.book.add_worksheet("About")
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, 1, 80)
            for number, (name, value) in enumerate(self.about.items()):
                sheet.write_string(number, 0, name, self.bold)
                sheet.write_string(number, 1, _text(value)[:LONGEST_CELL])
        self.book.close()

    def _begin_sheet(self) -> None:
        self.sheets += 1
        self.sheet = self.book.add_worksheet(self._name())
        self.sheet.freeze_panes(1, 0)
        self.widths = [len(head) for head in self.heads]
        for column, head in enumerate(self.heads):
            self.sheet.write_string(0, column, head, self.bold)
        self.line = 1

    def _name(self) -> str:
        """One that spreadsheets take, and that no other sheet has."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", self.title).strip("' ")[:LONGEST_NAME]
        taken = {sheet.get_name().casefold() for sheet in self.book.worksheets()}
        numbers = (f" {number}" for number in count(2))
        names = (plain[: LONGEST_NAME - len(each)] + each for each in chain([""], numbers))
        return next(name for name in names if name.casefold() not in taken)

    def _end_sheet(self) -> None:
        self.sheet.autofilter(0, 0, self.line - 1, len(self.heads) - 1)
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, min(width, WIDEST) + 2)

    def _write_cell(self, column: int, cell: object) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, datetime):
            self.sheet.write_datetime(self.line, column, cell.replace(tzinfo=None), self.moment)
        elif isinstance(cell, date):
            self.sheet.write_datetime(self.line, column, cell, self.day)
        elif isinstance(cell, int):
            self.sheet.write_number(self.line, column, cell)
        else:
            text = str(cell)[:LONGEST_CELL]
            style = self.quoted if _computes(text) else None
            self.sheet.write_string(self.line, column, text, style)


def filled(sheet: Sheet, rows: Iterable[Row]) -> Iterator[int]:
    """Write the rows and close the file; how many there are, told after each thousand."""
    number = 0
    try:
        for row in rows:
            sheet.write(row)
            number += 1
            if number % AT_ONCE == 0:
                yield number
    finally:
        sheet.close()
    yield number
