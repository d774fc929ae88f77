"""What holds for questions of every type."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.quizzes.questions import question_from_json
from coursesite.quizzes.questions.base import Form, Shown, field_name, shuffled
from coursesite.quizzes.questions.building import inline, text_id
from tests.quizzes.examples import ALL, make

PARTS = {
    "single": ["father", "grown-ups", "wait"],
    "multiple": ["custody", "carer", "press"],
    "true_false": ["true", "false"],
    "order": ["find-out", "say", "explain", "write", "1", "2", "3", "4"],
    "match": ["teacher", "officer", text_id("asks who is at home."), text_id("notices.")],
    "cloze": ["what", "cares", "age", text_id("cares")],
    "number": ["7", "7,5", "8.0"],
    "short_text": ["the child", "the parent"],
}
ODD = ["", "0", "01", "-1", "\N{SUPERSCRIPT TWO}", "\x00", "9" * 5000]
every_type = pytest.mark.parametrize("example", ALL, ids=lambda example: str(example["type"]))


def hostile_forms(example: dict[str, Any]) -> st.SearchStrategy[Form]:
    """Forms with right and wrong names, and right, wrong, double and absurd values."""
    parts = [*PARTS[example["type"]], *ODD]
    names = st.sampled_from([field_name(example["id"], part) for part in parts]) | st.text()
    sent = st.lists(st.sampled_from(parts) | st.text(), max_size=6)
    return st.dictionaries(names, sent, max_size=8)


def stored_values(example: dict[str, Any]) -> st.SearchStrategy[object]:
    """Whatever a store could give back for a response."""
    words = st.sampled_from([*PARTS[example["type"]], *ODD, "chosen", "text"])
    leaves = st.none() | st.integers() | words
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner),
        max_leaves=4,
    )


@every_type
def test_the_key_earns_the_full_point(example: dict[str, Any]) -> None:
    question = make(example)

    assert question.mark(question.key()).points == 1
    assert question.right_answer()


@every_type
def test_a_blank_is_worth_nothing_and_says_so(example: dict[str, Any]) -> None:
    question = make(example)
    reading = question.read({"csrf_token": ["x"]})

    assert reading.blank
    assert reading.problem
    assert question.mark(reading.response).points == 0


@every_type
def test_the_review_tells_what_was_given_as_it_was_shown(example: dict[str, Any]) -> None:
    question = make(example)
    shown = question.show(seed=3)

    assert set(question.told(question.key(), shown)) == set(question.right_answer())
    assert question.told({}, shown) == ()


@every_type
def test_what_was_shown_holds_no_key(example: dict[str, Any]) -> None:
    shown = json.dumps(make(example).show(seed=1).to_json())

    assert "correct" not in shown
    assert "informant" not in shown
    assert "Because." not in shown


@every_type
def test_a_question_comes_back_from_the_store_as_it_was(example: dict[str, Any]) -> None:
    question = make(example, sources=["A01"], hold=True)

    assert question_from_json(json.loads(json.dumps(question.to_json()))) == question


@every_type
def test_what_was_shown_comes_back_from_the_store_as_it_was(example: dict[str, Any]) -> None:
    shown = make(example).show(seed=7)

    assert Shown.from_json(json.loads(json.dumps(shown.to_json()))) == shown


@every_type
@settings(max_examples=50)
@given(data=st.data())
def test_any_form_is_understood_or_refused_and_can_always_be_marked(
    example: dict[str, Any], data: st.DataObject
) -> None:
    question = make(example)
    reading = question.read(data.draw(hostile_forms(example)))
    points = question.mark(reading.response).points
    told = question.told(reading.response, question.show(seed=1))

    assert isinstance(points, Fraction)
    assert 0 <= points <= 1
    assert bool(told) is not reading.blank


@every_type
@settings(max_examples=50)
@given(data=st.data())
def test_any_stored_response_is_marked_or_not_but_never_an_error(
    example: dict[str, Any], data: st.DataObject
) -> None:
    mark = make(example).mark(data.draw(stored_values(example)))

    assert mark.reason if mark.points is None else 0 <= mark.points <= 1


@every_type
@pytest.mark.parametrize(
    "response",
    [None, 7, "father", ["father"], {"chosen": "father"}, {"chosen": [1]}, {1: ["father"]},
     {"chosen": ["gone"]}, {"gone": ["1"]}, {"find-out": ["0"]}, {"find-out": ["1", "2"]}],
)  # fmt: skip
def test_what_does_not_fit_the_question_is_not_marked(
    example: dict[str, Any], response: object
) -> None:
    mark = make(example).mark(response)

    assert mark.points is None
    assert mark.reason


def test_an_order_follows_from_the_seed_and_the_names_alone() -> None:
    names = ["a", "b", "c", "d", "e"]

    assert shuffled(3, names, str) == shuffled(3, reversed(names), str)
    assert len({tuple(shuffled(seed, names, str)) for seed in range(50)}) > 20
    assert shuffled(3, names, str) == ["a", "e", "b", "c", "d"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Ask.</p>", "Ask."),
        ("<p>Ask <em>her</em>.</p>\n", "Ask <em>her</em>."),
        ("<p>One.</p>\n<p>Two.</p>", "<p>One.</p>\n<p>Two.</p>"),
        ("<p>One:</p>\n<ul><li>a</li></ul>", "<p>One:</p>\n<ul><li>a</li></ul>"),
        ("bare", "bare"),
    ],
)
def test_a_lone_paragraph_stands_in_a_label_without_its_tags(html: str, expected: str) -> None:
    assert inline(html) == expected


def test_an_option_without_an_id_is_named_by_its_text() -> None:
    assert text_id("Ask which grown-ups are at home.") == "9cac6278"
