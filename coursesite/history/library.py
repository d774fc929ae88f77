"""The bytes of an old system's file, line by line; what no line can be read of is refused."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coursesite.decoding import Letters, decoded
from coursesite.errors import Invalid
from coursesite.history.rules import (
    Column,
    Line,
    column_of,
    find_delimiter,
    missing_columns,
    unwrapped,
)

MOST_LINES = 200_000
LONGEST_CELL = 2_000


class BadFile(Invalid):
    """Nothing of the file can be read as it is."""


class Checked(NamedTuple):
    """How many lines there are, and how their letters are kept."""

    lines: int
    letters: Letters


def read_lines(data: bytes, letters: Letters = Letters.UNSAID) -> Iterator[Line]:
    """Each line with something in it. The first says what stands in which column."""
    return _read(_with_something(decoded(data, letters).text))


def separator_of(data: bytes, letters: Letters) -> str:
    """What stands between the cells of a file that was read before."""
    return _separator(decoded(data, letters).text)


def _separator(text: str) -> str:
    return _declared(text) or find_delimiter(_first_line(text))


def _read(text: str) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        yield from _lines(rows)
    except csv.Error as error:
        raise BadFile(
            "Line %(line)d cannot be read (%(why)s). Is a quotation mark missing?",
            line=rows.line_num,
            why=str(error),
        ) from None


def check_file(data: bytes, said: Letters = Letters.UNSAID) -> Checked:
    """BadFile or Undecoded where it cannot be read."""
    text, letters = decoded(data, said)
    number = sum(1 for _line in _read(_with_something(text)))
    if number == 0:
        raise BadFile("There is nothing below the first line.")
    if number > MOST_LINES:
        raise BadFile(
            "The file has %(number)s lines; at most %(most)s are taken at once. Divide it.",
            number=number,
            most=MOST_LINES,
        )
    return Checked(number, letters)


def _with_something(text: str) -> str:
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
