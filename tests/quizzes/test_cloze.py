"""Filling the gaps in a text."""

from fractions import Fraction

import pytest

from coursesite.quizzes.questions.building import text_id
from tests.quizzes.examples import FIRST_NIGHT, make

CARES, PAYS = text_id("cares"), text_id("pays")


def test_the_text_is_cut_at_its_gaps() -> None:
    shown = make(FIRST_NIGHT).show(seed=1)

    assert shown.html == "Record each child's ____, and who ____ now."
    assert [(gap.id, gap.before_html) for gap in shown.gaps] == [
        ("what", "Record each child's "),
        ("cares", ", and who "),
    ]
    assert shown.after_html == " now."
    assert [len(gap.options) for gap in shown.gaps] == [0, 3]


@pytest.mark.parametrize(
    ("what", "cares", "kept", "problem"),
    [
        (["age"], [CARES], 2, None),
        ([" Name \n and age "], [PAYS], 2, None),
        (["age"], [], 1, "Fill every gap."),
        ([], [], 0, "Fill every gap."),
        (["age"], ["cares"], 1, "That was not one of the answers here. Please choose again."),
        (["age", "name"], [CARES], 1, "A gap has two answers: give it one."),
        (["a" * 201], [CARES], 1, "That is too long: at most 200 characters in a gap."),
    ],
)
def test_reading_gaps(what: list[str], cares: list[str], kept: int, problem: str | None) -> None:
    form = {"first-night.what": what, "first-night.cares": cares}

    reading = make(FIRST_NIGHT).read(form)

    assert len(reading.response) == kept
    assert reading.problem == problem


@pytest.mark.parametrize(
    ("scoring", "both", "one_wrong", "one_missing"),
    [
        ("all-or-nothing", 1, 0, 0),
        ("each-answer", 1, Fraction(1, 2), Fraction(1, 2)),
        ("net-correct", 1, 0, Fraction(1, 2)),
        ("coverage", 1, Fraction(1, 4), Fraction(1, 2)),
    ],
)
def test_marking_gaps(
    scoring: str, both: Fraction, one_wrong: Fraction, one_missing: Fraction
) -> None:
    question = make(FIRST_NIGHT, scoring=scoring)
    responses = [
        {"what": ["AGE."], "cares": [CARES]},
        {"what": ["age"], "cares": [PAYS]},
        {"what": ["name and age"]},
    ]

    marks = [question.mark(response).points for response in responses]

    assert marks == [both, one_wrong, one_missing]


def test_the_review_tells_what_filled_the_gaps() -> None:
    question = make(FIRST_NIGHT)
    shown = question.show(seed=1)

    assert question.told({"what": ["<b>"], "cares": [PAYS]}, shown) == ("&lt;b&gt;", "pays")
    assert question.told({"cares": [PAYS]}, shown) == ("____", "pays")
    assert question.right_answer() == ("age", "cares")
