"""The calendar: leap days, ends of months, clocks that change, zones half a world apart."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.rules import (
    ExpiryMode,
    Renewal,
    Standing,
    Terms,
    Validity,
    add_months,
    granted,
    held,
    renewal_opens_on,
    standing,
    validity_of,
)
from coursesite.assignments.rules.validity import Policy
from coursesite.assignments.services import assign, completed, open_renewals, rest_by_days
from coursesite.progress.rules import Means
from tests.assignments.histories import TERMS, Life, Step
from tests.assignments.makers import acting, complete, make_plan, requirement_of
from tests.assignments.proofs import deviations_of
from tests.makers import make_organisation, make_person, make_unit

DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2033, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
ZONES = st.sampled_from(
    [
        "Pacific/Midway",
        "America/St_Johns",
        "America/New_York",
        "UTC",
        "Europe/Berlin",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kiritimati",
    ]
)
MONTHS = st.integers(1, 120)
MODES = st.sampled_from(ExpiryMode)


@given(DAYS, MONTHS)
def test_months_never_skip_one_and_never_leave_it(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(DAYS, DAYS, MONTHS)
def test_who_finishes_later_is_never_valid_for_less(one: date, other: date, months: int) -> None:
    first, last = sorted((one, other))
    assert add_months(first, months) <= add_months(last, months)


@given(DAYS, MONTHS, st.integers(0, 400), st.integers(0, 90), MODES)
def test_the_last_valid_day_is_valid_and_the_next_is_not(
    day: date, months: int, window: int, grace: int, mode: ExpiryMode
) -> None:
    terms = Terms(months, window, grace, mode, "02-29")
    validity = validity_of(terms, day)
    until, graced = validity.valid_until, validity.grace_until
    assert until
    assert graced
    assert validity.covers(until)
    assert not validity.covers(until + timedelta(days=1))
    assert until >= add_months(day, months)
    assert (graced - until).days == grace


@given(DAYS, MONTHS, st.integers(1, 60), st.integers(0, 60))
def test_renewing_on_time_costs_nothing_and_gains_nothing(
    day: date, months: int, window: int, early: int
) -> None:
    terms = Terms(months, window)
    old = validity_of(terms, day).valid_until
    assert old
    renewed_on = max(renewal_opens_on(old, window), old - timedelta(days=early))
    validity, _policy = granted([Policy(terms)], renewed_on, Renewal(old))
    assert validity.valid_until == add_months(old, months)


@given(DAYS, DAYS, DAYS)
def test_a_changed_text_only_ever_shortens_what_is_held(
    until: date, due_on: date, changed_by: date
) -> None:
    before = Validity(until, until)
    after = held(before, due_on=due_on, changed_by=changed_by)
    assert after.valid_until == min(until, changed_by)
    assert after.grace_until
    assert after.grace_until >= after.valid_until


@given(MOMENTS, ZONES)
def test_every_moment_lies_in_the_day_that_it_falls_on(moment: datetime, zone: str) -> None:
    day = clock.day_of(moment, zone)
    assert clock.start_of(day, zone) <= moment
    tomorrow = day + timedelta(days=1)
    # Apia has no 30 December 2011; no zone here skips a day in these years.
    assert moment < clock.start_of(tomorrow, zone)
    assert clock.day_of(clock.start_of(day, zone), zone) == day


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Beirut"])
@pytest.mark.parametrize("month", [3, 10, 11])
def test_a_day_that_is_shorter_or_longer_is_still_a_day(zone: str, month: int) -> None:
    lengths = set()
    for number in range(28):
        day = date(2026, month, number + 1)
        length = clock.start_of(day + timedelta(days=1), zone) - clock.start_of(day, zone)
        lengths.add(length)
        noon = datetime(2026, month, number + 1, 12, tzinfo=ZoneInfo(zone))
        assert clock.day_of(noon, zone) == day
    assert timedelta(hours=24) in lengths
    assert lengths <= {timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)}


LEARNED = [Step("assign", number=0), Step("complete", days=20)]
RUNS = st.lists(st.integers(1, 120), max_size=4)


def rows(session: Session, life: Life) -> list[tuple[object, ...]]:
    """All that is kept, but for the moments at which it was noticed."""
    found = session.query(Period).order_by(Period.number).all()
    kept = [
        (each.cause, each.assigned_on, each.opens_on, each.due_on, each.valid_until)
        for each in found
        if each.cancelled_at is None
    ]
    requirement = life.requirements()[0]
    dates = (requirement.due_on, requirement.valid_until, requirement.grace_until)
    return [*kept, (requirement.progress, requirement.excuse, *dates)]


def lived(
    session: Session, zone: str, nights: list[int], away: int, last: int
) -> list[tuple[object, ...]]:
    """What is kept at the end of a year and some days, of which the jobs ran on some nights."""
    with session.begin_nested() as undone:
        life = Life(session, zone)
        life.tell([*LEARNED, Step("away", days=away, which=4, number=12)])
        began = life.now
        for night in sorted(each for each in nights if each < last):
            with time_machine.travel(began + timedelta(days=night)):
                open_renewals(session)
                rest_by_days(session)
        life.now = began + timedelta(days=last)
        life.tell([Step("complete", days=0, night=False)])
        life.tell([Step("wait", days=10, night=True)])
        with time_machine.travel(life.now):
            assert deviations_of(session, life.person.id) == []
            kept = rows(session, life)
        undone.rollback()
    session.expire_all()
    return kept


@settings(
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ZONES, RUNS, st.integers(250, 340), st.integers(1, 200))
def test_it_does_not_matter_on_which_nights_the_jobs_run(
    session: Session, zone: str, nights: list[int], away: int, last: int
) -> None:
    often = lived(session, zone, list(range(1, last, 7)), away, last)
    assert lived(session, zone, nights, away, last) == often


def test_a_clock_that_jumps_back_changes_nothing_that_was_done(session: Session) -> None:
    life = Life(session, "Europe/Berlin")
    life.tell([*LEARNED, Step("wait", days=330)])
    before = rows(session, life)
    with time_machine.travel(life.now - timedelta(days=100)):
        life.pass_night()
        assert rows(session, life) == before
    with time_machine.travel(life.now + timedelta(days=3)):
        life.pass_night()
        assert deviations_of(session, life.person.id) == []
        assert rows(session, life) == before


def test_a_clock_that_jumped_ahead_is_no_reason_to_open_twice(session: Session) -> None:
    life = Life(session, "Pacific/Kiritimati")
    life.tell(LEARNED)
    with time_machine.travel(life.now + timedelta(days=400)):
        life.pass_night()
    life.tell([Step("wait", days=1), Step("wait", days=340), Step("wait", days=60)])
    assert len(rows(session, life)[:-1]) == 2


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Pacific/Midway", Standing.DUE_SOON),
        ("Europe/Berlin", Standing.DUE_SOON),
        ("Pacific/Kiritimati", Standing.OVERDUE),
    ],
)
def test_a_day_is_over_when_it_is_over_where_the_organisation_is(
    session: Session, zone: str, expected: Standing
) -> None:
    life = Life(session, zone)
    life.tell([Step("assign", number=0)])
    requirement = life.requirements()[0]
    assert requirement.due_on
    evening = datetime.combine(requirement.due_on, datetime.min.time(), UTC) + timedelta(hours=20)
    with time_machine.travel(evening):
        [required] = requirements_of(session, life.person.id, life.today)
        assert required.standing is expected
        assert standing(required.facts, life.today) is expected


@settings(
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(MOMENTS, ZONES, ZONES)
def test_who_moves_to_another_zone_takes_the_days_of_their_training_along(
    session: Session, moment: datetime, old: str, new: str
) -> None:
    """Earlier training counts from the day that its certificate names, which may be tomorrow."""
    with session.begin_nested() as undone:
        life = Life(session, old, now=moment)
        life.tell([Step("assign", number=0), Step("complete", days=3), Step("leave", days=1)])
        [before] = life.requirements()
        done_on = clock.day_of(life.completions()[0].completed_at, old)
        assert before.valid_until == validity_of(TERMS[0], done_on).valid_until
        with time_machine.travel(life.now):
            organisation = make_organisation(session, time_zone=new)
            unit = make_unit(session, organisation)
            newcomer, boss = make_person(session, unit), make_person(session, unit)
            assign(session, make_plan(unit, terms=TERMS[0]), acting(boss))
            noon = datetime.combine(done_on, time(12), ZoneInfo(new))
            counts_from = clock.day_of(min(noon, clock.now()), new)
            done = complete(session, newcomer, means=Means.PRIOR)
            done.completed_at = min(noon, clock.now())
            completed(session, done)
            after = requirement_of(session, newcomer)
            assert counts_from == min(done_on, clock.today(new))
            assert after.valid_until == validity_of(TERMS[0], counts_from).valid_until
            assert deviations_of(session, newcomer.id) == []
            assert deviations_of(session, life.person.id) == []
        undone.rollback()
    session.expire_all()
