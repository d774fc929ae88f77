"""What follows from a module's values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.content.rules import (
    Check,
    Option,
    Ref,
    RefKind,
    citable,
    filled,
    judge_check,
    share_minutes,
    why_not_citable,
    words_in,
)
from coursesite.errors import Invalid, NotFound
from tests.content.documents import DAY, FACTS, module_of

ONE = Check(
    "one",
    ("Who?",),
    (Option("a", ("A",), False, ("No.",)), Option("b", ("B",), True, ("Yes.",))),
)
TWO = Check("two", ("Which?",), (*ONE.options, Option("c", ("C",), True, ("Also.",))))


@pytest.mark.parametrize(
    ("check", "chosen", "right", "feedback"),
    [
        (ONE, ["b"], True, ["Yes."]),
        (ONE, ["a"], False, ["No."]),
        (TWO, ["b"], False, ["Yes."]),
        (TWO, ["c", "b"], True, ["Yes.", "Also."]),
        (TWO, ["a", "b", "c"], False, ["No.", "Yes.", "Also."]),
    ],
)
def test_feedback_is_on_what_was_chosen_and_nothing_else(
    check: Check, chosen: list[str], right: bool, feedback: list[str]
) -> None:
    verdict = judge_check(check, chosen)

    assert verdict.right is right
    assert [option.feedback[0] for option in verdict.chosen] == feedback


@pytest.mark.parametrize(
    ("chosen", "message"),
    [([], "Choose an answer first"), (["z"], "changed in the meantime"), (["a", "z"], "changed")],
)
def test_an_answer_that_cannot_be_judged(chosen: list[str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        judge_check(ONE, chosen)


def test_a_check_with_two_right_answers_is_a_multiple_choice() -> None:
    assert TWO.multiple
    assert not ONE.multiple


@pytest.mark.parametrize(
    ("fact", "day", "reason"),
    [
        ("A01", DAY, None),
        ("A01", date(2028, 11, 1), None),
        ("A01", date(2028, 11, 2), "should have been reviewed by 2028-11-01"),
        ("B07", DAY, None),
        ("C16", DAY, "has not been verified"),
        ("E01", DAY, "was withdrawn: it was wrong"),
    ],
)
def test_why_a_fact_cannot_be_cited(fact: str, day: date, reason: str | None) -> None:
    assert why_not_citable(FACTS[fact], day) == reason


def test_what_may_be_cited_that_day() -> None:
    assert citable(FACTS, DAY) == {"A01", "B07"}


@pytest.mark.parametrize(
    ("minutes", "words", "shares"),
    [
        (30, [100, 100, 100], (10, 10, 10)),
        (10, [0, 900], (1, 9)),
        (2, [50, 50, 50], (1, 1, 1)),
        (10, [0, 0], (1, 1)),
        (10, [], ()),
    ],
)
def test_how_minutes_are_shared(minutes: int, words: list[int], shares: tuple[int, ...]) -> None:
    assert share_minutes(minutes, words) == shares


@given(st.integers(1, 300), st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_shares_add_up_and_none_is_empty(minutes: int, words: list[int]) -> None:
    shares = share_minutes(minutes, words)

    assert min(shares) >= 1
    assert sum(shares) == max(minutes, len(words))


def test_a_text_is_filled_in_and_read_as_words() -> None:
    parts = ("<p>Ring ", Ref(RefKind.FIELD, "phone"), "</p><p>Now &amp; ", Ref(RefKind.LOCAL, "x"))

    assert filled(parts, lambda ref: f"[{ref.id}]") == "<p>Ring [phone]</p><p>Now &amp; [x]"
    assert words_in((*parts[:3], Ref(RefKind.LOCAL, "x", parts=("<b>here</b>",)))) == (
        "Ring Now & here"
    )


def test_a_lesson_that_is_not_there_is_not_found() -> None:
    module = module_of()

    assert module.lessons[0].find_check("who-first") is module.lessons[0].checks[0]
    assert module.lessons[0].find_check("nobody") is None
    with pytest.raises(NotFound):
        module.get_lesson("nowhere")
