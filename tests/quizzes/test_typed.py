"""Answers that are typed: a number, a few words."""

from fractions import Fraction

import pytest

from tests.quizzes.examples import HOW_MANY_DAYS, WHOSE_INTERESTS, make

DIGITS = "Write a number in digits, for example 12 or 2.5."


@pytest.mark.parametrize(
    ("sent", "kept", "problem"),
    [
        (["7"], ["7"], None),
        ([" 7,5 "], ["7,5"], None),
        (["7.5 days"], ["7.5"], None),
        (["\N{MINUS SIGN}7"], ["-7"], None),
        (["0.125"], ["0.125"], None),
        ([], [], "Write a number."),
        (["\x00 \n"], [], "Write a number."),
        (["7", "8"], [], "Give one answer only."),
        (["1,500"], [], "Write the number without a mark between the thousands."),
        (["1 500"], [], DIGITS),
        (["a week"], [], DIGITS),
        (["1e9"], [], DIGITS),
        (["\N{ARABIC-INDIC DIGIT SEVEN}"], [], DIGITS),
        (["9" * 5000], [], DIGITS),
    ],
)
def test_reading_a_number(sent: list[str], kept: list[str], problem: str | None) -> None:
    reading = make(HOW_MANY_DAYS).read({"how-many-days": sent})

    assert list(reading.response.get("text", [])) == kept
    assert reading.problem == problem


@pytest.mark.parametrize(
    ("typed", "points"),
    [("7.5", 1), ("7,5", 1), ("8", 1), ("7", 1), ("8.01", 0), ("6,99", 0), ("-7.5", 0)],
)
def test_marking_a_number_within_its_tolerance(typed: str, points: Fraction) -> None:
    assert make(HOW_MANY_DAYS).mark({"text": [typed]}).points == points


def test_a_decimal_is_compared_exactly() -> None:
    question = make(HOW_MANY_DAYS, answer=0.3, tolerance=0.1)

    assert question.mark({"text": ["0.4"]}).points == 1
    assert question.mark({"text": ["0.2"]}).points == 1


def test_the_review_tells_a_number_with_its_unit() -> None:
    question = make(HOW_MANY_DAYS, unit="<days>")

    assert question.right_answer() == ("7.5 &lt;days&gt;",)
    assert question.show(1).unit == "&lt;days&gt;"


@pytest.mark.parametrize(
    ("sent", "kept", "problem"),
    [
        (["The child's"], ["The child's"], None),
        (["  the \n child "], ["the child"], None),
        (["a" * 200], ["a" * 200], None),
        (["a" * 201], [], "That is too long: at most 200 characters."),
        ([""], [], "Write an answer."),
        (["one", "two"], [], "Give one answer only."),
    ],
)
def test_reading_a_short_text(sent: list[str], kept: list[str], problem: str | None) -> None:
    reading = make(WHOSE_INTERESTS).read({"whose-interests": sent})

    assert list(reading.response.get("text", [])) == kept
    assert reading.problem == problem


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("the child's", 1),
        ("The Child\N{RIGHT SINGLE QUOTATION MARK}s.", 1),
        ("THE CHILD", 1),
        ("the child and the parent", 0),
        ("...", 0),
        ("<b>the child</b>", 0),
    ],
)
def test_marking_a_short_text(typed: str, points: Fraction) -> None:
    assert make(WHOSE_INTERESTS).mark({"text": [typed]}).points == points


def test_what_was_typed_is_escaped_in_the_review() -> None:
    question = make(WHOSE_INTERESTS)

    told = question.told({"text": ["<script>"]}, question.show(1))

    assert told == ("&lt;script&gt;",)
