"""What holds for questions of every type."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.quizzes.questions import question_from_json
from coursesite.quizzes.questions.base import Form, Shown, field_name, shuffled
from coursesite.quizzes.questions.building import inline, text_id
from tests.quizzes.examples import ALL, make

OPTIONS = ["father", "grown-ups", "custody", "press", "true", "false", "find-out", "say", "write"]
every_type = pytest.mark.parametrize("example", ALL, ids=lambda example: str(example["type"]))


def hostile_forms(example: dict[str, Any]) -> st.SearchStrategy[Form]:
    """Forms with right and wrong names, and right, wrong, double and absurd values."""
    names = st.sampled_from([field_name(example["id"], part) for part in ["", *OPTIONS]])
    values = (
        st.sampled_from([*OPTIONS, "1", "2", "3", "4", "01", "-1", "²", "9" * 5000]) | st.text()
    )
    return st.dictionaries(names | st.text(), st.lists(values, max_size=6), max_size=8)


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
@given(data=st.data())
def test_any_form_is_understood_or_refused_and_can_always_be_marked(
    example: dict[str, Any], data: st.DataObject
) -> None:
    question = make(example)
    reading = question.read(data.draw(hostile_forms(example)))
    points = question.mark(reading.response).points
    told = question.told(reading.response, question.show(seed=1))

    assert points is not None
    assert 0 <= points <= 1
    assert bool(told) is not reading.blank


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
