"""Putting steps in their order."""

from fractions import Fraction

import pytest

from tests.quizzes.examples import AT_THE_DOOR, make

STEPS = ["find-out", "say", "explain", "write"]


def places(*given: str) -> dict[str, list[str]]:
    """A response that gives the four steps these places."""
    return {step: [place] for step, place in zip(STEPS, given, strict=False)}


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"find-out": ["1"], "say": ["2"], "explain": ["3"], "write": ["4"]}, None),
        ({"find-out": [" 4 "], "say": ["3"], "explain": ["2"], "write": ["1", ""]}, None),
        ({"find-out": ["1"], "say": ["2"]}, "Give every step a place."),
        ({}, "Give every step a place."),
        (
            {"find-out": ["1"], "say": ["1"], "explain": ["3"], "write": ["4"]},
            "Two steps have the same place: give each a place of its own.",
        ),
        (
            {"find-out": ["1", "2"], "say": ["2"], "explain": ["3"], "write": ["4"]},
            "A step has two places: give it one.",
        ),
        (
            {"find-out": ["first"], "say": ["2"], "explain": ["3"], "write": ["5"]},
            "A place is a number, from 1 for the first step.",
        ),
        ({"shout": ["1"]}, "That was not one of the steps here. Please try again."),
    ],
)
def test_reading_an_order(sent: dict[str, list[str]], problem: str | None) -> None:
    form = {f"at-the-door.{step}": values for step, values in sent.items()}

    assert make(AT_THE_DOOR).read(form).problem == problem


def test_what_was_understood_is_kept_beside_the_problem() -> None:
    form = {"at-the-door.say": ["2"], "at-the-door.write": ["soon"], "at-the-doorway.say": ["3"]}

    assert make(AT_THE_DOOR).read(form).response == {"say": ["2"]}


@pytest.mark.parametrize(
    ("scoring", "given", "points"),
    [
        ("all-or-nothing", "1234", 1),
        ("all-or-nothing", "1243", 0),
        ("all-or-nothing", "123", 0),
        ("each-answer", "1234", 1),
        ("each-answer", "1243", Fraction(1, 2)),
        ("each-answer", "4321", 0),
        ("each-answer", "123", Fraction(3, 4)),
        ("net-correct", "1234", 1),
        ("net-correct", "1243", Fraction(4, 6)),
        ("net-correct", "4321", 0),
        ("net-correct", "12", Fraction(1, 6)),
        ("net-correct", "1134", Fraction(5, 6)),
        ("coverage", "1234", 1),
        ("coverage", "4123", Fraction(2, 3)),
        ("coverage", "4321", 0),
        ("coverage", "1", 0),
    ],
)
def test_marking_an_order(scoring: str, given: str, points: Fraction) -> None:
    question = make(AT_THE_DOOR, scoring=scoring)

    assert question.mark(places(*given)).points == points


def test_steps_are_mixed_by_the_seed() -> None:
    question = make(AT_THE_DOOR)

    assert len({question.show(seed).options for seed in range(30)}) > 5
    assert question.show(1).field("say") == "at-the-door.say"


def test_the_review_tells_the_steps_in_the_order_given() -> None:
    question = make(AT_THE_DOOR)

    assert question.told(places("2", "1"), question.show(1)) == (
        "Say who you are.",
        "Find out who is at home.",
    )


def test_the_feedback_is_on_what_was_misplaced() -> None:
    options = [{**option, "feedback": f"On {option['id']}."} for option in AT_THE_DOOR["options"]]
    question = make(AT_THE_DOOR, options=options)

    assert question.feedback(places("1", "2", "4", "3")) == ("On explain.", "On write.")
    assert question.feedback(question.key()) == ()
