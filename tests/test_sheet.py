"""Tables as files for spreadsheets."""

import csv
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from coursesite import sheet
from coursesite.sheet import CsvFile, Row, Workbook, filled, harmless, lines

MADE_AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
HEADS = ["Name", "Number", "Day", "Moment"]
MOMENT = datetime(2026, 5, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
FORMULAS = ["=1+1", " =1+1", "+1", "-1", "@SUM", "\t=1", "\r=1"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        (3, "3"),
        ("Amira", "Amira"),
        (date(2026, 5, 2), "2026-05-02"),
        (MOMENT, "2026-05-02 01:30+02:00"),
        *((text, f"'{text}") for text in FORMULAS),
    ],
)
def test_a_cell_computes_nothing(cell: object, written: str) -> None:
    assert harmless(cell) == written


def test_a_file_is_made_line_by_line() -> None:
    assert list(lines([["a", 'b "c"'], [1, None]])) == ["\ufeff", 'a,"b ""c"""\r\n', "1,\r\n"]


def a_workbook(path: Path, **about: str) -> Workbook:
    return Workbook(path, HEADS, title="Records", about=about, made_at=MADE_AT)


def cells_of(path: Path, name: str = "Records") -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(path)[name].iter_rows()]


def test_both_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    rows: list[Row] = [["Åsa", 3, date(2026, 5, 2), MOMENT], ['Li, "X"', None, None, None]]
    table, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    assert list(filled(CsvFile(table, HEADS), rows)) == [2]
    assert list(filled(a_workbook(book), rows)) == [2]
    assert list(csv.reader(table.read_text("utf-8-sig").splitlines())) == [
        HEADS,
        ["Åsa", "3", "2026-05-02", "2026-05-02 01:30+02:00"],
        ['Li, "X"', "", "", ""],
    ]
    assert cells_of(book) == [
        HEADS,
        ["Åsa", 3, datetime(2026, 5, 2), datetime(2026, 5, 2, 1, 30)],  # noqa: DTZ001 - as workbooks have them
        ['Li, "X"', None, None, None],
    ]


@pytest.mark.parametrize("text", [*FORMULAS, "{=1}", "https://example.org", "007", "1e5"])
def test_a_workbook_keeps_text_as_text(tmp_path: Path, text: str) -> None:
    """No formula, no link, no number comes of it; what looks like a formula is marked."""
    path = tmp_path / "a.xlsx"
    list(filled(a_workbook(path), [[text, None, None, None]]))
    cell = load_workbook(path)["Records"]["A2"]
    assert isinstance(cell, Cell)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert str(cell.value).replace("_x000D_", "\r") == text
    assert bool(cell.quotePrefix) is (text in FORMULAS)


def test_of_a_text_that_no_cell_can_hold_the_beginning_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    list(filled(a_workbook(path), [["x" * 40_000, None, None, None]]))
    assert cells_of(path)[1][0] == "x" * 32_767


def test_a_workbook_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    list(filled(a_workbook(path, Unit="=North", State="Overdue"), []))
    assert cells_of(path, "About") == [["Unit", "=North"], ["State", "Overdue"]]
    assert load_workbook(path)["About"]["B1"].data_type == "s"


def test_what_no_sheet_can_hold_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_LINES", 3)
    path = tmp_path / "a.xlsx"
    list(filled(a_workbook(path), [[str(number), None, None, None] for number in range(5)]))
    assert [row[0] for row in cells_of(path)] == ["Name", "0", "1"]
    assert [row[0] for row in cells_of(path, "Records 2")] == ["Name", "2", "3"]
    assert [row[0] for row in cells_of(path, "Records 3")] == ["Name", "4"]


def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "AT_ONCE", 2)
    rows = [["a", None, None, None]] * 5
    assert list(filled(CsvFile(tmp_path / "a.csv", HEADS), rows)) == [2, 4, 5]


def test_memory_does_not_grow_with_the_lines(tmp_path: Path) -> None:
    """Ten thousand lines of a workbook take no more than a hundred do."""
    rows = ([f"Person {number}", number, date(2026, 5, 2), MOMENT] for number in range(10_000))
    tracemalloc.start()
    assert list(filled(a_workbook(tmp_path / "a.xlsx"), rows))[-1] == 10_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 1024 * 1024
