"""Pairing entries with what belongs to them."""

from fractions import Fraction

import pytest

from coursesite.quizzes.questions.building import text_id
from tests.quizzes.examples import WHO_DOES_WHAT, make

NOTICE = text_id("notices a change in class.")
ASK = text_id("asks who is at home.")
WEIGH = text_id("asks what the sentence does to a child.")
TELL = text_id("tells the neighbours.")
RIGHT = {"teacher": NOTICE, "officer": ASK, "judge": WEIGH, "sergeant": ASK}


def pairs(**made: str) -> dict[str, list[str]]:
    """A response with these pairs."""
    return {entry: [option] for entry, option in made.items()}


def test_every_different_text_is_one_option() -> None:
    shown = make(WHO_DOES_WHAT).show(seed=2)

    assert {id_ for id_, _ in shown.options} == {NOTICE, ASK, WEIGH, TELL}
    assert [id_ for id_, _ in shown.prompts] == ["teacher", "officer", "judge", "sergeant"]


@pytest.mark.parametrize(
    ("changes", "kept", "problem"),
    [
        ({}, 4, None),
        ({"judge": [TELL]}, 4, None),
        ({"judge": [""]}, 3, "Choose one for every entry."),
        ({"judge": [ASK, TELL]}, 3, "An entry has two answers: give it one."),
        ({"judge": ["2"]}, 3, "That was not one of the answers here. Please choose again."),
        ({"clown": [ASK]}, 4, "That was not one of the answers here. Please choose again."),
    ],
)
def test_reading_pairs(changes: dict[str, list[str]], kept: int, problem: str | None) -> None:
    sent = {**pairs(**RIGHT), **changes}
    form = {f"who-does-what.{entry}": values for entry, values in sent.items()}

    reading = make(WHO_DOES_WHAT).read(form)

    assert len(reading.response) == kept
    assert reading.problem == problem


@pytest.mark.parametrize(
    ("scoring", "all_right", "one_wrong", "two_made", "all_wrong"),
    [
        ("all-or-nothing", 1, 0, 0, 0),
        ("each-answer", 1, Fraction(3, 4), Fraction(1, 2), 0),
        ("net-correct", 1, Fraction(2, 4), Fraction(1, 2), 0),
        ("coverage", 1, Fraction(9, 16), Fraction(1, 2), 0),
    ],
)
def test_marking_pairs(
    scoring: str, all_right: Fraction, one_wrong: Fraction, two_made: Fraction, all_wrong: Fraction
) -> None:
    question = make(WHO_DOES_WHAT, scoring=scoring)
    responses = [
        pairs(**RIGHT),
        pairs(**{**RIGHT, "judge": TELL}),
        pairs(teacher=NOTICE, officer=ASK),
        pairs(teacher=TELL, officer=TELL, judge=TELL, sergeant=TELL),
    ]

    marks = [question.mark(response).points for response in responses]

    assert marks == [all_right, one_wrong, two_made, all_wrong]


def test_the_review_tells_the_pairs() -> None:
    question = make(WHO_DOES_WHAT)

    assert question.told(pairs(officer=TELL), question.show(1)) == (
        "An officer \N{RIGHTWARDS ARROW} tells the neighbours.",
    )
