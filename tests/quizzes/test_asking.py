"""How each type is asked: the form of its own template, and the words that statistics tell."""

import re
from typing import Any

import pytest
from flask import Flask, get_template_attribute

from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.questions.base import Response
from coursesite.quizzes.rules.sums import chosen_in
from tests.authoring.question_forms import Sent, fields_on
from tests.quizzes.examples import ALL, make

every_type = pytest.mark.parametrize("example", ALL, ids=lambda example: str(example["type"]))


def sent(app: Flask, example: dict[str, Any], given: Response) -> Sent:
    """What a browser sends from the form of the question, in which this was given."""
    each = {"shown": make(example).ask(1), "given": given, "version": 0, "problem": None}
    with app.test_request_context():
        return fields_on(get_template_attribute("quizzes/question.html", "question")(each, 1, 1))


def test_every_type_is_among_the_examples() -> None:
    assert {example["type"] for example in ALL} == set(TYPES)


@every_type
def test_the_form_sends_back_what_was_given(app: Flask, example: dict[str, Any]) -> None:
    question = make(example)
    reading = question.read(sent(app, example, question.key()))

    assert reading.problem is None
    assert question.mark(reading.response).points == 1


@every_type
def test_an_untouched_form_answers_nothing(app: Flask, example: dict[str, Any]) -> None:
    assert make(example).read(sent(app, example, {})).blank


@every_type
def test_statistics_tell_the_key_in_the_words_of_the_question(example: dict[str, Any]) -> None:
    question = make(example)
    chosen = chosen_in(question.show(1).to_json(), question.key())
    told = {word for at in chosen for word in question.words_of(*at)}
    right = " ".join(question.right_answer())
    known = {gap["id"] for gap in example.get("gaps", ())}
    assert all(word in right or re.fullmatch("[0-9]+", word) for word in told - known)
    assert bool(told) == (example["type"] not in {"number", "short_text"})


@every_type
def test_what_was_taken_away_since_is_told_by_its_id(example: dict[str, Any]) -> None:
    assert "gone" in make(example).words_of("chosen", "gone")
