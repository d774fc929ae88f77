"""How long a completion is valid."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.assignments.rules import (
    ExpiryMode,
    Terms,
    Validity,
    add_months,
    refresher_of,
    renewal_opens_on,
    strictest,
    validity_of,
)
from coursesite.assignments.rules.validity import Policy, Renewal, granted, held

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
EXPIRY = date(2026, 6, 30)
EXPIRY_27 = date(2027, 6, 30)
YEARLY = Terms(months=12, grace_days=30)


@pytest.mark.parametrize(
    ("mode", "completed_on", "previous", "expected"),
    [
        (ExpiryMode.COMPLETION, date(2026, 6, 1), EXPIRY, date(2027, 6, 1)),
        (ExpiryMode.COMPLETION, date(2028, 2, 29), None, date(2029, 2, 28)),
        (ExpiryMode.PREVIOUS, date(2026, 6, 1), None, date(2027, 6, 1)),
        (ExpiryMode.PREVIOUS, date(2026, 6, 1), EXPIRY, date(2027, 6, 30)),
        (ExpiryMode.PREVIOUS, EXPIRY, EXPIRY, date(2027, 6, 30)),
        (ExpiryMode.PREVIOUS, date(2026, 7, 1), EXPIRY, date(2027, 7, 1)),
        (ExpiryMode.CALENDAR, date(2026, 6, 1), None, date(2027, 8, 31)),
        (ExpiryMode.CALENDAR, date(2026, 8, 31), None, date(2027, 8, 31)),
        (ExpiryMode.CALENDAR, date(2026, 9, 1), None, date(2028, 8, 31)),
    ],
)
def test_the_last_valid_day(
    mode: ExpiryMode, completed_on: date, previous: date | None, expected: date
) -> None:
    terms = Terms(months=12, mode=mode, calendar_day="08-31")
    assert validity_of(terms, completed_on, previous).valid_until == expected


@pytest.mark.parametrize(
    ("completed_on", "expected"),
    [
        (date(2026, 3, 1), date(2028, 2, 29)),
        (date(2026, 2, 27), date(2027, 2, 28)),
        (date(2027, 2, 20), date(2028, 2, 29)),
    ],
)
def test_a_calendar_day_that_not_every_year_has(completed_on: date, expected: date) -> None:
    terms = Terms(months=12, mode=ExpiryMode.CALENDAR, calendar_day="02-29")
    assert validity_of(terms, completed_on).valid_until == expected


def test_the_last_valid_day_is_a_valid_day() -> None:
    validity = validity_of(YEARLY, date(2026, 1, 31))
    assert validity == Validity(date(2027, 1, 31), date(2027, 3, 2))
    assert validity.covers(date(2027, 1, 31))
    assert not validity.covers(date(2027, 2, 1))


def test_without_months_it_is_valid_for_good() -> None:
    assert validity_of(Terms(), date(2026, 1, 1)) == Validity()
    assert Validity().covers(date(2999, 1, 1))


def test_the_strictest_of_several_assignments_counts() -> None:
    half, year = Validity(date(2026, 6, 1)), Validity(date(2027, 1, 1))
    assert strictest([year, half, Validity()]) == half
    assert strictest([]) == Validity()


def test_renewal_opens_a_window_before_the_last_valid_day() -> None:
    assert renewal_opens_on(date(2027, 3, 2), 60) == date(2027, 1, 1)


@given(DAYS, DAYS, st.integers(1, 60), st.sampled_from(ExpiryMode))
def test_no_mode_gives_less_than_the_promised_months(
    completed_on: date, previous: date, months: int, mode: ExpiryMode
) -> None:
    terms = Terms(months=months, mode=mode, calendar_day="01-01")
    until = validity_of(terms, completed_on, previous).valid_until
    assert until is not None
    assert until >= add_months(completed_on, months)


@given(DAYS, st.integers(1, 60), st.integers(0, 59))
def test_being_early_costs_nothing(expiry: date, months: int, early: int) -> None:
    terms = Terms(months=months)
    on_the_day = validity_of(terms, expiry, expiry)
    assert validity_of(terms, renewal_opens_on(expiry, early), expiry) == on_the_day


SHORT = Terms(months=12, refreshers=("module:a", "module:b"))


@pytest.mark.parametrize(
    ("number", "asked", "expected"),
    [
        (1, [SHORT], None),
        (2, [SHORT], "module:a"),
        (3, [SHORT], "module:b"),
        (4, [SHORT], "module:a"),
        (2, [], None),
        (2, [SHORT, Terms(months=24)], None),
        (2, [Terms(months=None), SHORT], "module:a"),
        (2, [SHORT, Terms(months=24, refreshers=("module:c",))], "module:a"),
    ],
)
def test_refreshers_take_turns_and_every_assignment_must_offer_one(
    number: int, asked: list[Terms], expected: str | None
) -> None:
    assert refresher_of(number, asked) == expected


GIVEN = Validity(date(2027, 6, 30), date(2027, 7, 30))


@pytest.mark.parametrize(
    ("last", "due_on", "changed_by", "expected"),
    [
        (GIVEN, None, None, GIVEN),
        (GIVEN, date(2027, 6, 30), None, GIVEN),
        (GIVEN, date(2027, 9, 1), None, Validity(date(2027, 6, 30), date(2027, 9, 1))),
        (Validity(EXPIRY), date(2026, 9, 1), None, Validity(EXPIRY, date(2026, 9, 1))),
        (Validity(), date(2027, 9, 1), None, Validity()),
        # A changed text must be learned before it would have ended, in its grace, or after that.
        (GIVEN, date(2027, 3, 1), date(2027, 3, 1), Validity(date(2027, 3, 1), date(2027, 3, 1))),
        (GIVEN, GIVEN.valid_until, date(2027, 7, 9), Validity(EXPIRY_27, date(2027, 7, 9))),
        (GIVEN, GIVEN.valid_until, date(2027, 8, 9), GIVEN),
        (Validity(EXPIRY_27), EXPIRY_27, date(2027, 8, 9), Validity(EXPIRY_27, EXPIRY_27)),
        (Validity(), date(2027, 3, 1), date(2027, 3, 1), Validity(*[date(2027, 3, 1)] * 2)),
    ],
)
def test_how_long_somebody_is_certified_who_has_to_renew(
    last: Validity, due_on: date | None, changed_by: date | None, expected: Validity
) -> None:
    assert held(last, due_on=due_on, changed_by=changed_by) == expected


MONTHLY = Policy(Terms(months=12, window_days=60, grace_days=30), 7)


@pytest.mark.parametrize(
    ("completed_on", "renewal", "expected"),
    [
        (date(2026, 5, 1), Renewal(EXPIRY), GIVEN),
        (date(2026, 4, 30), Renewal(EXPIRY), Validity(date(2027, 4, 30), date(2027, 5, 30))),
        (date(2026, 3, 1), Renewal(EXPIRY, date(2026, 3, 1)), GIVEN),
        (date(2026, 1, 1), Renewal(None), Validity(date(2027, 1, 1), date(2027, 1, 31))),
        # Learned again as its text changed: never shorter than before, and for good stays for good.
        (date(2026, 3, 1), Renewal(EXPIRY_27, None, at_least=True), GIVEN),
        (date(2026, 3, 1), Renewal(None, None, at_least=True), Validity()),
    ],
)
def test_what_a_completion_is_good_for_and_by_what(
    completed_on: date, renewal: Renewal, expected: Validity
) -> None:
    assert granted([MONTHLY], completed_on, renewal) == (expected, MONTHLY)


def test_of_several_the_strictest_decides_and_without_any_it_is_for_good() -> None:
    longer = Policy(Terms(months=24), 1)
    kinder = Policy(Terms(months=12, grace_days=60), 2)
    for policies in ([longer, kinder, MONTHLY], [MONTHLY, kinder, longer]):
        assert granted(policies, date(2026, 1, 1), Renewal())[1] == MONTHLY
    assert granted([], date(2026, 1, 1), Renewal()) == (Validity(), Policy())


def test_a_policy_is_kept_with_all_that_it_says() -> None:
    terms = Terms(18, 45, 15, ExpiryMode.CALENDAR, "08-31", ("module:a", "module:b"))
    for policy in (Policy(terms, 9), Policy()):
        assert Policy.from_json(json.loads(json.dumps(policy.to_json()))) == policy
