"""Answers that are typed: a number, a few words."""

from fnmatch import fnmatchcase
from fractions import Fraction
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.quizzes.questions.wording import fits
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


@pytest.mark.parametrize(
    ("changes", "typed", "points"),
    [
        ({"match_case": True}, "The child", 0),
        ({"match_case": True}, "the  child!", 1),
        ({"accept": ["the café"]}, "the cafe", 0),
        ({"accept": ["the café"], "ignore_accents": True}, "the cafe", 1),
        ({"accept": ["the cafe"], "ignore_accents": True}, "THE CAFE\N{COMBINING ACUTE ACCENT}", 1),
        ({"accept": ["उपस्थिति"], "ignore_accents": True}, "उपसथत", 0),
        ({"patterns": ["*child*"]}, "That of the Child, always.", 1),
        ({"patterns": ["the * child"]}, "the youngest child", 1),
        ({"patterns": ["the * child"]}, "the child", 1),
        ({"patterns": ["a * child"]}, "a child", 0),
        ({"patterns": ["a*child"]}, "a child", 1),
        ({"patterns": ["child*"]}, "a child", 0),
        ({"patterns": ["*child"]}, "childhood", 0),
        ({"patterns": ["a*a"]}, "a", 0),
        ({"patterns": ["a*b*b"]}, "ab", 0),
        ({"patterns": ["*child*"]}, "ch*ild", 0),
        ({"patterns": ["(a+)+ b*"]}, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0),
    ],
)
def test_what_an_author_may_say_of_spelling(
    changes: dict[str, Any], typed: str, points: Fraction
) -> None:
    assert make(WHOSE_INTERESTS, **changes).mark({"text": [typed]}).points == points


@given(
    text=st.text(alphabet="ab ", max_size=40),
    pattern=st.text(alphabet="ab*", min_size=1, max_size=20),
)
def test_a_pattern_means_what_it_does_to_a_shell(text: str, pattern: str) -> None:
    assert fits(text, pattern) is fnmatchcase(text, pattern)


def test_no_pattern_takes_long() -> None:
    begun = perf_counter()

    assert not fits("a" * 200, "a*" * 99 + "b")
    assert fits("a" * 200, "*a" * 99 + "*")

    assert perf_counter() - begun < 0.05
