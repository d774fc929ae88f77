"""A case: a story and the questions on it, drawn and asked together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.authored import Severity
from coursesite.quizzes.library import ReadQuiz, read_quiz
from coursesite.quizzes.questions import question_from_json
from coursesite.quizzes.questions.base import Shown
from coursesite.quizzes.rules import Quiz, draw
from tests.quizzes.banks import bank
from tests.quizzes.examples import make_case

CASE_IDS = ["who-tells-her", "she-may-write", "next-visit"]
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)

FILE = """\
questions:
  - id: tuesday-visit
    type: case
    objective: 1
    text: Nadia, *eight*, comes on Tuesdays.
    questions:
      - id: who-tells-her
        type: single
        objective: 1
        text: Who tells her?
        options: [{text: The officer., correct: true}, {text: Nobody.}]
        explanation: She asks whom she sees first.
        sources: [D09]
      - id: she-may-write
        type: true_false
        objective: 1
        text: She may write him a note.
        answer: true
        explanation: It costs a sheet of paper.
        sources: [D09]
"""


def read(text: str) -> ReadQuiz:
    facts = {"D09"}
    return read_quiz(text, "q.yaml", slug="q", language="en", objectives=1, citable=facts)


def test_a_case_is_read_as_its_questions_with_their_story() -> None:
    found = read(FILE)

    assert found.quiz is not None
    assert [each.id for each in found.quiz.questions] == ["who-tells-her", "she-may-write"]
    first = found.quiz.questions[0]
    assert first.story
    assert first.story.html == "<p>Nadia, <em>eight</em>, comes on Tuesdays.</p>"
    assert found.quiz == Quiz.from_json(json.loads(json.dumps(found.quiz.to_json())))


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("id: she-may-write", "id: tuesday-visit", 14,
         "question 1 has the id 'tuesday-visit' already: give this one its own"),
        ("text: Who tells her?", "text: ' '", 10, "the question needs a text"),
        ("comes on Tuesdays.", "comes [@D09].", 5,
         "a question cites under 'sources', not in its text"),
        ("        answer: true\n", "", 14,
         "say whether the statement holds: 'answer: true' or 'answer: false'"),
        ("type: true_false", "type: case", 15,
         "a case stands in no other case: make it one of its own"),
        ("answer: true", "answer: true\n        hold: true", 19,
         "a case is asked as a whole: set 'hold: true' on the case itself"),
        ("    questions:\n      -", "    explanation: Because.\n    questions:\n      -", 6,
         "a case has no 'explanation': say it in each of its questions"),
        ("    questions:\n      -", "    answer: 1\n    questions:\n      -", 6,
         "a 'case' question has no 'answer'; it has 'questions'"),
        ("        explanation: It costs a sheet of paper.\n", "", 14, "'explanation' is missing"),
        ("sources: [D09]\n      -", "sources: [B99]\n      -", 13,
         "'B99' is not a fact that may be cited: "
         "correct the id, or set 'hold: true' until the fact is verified"),
        ("type: case", "type: cases", 3,
         "there is no question type 'cases': did you mean 'case'? The types are 'single', "
         "'multiple', 'true_false', 'order', 'match', 'cloze', 'number', 'short_text' or 'case'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_case_is_said_with_its_line(
    old: str, new: str, line: int, message: str
) -> None:
    assert old in FILE
    found = read(FILE.replace(old, new, 1))

    assert found.quiz is None
    assert (line, message) in [(each.line, each.message) for each in found.problems]


def test_one_question_makes_no_case() -> None:
    found = read(FILE[: FILE.index("      - id: she-may")])

    assert (6, "a case has at least two questions; one stands by itself") in [
        (each.line, each.message) for each in found.problems
    ]


def test_a_case_on_hold_waits_with_its_questions_for_their_facts() -> None:
    waiting = FILE.replace("[D09]", "[B99]").replace("type: case", "type: case\n    hold: true")
    other = FILE.replace("questions:\n", "", 1).replace("tuesday", "monday")
    found = read(waiting + other.replace("who-", "whoever-").replace("she-", "he-"))

    assert found.quiz is not None
    assert [each.hold for each in found.quiz.questions] == [True, True, False, False]
    assert not any(each.severity is Severity.ERROR for each in found.problems)


def test_a_case_is_one_draw_of_so_many_points() -> None:
    case = make_case()

    drawn = draw([*bank("q", 8).questions, *case], 2, 9, {}, seed=1)

    assert len(drawn) == 8 + len(case)


def test_a_case_counts_for_the_objective_under_which_it_is_drawn() -> None:
    alone = bank("q", 2).questions

    drawn = draw([*alone, *make_case(objective=3)], 3, 3, {}, seed=1)
    others = draw([*alone, *make_case(objective=3)], 2, 3, {}, seed=1)

    assert {each.id for each in drawn} == {"q1", "q2", *CASE_IDS}
    assert {each.id for each in others} == {"q1", "q2"}


def test_a_case_waits_while_any_question_of_it_was_seen_lately() -> None:
    alone = bank("q", 1).questions
    seen = {"q1": EARLY, "she-may-write": LATE}

    drawn = draw([*make_case(), *alone], 2, 1, seen, seed=1)

    assert [each.id for each in drawn] == ["q1"]


def test_a_case_on_hold_is_not_drawn() -> None:
    assert draw(make_case(hold=True), 2, 5, {}, seed=1) == ()


@given(seed=st.integers(), count=st.integers(1, 12), mixed=st.randoms())
def test_a_case_stays_together_in_its_own_order(seed: int, count: int, mixed: Any) -> None:
    questions = [*bank("q", 8).questions, *make_case()]
    mixed.shuffle(questions)

    drawn = [each.id for each in draw(questions, 2, count, {}, seed)]

    if "who-tells-her" in drawn:
        at = drawn.index("who-tells-her")
        assert drawn[at : at + 3] == CASE_IDS
        assert len(drawn) == min(count, 9) + 2
    else:
        assert not set(drawn) & set(CASE_IDS)


def test_what_was_shown_of_a_case_comes_back_from_the_store_as_it_was() -> None:
    for question in make_case():
        shown = question.ask(seed=7)

        assert shown.story == question.story
        assert Shown.from_json(json.loads(json.dumps(shown.to_json()))) == shown
        assert question_from_json(json.loads(json.dumps(question.to_json()))) == question


def test_what_was_stored_before_there_were_cases_is_read() -> None:
    old = make_case()[0].to_json()
    del old["story"]

    assert question_from_json(old).story is None
