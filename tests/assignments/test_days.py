"""Months, due dates, and dates that nobody can keep."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.assignments.rules import (
    Anchors,
    Due,
    DueRule,
    Problem,
    add_months,
    day_of_year,
    due_on,
    earliest_open,
    problem_with,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(1, 120)
TODAY = date(2026, 3, 2)  # a Monday


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 5, 15), 24, date(2028, 5, 15)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, MONTHS)
def test_a_later_month_keeps_the_day_or_takes_its_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    is_last = (later + timedelta(days=1)).month != later.month
    assert later.day == day.day or (later.day < day.day and is_last)


@given(DAYS, DAYS, MONTHS)
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@pytest.mark.parametrize(
    ("day", "month", "expected"),
    [(31, 8, "08-31"), (29, 2, "02-29"), (30, 2, None), (31, 4, None), (0, 1, None), (1, 13, None)],
)
def test_a_day_of_every_year_is_one_that_some_year_has(
    day: int, month: int, expected: str | None
) -> None:
    assert day_of_year(day, month) == expected


ANCHORS = Anchors(
    assigned_on=date(2026, 3, 2),
    posted_on=date(2025, 6, 1),
    hired_on=date(2024, 2, 29),
    first_signed_in_on=date(2026, 3, 20),
    target_completed_on=date(2026, 1, 10),
)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(DueRule.FIXED, on=date(2026, 9, 1)), date(2026, 9, 1)),
        (Due(DueRule.AFTER_ASSIGNMENT, days=60), date(2026, 5, 1)),
        (Due(DueRule.AFTER_POSTING, days=30), date(2025, 7, 1)),
        (Due(DueRule.AFTER_HIRE, days=1), date(2024, 3, 1)),
        (Due(DueRule.AFTER_FIRST_SIGN_IN, days=14), date(2026, 4, 3)),
        (Due(DueRule.AFTER_TARGET, days=0), date(2026, 1, 10)),
    ],
)
def test_due_by_every_rule(due: Due, expected: date) -> None:
    assert due_on(due, ANCHORS) == expected


@pytest.mark.parametrize(
    "rule",
    [
        DueRule.AFTER_POSTING,
        DueRule.AFTER_HIRE,
        DueRule.AFTER_FIRST_SIGN_IN,
        DueRule.AFTER_TARGET,
    ],
)
def test_no_date_without_its_anchor(rule: DueRule) -> None:
    assert due_on(Due(rule, days=10), Anchors(assigned_on=TODAY)) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([date(2026, 5, 1)], date(2026, 5, 1)),
        ([date(2026, 5, 1), date(2026, 4, 1)], date(2026, 4, 1)),
        ([date(2026, 1, 1), date(2026, 5, 1), date(2026, 4, 1)], date(2026, 4, 1)),
        ([date(2026, 1, 1), date(2026, 3, 2)], date(2026, 3, 2)),
        ([date(2026, 5, 1), TODAY], TODAY),
        ([date(2026, 1, 1), date(2026, 2, 1)], date(2026, 2, 1)),
    ],
)
def test_the_earliest_date_that_has_not_passed_counts(days: list[date], expected: date) -> None:
    assert earliest_open(days, TODAY) == expected


@given(st.lists(DAYS, min_size=1), DAYS)
def test_a_passed_date_counts_only_when_all_have(days: list[date], today: date) -> None:
    chosen = earliest_open(days, today)
    assert chosen in days
    assert chosen >= today or max(days) < today


@pytest.mark.parametrize(
    ("due", "minutes", "problem"),
    [
        (None, 40, Problem.NO_ANCHOR),
        (date(2026, 3, 1), 40, Problem.PASSED),
        (date(2026, 3, 2), 40, Problem.TOO_SOON),
        (date(2026, 3, 3), 40, None),
        (date(2026, 3, 3), 480, None),
        (date(2026, 3, 3), 481, Problem.TOO_SOON),
        (date(2026, 3, 4), 481, None),
    ],
)
def test_a_date_that_nobody_can_keep(
    due: date | None, minutes: int, problem: Problem | None
) -> None:
    assert problem_with(due, minutes, TODAY) is problem


def test_a_weekend_is_no_time_to_learn() -> None:
    friday = date(2026, 3, 6)
    assert problem_with(date(2026, 3, 8), 40, friday) is Problem.TOO_SOON
    assert problem_with(date(2026, 3, 9), 40, friday) is None


@given(DAYS, st.integers(0, 3000), st.integers(0, 60))
def test_more_time_is_never_a_problem(today: date, minutes: int, days: int) -> None:
    due = today + timedelta(days=days)
    if problem_with(due, minutes, today) is None:
        assert problem_with(due + timedelta(days=1), minutes, today) is None
