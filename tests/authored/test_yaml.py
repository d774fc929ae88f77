"""What an author is told about a YAML file."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from coursesite.authored import Closed, Problem, Read, Severity, errors_in, read_yaml


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Apple(Closed):
    kind: Literal["apple"]
    weight: int


class Pear(Closed):
    kind: Literal["pear"]
    sweet: bool


class Basket(Closed):
    title: str = Field(min_length=1)
    pass_mark: int = Field(default=80, ge=0, le=100)
    day: date | None = None
    colour: Colour = Colour.RED
    tags: tuple[str, ...] = ()
    fruit: tuple[Annotated[Apple | Pear, Field(discriminator="kind")], ...] = ()


def read(text: str, first_line: int = 1) -> Read[Basket]:
    return read_yaml(text, "basket.yaml", Basket, first_line=first_line)


@pytest.mark.parametrize(
    ("text", "line", "at"),
    [
        ("title: a\u202eb", 1, ("title",)),
        ('title: b\ntags: [c, "\\u200b"]', 2, ("tags", 1)),
        ("title: |\n  one\n\n  t\u2060wo", 4, ("title",)),
    ],
)
def test_signs_that_nobody_sees_are_warned_of_at_their_place(
    text: str, line: int, at: tuple[str | int, ...]
) -> None:
    (told,) = read(text).turning

    assert (told.line, told.at, told.severity) == (line, at, Severity.WARNING)
    assert "the invisible sign U+" in told.message


def test_what_is_written_from_right_to_left_needs_its_marks() -> None:
    assert read("title: \u2067abc\u2069\u200f\u200c\u00a0\u202f!").turning == []


def test_a_right_file_is_read_whole() -> None:
    basket = read(
        "title: At noon\nday: 2027-11-01\ncolour: green\ntags: [yes, 12:30, '7']\n"
        "fruit:\n  - {kind: pear, sweet: true}\n"
    )

    assert basket.problems == []
    assert basket.value == Basket(
        title="At noon",
        day=date(2027, 11, 1),
        colour=Colour.GREEN,
        tags=("yes", "12:30", "7"),
        fruit=(Pear(kind="pear", sweet=True),),
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("titel: x", 1, "unknown key 'titel': did you mean 'title'?"),
        ("pass_mark: 70", 1, "'title' is missing"),
        ("title: x\npas_mark: 9", 2, "unknown key 'pas_mark': did you mean 'pass_mark'?"),
        ("title: x\npass_mark: often", 2, "'pass_mark' should be a whole number"),
        ("title: x\npass_mark: 120", 2, "'pass_mark' should be at most 100"),
        ("title: 12", 1, "'title' should be text (put quotes around a number or a date)"),
        ("title: ''", 1, "'title' should not be empty"),
        ("title: x\ntags: a", 2, "'tags' should be a list, one '- ' on a line"),
        ("title: x\ntags:\n- a\n- 5", 4, "entry 2 of 'tags' should be text (put quotes around"),
        ("title: x\nday: soon", 2, "'day' should be a date like 2027-11-01"),
        ("title: x\ncolour: gren", 2, "'colour' cannot be 'gren': did you mean 'green'?"),
        ("title: x\ncolour: 7", 2, "'colour' cannot be '7'; known are green, red"),
        ("title: x\ntitle: y", 2, "the key 'title' is here twice (first on line 1): keep one"),
        ("title: &a x\n", 1, "anchors (&) and aliases (*) are not used: write it out"),
        ("title: !!python/name:os.system x", 1, "tags (!) are not used"),
        ("title: x\n---\ntitle: y", 2, "a second document begins here: remove the '---'"),
        ("", 1, "there is nothing here: write keys with values, one 'key: value' on a line"),
        ("- a", 1, "this should be keys with values, one 'key: value' on a line"),
        ("? [a]\n: b", 1, "a key should be a plain word"),
        ("title: a: b", 1, "this is not valid YAML (mapping values are not allowed"),
        ("title: [a", 1, "this is not valid YAML (did not find expected "),
        ("title: x\0y", 1, "the invisible character U+0000 cannot be used: delete it"),
        ('a: 1\ntitle: "x\\0y"', 2, "the invisible character U+0000 cannot be used: delete it"),
        ("title: x\ntags: [" + "[" * 30 + "]" * 31, 2, "this is nested too deeply"),
        (
            "title: x\nfruit:\n- kind: apple\n  weigth: 3",
            4,
            "unknown key 'weigth': did you mean 'weight'?",
        ),
        ("title: x\nfruit:\n- kind: pear", 3, "'sweet' is missing"),
        ("title: x\nfruit:\n- kind: plum", 3, "'kind' cannot be 'plum'; known are apple, pear"),
        ("title: x\nfruit:\n- weight: 3", 3, "'kind' is missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(text: str, line: int, message: str) -> None:
    basket = read(text)

    assert basket.value is None
    said = [str(problem) for problem in basket.problems]
    assert any(each.startswith(f"basket.yaml:{line}: {message}") for each in said), said


def test_all_problems_are_said_at_once_in_order_of_lines() -> None:
    problems = read("tags: 4\npass_mark: no\nday: x\n").problems

    assert [problem.line for problem in problems] == [1, 1, 2, 3]


def test_a_text_inside_a_file_is_reported_at_the_files_lines() -> None:
    basket = read("title: x\ncolour: blue\n", first_line=41)

    assert [problem.line for problem in basket.problems] == [42]
    assert basket.line_of("colour") == 42
    assert basket.line_of() == 41


def test_lines_are_found_behind_the_name_of_a_union_member() -> None:
    basket = read("title: x\nfruit:\n- kind: apple\n  weight: 1\n")

    assert basket.line_of("fruit", 0, "apple", "weight") == 4
    assert basket.problem("too light", "fruit", 0) == Problem("basket.yaml", 3, "too light")


def test_a_long_paste_is_refused_plainly() -> None:
    basket = read("x" * 5_000_000)

    assert [str(problem) for problem in basket.problems] == [
        "basket.yaml:1: the text is too long: 5.0 million characters, "
        "at most 1.0 million characters are read"
    ]


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(1000))

    assert [problem.line for problem in read(bomb).problems] == [1]


def test_windows_line_ends_and_a_byte_order_mark_are_fine() -> None:
    assert read("\ufefftitle: x\r\ntags: []\r\n").value == Basket(title="x")


def test_a_warning_does_not_stand_in_the_way() -> None:
    warning = Problem("a", 1, "long", Severity.WARNING)

    assert not errors_in([warning])
    assert errors_in([warning, Problem("a", 2, "wrong")])


@given(st.text() | st.text(alphabet="ab:-[]{}&*!|>'\"# \n?,"))
def test_any_text_gives_a_value_or_problems(text: str) -> None:
    basket = read(text)

    assert (basket.value is None) == bool(basket.problems)
