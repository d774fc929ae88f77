"""Which questions a learner is asked."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.rules import draw
from tests.quizzes.examples import ALWAYS_HARMFUL, make

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def bank(*objectives: int, **changes: Any) -> list[Question]:
    """Questions q0, q1, ... that test these objectives."""
    return [
        make(ALWAYS_HARMFUL, id=f"q{number}", objective=objective, **changes)
        for number, objective in enumerate(objectives)
    ]


def names(questions: tuple[Question, ...]) -> set[str]:
    """The ids of what was drawn."""
    return {question.id for question in questions}


def test_each_objective_has_its_share() -> None:
    drawn = draw(bank(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3), 3, 6, {}, seed=1)

    assert Counter(question.objective for question in drawn) == {1: 2, 2: 2, 3: 2}


def test_what_one_objective_lacks_the_others_give() -> None:
    drawn = draw(bank(1, 2, 2, 2, 2, 2, 3), 3, 6, {}, seed=1)

    assert Counter(question.objective for question in drawn) == {1: 1, 2: 4, 3: 1}


def test_unseen_questions_come_first_then_those_seen_longest_ago() -> None:
    questions = bank(1, 1, 1, 1)
    seen = {f"q{number}": LONG_AGO + timedelta(days=number) for number in range(3)}

    assert names(draw(questions, 1, 1, seen, seed=1)) == {"q3"}
    assert names(draw(questions, 1, 3, seen, seed=1)) == {"q3", "q0", "q1"}


def test_the_odd_question_goes_to_the_objective_with_something_new() -> None:
    seen = {"q0": LONG_AGO, "q1": LONG_AGO, "q2": LONG_AGO}

    assert names(draw(bank(1, 1, 2, 2), 2, 1, seen, seed=1)) == {"q3"}


def test_different_learners_are_asked_different_questions() -> None:
    questions = bank(*[1] * 12)

    assert len({draw(questions, 1, 6, {}, seed) for seed in range(20)}) > 15


@st.composite
def situations(draw_: st.DrawFn) -> tuple[list[Question], dict[str, datetime]]:
    """A bank with some questions on hold, some for no objective, some seen."""
    questions = [
        make(ALWAYS_HARMFUL, id=f"q{number}", objective=objective, hold=hold)
        for number, (objective, hold) in enumerate(
            draw_(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=20))
        )
    ]
    days = st.integers(0, 900).map(lambda number: LONG_AGO + timedelta(days=number))
    return questions, draw_(st.dictionaries(st.sampled_from([f"q{n}" for n in range(20)]), days))


@given(situation=situations(), count=st.integers(0, 12), seed=st.integers())
def test_a_draw_never_repeats_never_holds_and_can_be_repeated(
    situation: tuple[list[Question], dict[str, datetime]], count: int, seed: int
) -> None:
    questions, seen = situation
    ready = [each for each in questions if not each.hold and 1 <= each.objective <= 4]

    drawn = draw(questions, 4, count, seen, seed)

    assert len(drawn) == len(names(drawn)) == min(count, len(ready))
    assert set(drawn) <= set(ready)
    assert drawn == draw(list(reversed(questions)), 4, count, seen, seed)


@given(situation=situations(), count=st.integers(0, 12), seed=st.integers())
def test_no_objective_is_left_short_while_it_has_questions(
    situation: tuple[list[Question], dict[str, datetime]], count: int, seed: int
) -> None:
    questions, seen = situation
    ready = Counter(each.objective for each in questions if not each.hold)

    drawn = Counter(each.objective for each in draw(questions, 4, count, seen, seed))

    for objective in range(1, 5):
        assert drawn[objective] >= min(ready[objective], count // 4)
