"""What attempts add up to, question by question."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.errors import Conflict
from coursesite.quizzes.jobs import recount as recount_by_night
from coursesite.quizzes.models import ChoiceSum, PaceSum, QuestionSum
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules.analysis import (
    Chosen,
    Finding,
    Item,
    Numbers,
    findings,
    median_pace,
)
from coursesite.quizzes.rules.sums import chosen_in, paces_of
from coursesite.quizzes.services import recount, repair_sums, submit_attempt
from coursesite.quizzes.statistics import items_of
from tests.makers import make_person
from tests.quizzes.regrades import (
    SLUG,
    a_question,
    a_quiz,
    an_actor,
    answer,
    begin,
    publish_quiz,
    take,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TEXTS = {"a": "Apple", "b": "Beet", "c": "Chard"}


def items(session: Session) -> dict[str, Item]:
    quiz = QUIZZES.find_live(session, SLUG, "en")
    assert quiz
    return items_of(session, quiz)


def test_what_people_answer_is_summed_up(session: Session) -> None:
    publish_quiz(session, a_quiz())
    for _ in range(3):
        take(session, q1="a", q2="a", q3="a")
    take(session, q1="b", q2="a")
    take(session)
    found = items(session)
    first = found["q1"].numbers
    assert (first.asked, first.people, first.passed, first.given) == (5, 5, 3, 4)
    assert first.facility == pytest.approx(0.6)
    assert first.discrimination == pytest.approx(297 / (6 * 17424) ** 0.5)
    assert set(found["q1"].chosen) == {Chosen("chosen", "a", 3, 3), Chosen("chosen", "b", 1, 0)}
    assert found[""].numbers.passed == 3
    assert recount(session, SLUG) == []


def test_a_second_attempt_counts_only_as_asked_again(session: Session) -> None:
    publish_quiz(session, a_quiz())
    ada = make_person(session)
    take(session, ada, q1="b")
    take(session, ada, q1="a")
    numbers = items(session)["q1"].numbers
    assert (numbers.asked, numbers.people, numbers.mark) == (2, 1, 0)


def test_of_fewer_than_five_people_nothing_is_told(session: Session) -> None:
    publish_quiz(session, a_quiz())
    for _ in range(4):
        take(session, q1="b")
    item = items(session)["q1"]
    assert not item.told
    assert (item.numbers.facility, item.numbers.discrimination) == (None, None)
    assert findings(item, TEXTS, ["a"]) == []
    take(session, q1="b")
    assert items(session)["q1"].told


def test_answers_to_an_earlier_question_do_not_count(session: Session) -> None:
    publish_quiz(session, a_quiz(q1=a_question("q1", right="b")))
    take(session, q1="b")
    publish_quiz(session, a_quiz())
    take(session, q1="a")
    found = items(session)
    assert found["q1"].numbers.people == 1
    assert found["q2"].numbers.people == 2


def test_months_are_kept_apart(session: Session) -> None:
    publish_quiz(session, a_quiz())
    for days in (0, 40):
        with time_machine.travel(NOON + timedelta(days=days)):
            take(session, q1="a")
    assert [str(each) for each in items(session)["q1"].months] == ["2026-11-01", "2026-12-01"]


def test_how_long_an_answer_takes_is_known_when_each_is_saved(session: Session) -> None:
    publish_quiz(session, a_quiz())
    with time_machine.travel(NOON, tick=False) as time:
        attempt = begin(session, make_person(session))
        for name, seconds in {"q1": 12, "q2": 100}.items():
            time.shift(seconds)
            answer(session, attempt, {name: "a"})
        submit_attempt(session, attempt, an_actor(session))
        take(session, q1="a", q2="a")
    paces = {
        (row.question_id, row.seconds): row.people for row in session.scalars(sa.select(PaceSum))
    }
    assert paces == {("q1", 15): 1, ("q2", 120): 1}


def test_sums_that_are_wrong_are_found_and_repaired(session: Session) -> None:
    publish_quiz(session, a_quiz())
    take(session, q1="a")
    session.execute(sa.update(QuestionSum).values(people=QuestionSum.people + 1))
    session.execute(sa.delete(ChoiceSum))
    assert len(recount(session, SLUG)) == 6
    session.commit()
    recount_by_night(session, {"quiz_slug": SLUG})
    assert recount(session, SLUG) == []
    event = session.scalars(sa.select(Event).where(Event.kind == "sums-repaired")).one()
    assert event.after
    assert event.after["differences"] == 6


def test_what_is_handed_in_during_a_recount_is_not_counted_twice(session: Session) -> None:
    publish_quiz(session, a_quiz())
    take(session, q1="a")
    session.execute(sa.update(QuestionSum).values(people=QuestionSum.people + 1))
    began, found = clock.now(), recount(session, SLUG)
    take(session, q1="b", q2="a")
    repair_sums(session, SLUG, found, began)
    assert recount(session, SLUG) == []


def test_of_two_recounts_one_repairs(session: Session) -> None:
    publish_quiz(session, a_quiz())
    take(session, q1="a")
    session.execute(sa.update(QuestionSum).values(people=QuestionSum.people + 1))
    session.commit()
    began, found = clock.now(), recount(session, SLUG)
    recount_by_night(session, {"quiz_slug": SLUG})
    session.commit()
    with pytest.raises(Conflict):
        repair_sums(session, SLUG, found, began)
    session.rollback()
    assert recount(session, SLUG) == []


def test_nothing_that_was_typed_is_summed_up() -> None:
    drawn = {"options": [["o1", "One"]], "gaps": [{"id": "g", "options": [["x", "X"]]}]}
    response = {"chosen": ["o1"], "g": ["x"], "text": ["My neighbour Joe"], "o1": ["2"]}
    assert chosen_in(drawn, response) == (("chosen", "o1"), ("g", "x"), ("o1", "2"))


def test_answers_that_came_together_tell_no_time() -> None:
    later = NOON + timedelta(seconds=30)
    assert paces_of(NOON, {"q1": later, "q2": later}) == {}
    assert paces_of(NOON, {"q2": later, "q1": later - timedelta(seconds=20)}) == {
        "q1": 10,
        "q2": 20,
    }


@pytest.mark.parametrize(
    ("paces", "median"),
    [
        ({10: 4}, None),
        ({10: 3, 20: 2}, (5, 10)),
        ({10: 2, 20: 3}, (15, 20)),
        ({5: 9}, (0, 5)),
        ({600: 5}, (300, None)),
    ],
)
def test_the_median_is_told_as_a_range(paces: dict[int, int], median: object) -> None:
    assert median_pace(paces) == median


def numbers_of(people: int, passed: int, right: int, given: int | None = None) -> Numbers:
    return Numbers(
        asked=people,
        people=people,
        passed=passed,
        given=people if given is None else given,
        marked=people,
        mark=1000 * right,
        mark_squared=1_000_000 * right,
    )


def sentences(found: list[Finding]) -> list[str]:
    return [each.sentence % {**each.values} for each in found]


def test_a_key_that_those_who_failed_chose_is_suspicious() -> None:
    chosen = [Chosen("chosen", "a", 12, 2), Chosen("chosen", "b", 18, 16)]
    item = Item(numbers_of(30, 18, 12), {}, chosen)
    assert sentences(findings(item, TEXTS, ["a"])) == [
        "More of those who failed than of those who passed chose “Apple”, which counts as right: "
        "check the key.",
        "More of those who passed than of those who failed chose “Beet”, which counts as wrong: "
        "check the key.",
        "Nobody chose “Chard”: it could as well be left out.",
    ]


def test_what_may_be_chance_is_not_suspicious() -> None:
    chosen = [Chosen("chosen", "a", 14, 8), Chosen("chosen", "b", 16, 10)]
    assert sentences(findings(Item(numbers_of(30, 18, 14), {}, chosen), TEXTS, ["a"])) == [
        "Nobody chose “Chard”: it could as well be left out."
    ]


@pytest.mark.parametrize(("people", "told"), [(60, True), (20, False)])
def test_a_question_that_goes_against_the_rest_is_told_of_enough_people(
    people: int, told: bool
) -> None:
    """Of five people two have it right and three wrong, with more of the rest: r = -0.41."""
    fifth = people // 5
    marks, rests = [1000, 1000, 0, 0, 0], [60, 60, 40, 100, 100]
    pairs = list(zip(marks, rests, strict=True))
    numbers = Numbers(
        asked=people, people=people, passed=0, given=people, marked=people,
        mark=fifth * sum(marks),
        mark_squared=fifth * sum(mark * mark for mark in marks),
        rest=fifth * sum(rests),
        rest_squared=fifth * sum(rest * rest for rest in rests),
        product=fifth * sum(mark * rest for mark, rest in pairs),
    )  # fmt: skip
    found = sentences(findings(Item(numbers, {}), {}, []))
    assert any(each.startswith("Those who did better") for each in found) == told


def test_a_good_question_is_not_suspicious() -> None:
    chosen = [
        Chosen("chosen", "a", 20, 16), Chosen("chosen", "b", 6, 1), Chosen("chosen", "c", 4, 1)
    ]  # fmt: skip
    assert findings(Item(numbers_of(30, 18, 20), {}, chosen), TEXTS, ["a"]) == []


@pytest.mark.parametrize(
    ("numbers", "beginning"),
    [
        (numbers_of(30, 18, 6), "Only 20 %"),
        (numbers_of(30, 18, 30), "Nearly everybody"),
        (numbers_of(30, 18, 20, given=20), "33 % gave no answer"),
    ],
)
def test_what_is_too_hard_too_easy_or_unclear(numbers: Numbers, beginning: str) -> None:
    (found,) = sentences(findings(Item(numbers, {}), {}, []))
    assert found.startswith(beginning)


def test_a_question_that_becomes_easier_may_be_going_round() -> None:
    months = {
        NOON.date().replace(month=month, day=1): numbers_of(20, 10, right)
        for month, right in {5: 10, 6: 10, 7: 11, 8: 16, 9: 17, 10: 18}.items()
    }
    item = Item(sum(months.values(), Numbers()), months)
    assert sentences(findings(item, {}, [])) == [
        "It has become easier, from 52 % to 85 % in the last months: "
        "perhaps the answers are going round."
    ]
