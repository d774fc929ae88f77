"""A table as a file that spreadsheets open: UTF-8 with its mark, and nothing that computes."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line; it begins with the mark by which spreadsheets know UTF-8."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([harmless(cell) for cell in row])
        yield line.getvalue()


def harmless(cell: object) -> str:
    """A spreadsheet takes what begins like a formula for one: a quotation mark stops it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
