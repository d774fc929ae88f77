"""What a line may say, and what a file must be."""

import codecs
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.decoding import Undecoded
from coursesite.errors import Invalid
from coursesite.history import library, rules
from coursesite.history.library import BadFile, check_file, read_lines
from coursesite.history.rules import Column, DayOrder, Line, Problem, problem_in, read_day

TODAY = date(2026, 11, 28)
HEAD = "staff_number,email,training,completed_on,evidence\n"


@pytest.mark.parametrize(
    ("cell", "order", "read"),
    [
        ("2024-05-31", DayOrder.UNSAID, date(2024, 5, 31)),
        ("2024-5-1", DayOrder.UNSAID, date(2024, 5, 1)),
        ("2024-05-31 14:30:00", DayOrder.UNSAID, date(2024, 5, 31)),
        ("2024-05-31T14:30:00Z", DayOrder.UNSAID, date(2024, 5, 31)),
        ("2024/05/31", DayOrder.UNSAID, date(2024, 5, 31)),
        ("31.5.2024", DayOrder.UNSAID, date(2024, 5, 31)),
        ("29.02.2024", DayOrder.UNSAID, date(2024, 2, 29)),
        ("05/06/2024", DayOrder.DAY_FIRST, date(2024, 6, 5)),
        ("05/06/2024", DayOrder.MONTH_FIRST, date(2024, 5, 6)),
        ("2026-11-28", DayOrder.UNSAID, TODAY),
        ("05/06/2024", DayOrder.UNSAID, rules.UNSAID_ORDER),
        ("31/12/2024", DayOrder.UNSAID, date(2024, 12, 31)),
        ("12/31/2024", DayOrder.UNSAID, date(2024, 12, 31)),
        ("05/05/2024", DayOrder.UNSAID, date(2024, 5, 5)),
        ("32/13/2024", DayOrder.UNSAID, rules.NOT_A_DAY),
        ("31/05/2024", DayOrder.MONTH_FIRST, rules.WRONG_ORDER[DayOrder.MONTH_FIRST]),
        ("05/31/2024", DayOrder.DAY_FIRST, rules.WRONG_ORDER[DayOrder.DAY_FIRST]),
        ("32/13/2024", DayOrder.DAY_FIRST, rules.NOT_A_DAY),
        ("2023-02-29", DayOrder.UNSAID, rules.NOT_A_DAY),
        ("2026-11-29", DayOrder.UNSAID, rules.FUTURE),
        ("1970-01-01", DayOrder.UNSAID, date(1970, 1, 1)),
        ("1969-12-31", DayOrder.UNSAID, rules.TOO_EARLY),
        ("31.5.24", DayOrder.UNSAID, rules.SHORT_YEAR),
        ("45443", DayOrder.UNSAID, rules.SERIAL),
        ("last spring", DayOrder.UNSAID, rules.NOT_A_DAY),
        ("", DayOrder.UNSAID, rules.NO_DAY),
    ],
)
def test_a_day_is_read_or_said_why_not(cell: str, order: DayOrder, read: date | str) -> None:
    found = read_day(cell, order, TODAY)
    assert (found.sentence if isinstance(found, Problem) else found) == read


@settings(max_examples=60)
@given(st.text(max_size=12), st.sampled_from(DayOrder))
def test_any_cell_is_a_day_or_a_problem(cell: str, order: DayOrder) -> None:
    found = read_day(cell, order, TODAY)
    assert isinstance(found, Problem) or rules.EARLIEST <= found <= TODAY


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"staff_number": "7", "training": "a"}, None),
        ({"staff_number": "1.23E+11", "training": "a"}, rules.SHORTENED),
        ({"staff_number": "1,23457E+11", "training": "a"}, rules.SHORTENED),
        ({"staff_number": "=A1", "training": "a"}, rules.FORMULA_CELL),
        ({"staff_number": "7", "training": "@SUM(A1)"}, rules.FORMULA_CELL),
        ({"training": "a"}, rules.NO_PERSON),
        ({"email": "a@example.org"}, rules.NO_TRAINING),
        ({"staff_number": "7", "training": "a", "evidence": "x" * 501}, rules.TOO_LONG),
    ],
)
def test_what_is_wrong_with_a_line_by_itself(cells: dict[str, str], problem: str | None) -> None:
    found = problem_in(Line(2, {Column(name): cell for name, cell in cells.items()}))
    assert (found.sentence if found else None) == problem


LINE = "7,,a,2024-05-31,Nr 3\n"
READ = (2, {"staff_number": "7", "email": "", "training": "a", "completed_on": "2024-05-31"})


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + LINE).encode(),
        codecs.BOM_UTF8 + (HEAD + LINE).encode(),
        (HEAD + LINE).encode("utf-16"),
        (HEAD + LINE).replace(",", ";").encode(),
        (HEAD + LINE).replace(",", "\t").encode(),
        (HEAD + LINE).replace("\n", "\r\n").encode(),
        (HEAD + LINE).replace("\n", "\r").encode(),
        b"Staff No.,E-Mail address,Course,Completion date,Remark\n" + LINE.encode(),
        (HEAD + '="7",,a,2024-05-31,Nr 3\n').encode(),
    ],
)
def test_a_file_is_read_whatever_wrote_it(content: bytes) -> None:
    lines = list(read_lines(content))
    number, cells = READ
    assert [(line.number, dict(line.cells)) for line in lines] == [
        (number, {**cells, "evidence": "Nr 3"})
    ]


def test_lines_are_numbered_as_an_editor_does() -> None:
    text = (
        "sep=;\n" + HEAD.replace(",", ";") + '1;;a;2024-01-01;"two\nlines"\n\n2;;a;2024-01-02;;\n'
    )
    lines = list(read_lines(text.encode()))
    assert [line.number for line in lines] == [3, 6]
    assert lines[0].cell(Column.EVIDENCE) == "two\nlines"
    assert not lines[1].extra
    more = list(read_lines((HEAD + "1,,a,2024-01-01,x,y\n").encode()))
    assert problem_in(more[0]) == Problem(rules.EXTRA_CELLS)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "There is nothing in the file"),
        ((HEAD + "\n , ,,,\n").encode(), "nothing below the first line"),
        (HEAD.encode() + b"7,,a,2024-05-31,\x81\xe9\n", "Line 2 is neither UTF-8 nor"),
        (HEAD.encode() + LINE.encode() + b"7,,a\x00,,\n", r"Line 3 .*NUL"),
        ((HEAD + LINE).encode("utf-16-le"), "NUL"),
        (b"name,training,day\nx,y,z\n", "staff_number or email is missing"),
        (b"staff_number,evidence\n7,x\n", "training, completed_on is missing"),
        (b"staff_number,training,course,completed_on\n", "Two columns mean the same: training"),
        (HEAD.encode() + b"7,,a,2024-05-31," + b"x" * 200_000 + b"\n", "Line 2 cannot be read"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        check_file(content)


def test_a_file_may_have_only_so_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_LINES", 2)
    assert check_file((HEAD + LINE * 2).encode()).lines == 2
    with pytest.raises(BadFile, match="at most"):
        check_file((HEAD + LINE * 3).encode())


def test_of_a_very_long_cell_the_beginning_is_kept() -> None:
    [line] = read_lines((HEAD + "7,,a,2024-05-31," + "x" * 9_000).encode())
    assert line.cell(Column.EVIDENCE) == "x" * library.LONGEST_CELL


def test_a_quotation_mark_that_never_ends_takes_the_rest_of_the_file() -> None:
    lines = list(read_lines(HEAD.encode() + b'7,,a,2024-05-31,"open\n8,,b,2024-05-31,x\n'))
    assert [line.cell(Column.EVIDENCE) for line in lines] == ["open\n8,,b,2024-05-31,x"]


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_lines_or_a_refusal(content: bytes) -> None:
    for data in (content, HEAD.encode() + content):
        with suppress(BadFile, Undecoded):
            assert all(line.number > 1 for line in read_lines(data))
