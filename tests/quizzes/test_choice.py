"""Choosing one, several, true or false."""

from fractions import Fraction

import pytest

from tests.quizzes.examples import ALWAYS_HARMFUL, FIRST_WORDS, WHO_TO_TELL, make


@pytest.mark.parametrize(
    ("sent", "kept", "problem"),
    [
        (["grown-ups"], ["grown-ups"], None),
        (["father"], ["father"], None),
        (["father", "father"], ["father"], None),
        ([], [], "Choose an answer."),
        (["  "], [], "Choose an answer."),
        (["father", "wait"], ["father", "wait"], "Choose one answer only."),
        (["1"], [], "That was not one of the answers here. Please choose again."),
        (
            ["grown-ups", "x" * 10_000],
            ["grown-ups"],
            "That was not one of the answers here. Please choose again.",
        ),
    ],
)
def test_reading_a_single_choice(sent: list[str], kept: list[str], problem: str | None) -> None:
    reading = make(FIRST_WORDS).read({"first-words": sent})

    assert list(reading.response.get("chosen", [])) == kept
    assert reading.problem == problem


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (["custody"], None),
        (["custody", "carer", "neighbours", "press"], None),
        ([], "Choose at least one answer."),
        (["custody", "nobody"], "That was not one of the answers here. Please choose again."),
    ],
)
def test_reading_a_multiple_choice(sent: list[str], problem: str | None) -> None:
    assert make(WHO_TO_TELL).read({"who-to-tell": sent}).problem == problem


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (["grown-ups"], 1),
        (["father"], 0),
        (["father", "grown-ups"], 0),
        ([], 0),
    ],
)
def test_marking_a_single_choice(chosen: list[str], points: Fraction) -> None:
    assert make(FIRST_WORDS).mark({"chosen": chosen}).points == points


@pytest.mark.parametrize(
    ("scoring", "points"),
    [
        ("all-or-nothing", [0, 1, 0, 0, 0]),
        ("net-correct", [Fraction(1, 2), 1, Fraction(1, 2), 0, 0]),
        ("coverage", [Fraction(1, 2), 1, Fraction(2, 3), Fraction(1, 2), 0]),
        ("each-answer", [Fraction(3, 4), 1, Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)]),
    ],
)
def test_marking_a_multiple_choice(scoring: str, points: list[Fraction]) -> None:
    question = make(WHO_TO_TELL, scoring=scoring)
    answers = [
        ["carer"],
        ["carer", "custody"],
        ["carer", "custody", "press"],
        ["carer", "custody", "press", "neighbours"],
        ["press"],
    ]

    marks = [question.mark({"chosen": chosen}).points for chosen in answers]

    assert marks == points


def test_a_reordered_question_marks_the_old_answer_alike() -> None:
    before = make(FIRST_WORDS)
    after = make(FIRST_WORDS, options=list(reversed(FIRST_WORDS["options"])))

    assert before.mark({"chosen": ["grown-ups"]}) == after.mark({"chosen": ["grown-ups"]})


def test_an_answer_whose_option_was_taken_away_is_not_marked() -> None:
    shorter = make(FIRST_WORDS, options=FIRST_WORDS["options"][1:])

    mark = shorter.mark({"chosen": ["father"]})

    assert mark.points is None
    assert mark.reason == "the question has no option father"


def test_options_are_mixed_by_the_seed() -> None:
    question = make(WHO_TO_TELL)
    orders = {question.show(seed).options for seed in range(30)}

    assert len(orders) > 5
    assert question.show(4) == question.show(4)
    assert all(sorted(order) == sorted(question.show(0).options) for order in orders)


def test_the_feedback_is_on_what_was_chosen() -> None:
    question = make(FIRST_WORDS)

    assert question.feedback({"chosen": ["father"]}) == ("She is no informant.",)
    assert question.feedback({"chosen": ["grown-ups"]}) == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["True", "False"]), ("es", ["Verdadero", "Falso"]), ("xx", ["True", "False"])],
)
def test_true_comes_first_in_the_quizs_language(language: str, words: list[str]) -> None:
    shown = make(ALWAYS_HARMFUL, language).show(seed=5)

    assert [html for _, html in shown.options] == words
    assert [id_ for id_, _ in shown.options] == ["true", "false"]


@pytest.mark.parametrize(("answer", "points"), [("true", 0), ("false", 1)])
def test_marking_a_statement(answer: str, points: Fraction) -> None:
    assert make(ALWAYS_HARMFUL).mark({"chosen": [answer]}).points == points
