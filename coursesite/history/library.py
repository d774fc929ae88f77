"""The bytes of an old system's file, line by line; what no line can be read of is refused."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from coursesite.errors import Invalid
from coursesite.history.rules import (
    Column,
    Line,
    column_of,
    find_delimiter,
    missing_columns,
    unwrapped,
)

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
MOST_LINES = 200_000
LONGEST_CELL = 2_000


class BadFile(Invalid):
    """Nothing of the file can be read as it is."""


def read_lines(data: bytes) -> Iterator[Line]:
    """Each line with something in it. The first says what stands in which column."""
    text = _text(data)
    delimiter = _declared(text) or find_delimiter(_first_line(text))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from _lines(rows)
    except csv.Error as error:
        raise BadFile(
            "Line %(line)d cannot be read (%(why)s). Is a quotation mark missing?",
            line=rows.line_num,
            why=str(error),
        ) from None


def check_file(data: bytes) -> int:
    """How many lines there are; BadFile where it cannot be read."""
    number = sum(1 for _line in read_lines(data))
    if number == 0:
        raise BadFile("There is nothing below the first line.")
    if number > MOST_LINES:
        raise BadFile(
            "The file has %(number)s lines; at most %(most)s are taken at once. Divide it.",
            number=f"{number:,}",
            most=f"{MOST_LINES:,}",
        )
    return number


def _text(data: bytes) -> str:
    """UTF-8, or UTF-16 with its mark; nothing is guessed."""
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile(
            "Line %(line)d is not UTF-8 text. Save the file as “CSV UTF-8”, or as Unicode text.",
            line=data[: error.start].count(b"\n") + 1,
        ) from None
    at = text.find("\0")
    if at >= 0:
        raise BadFile(
            "Line %(line)d holds a character that no text has (NUL). Save the file as “CSV UTF-8”.",
            line=text.count("\n", 0, at) + 1,
        )
    if not text.strip():
        raise BadFile("There is nothing in the file.")
    return text


def _declared(text: str) -> str | None:
    """Excel may say in a line of its own what stands between the cells: sep=;"""
    first = text.partition("\n")[0].strip()
    return first[4] if len(first) == len("sep=;") and first.startswith("sep=") else None


def _first_line(text: str) -> str:
    return next(line for line in text.splitlines() if line.strip())


def _lines(rows: Iterator[list[str]]) -> Iterator[Line]:
    columns: list[Column | None] | None = None
    number = 1
    for row in rows:
        line, number = number, rows.line_num + 1  # type: ignore[attr-defined]  # as csv.reader has it
        cells = [unwrapped(cell)[:LONGEST_CELL] for cell in row]
        if not any(cells) or (columns is None and cells[0].startswith("sep=")):
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        named = {
            column: cell for column, cell in zip(columns, cells, strict=False) if column is not None
        }
        yield Line(line, named, extra=any(cells[len(columns) :]))


def _columns(heads: Sequence[str]) -> list[Column | None]:
    columns = [column_of(head) for head in heads]
    missing = missing_columns(columns)
    if missing:
        raise BadFile(
            "The first line must name the columns; %(missing)s is missing. It says: %(heads)s",
            missing=", ".join(missing),
            heads=", ".join(heads)[:200],
        )
    twice = sorted({each for each in columns if each is not None and columns.count(each) > 1})
    if twice:
        raise BadFile("Two columns mean the same: %(column)s. Take one away.", column=twice[0])
    return columns
