"""Reminders respect quiet hours and days, wherever the organisation is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.notifications.rules import DEFAULT_HOURS, Hours, Often, next_open, ready_at

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
ZONES = (
    "Pacific/Niue",
    "America/St_Johns",
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-11-30 09:00", "UTC", "2026-11-30 09:00"),
        ("2026-11-30 06:59", "UTC", "2026-11-30 07:00"),
        ("2026-11-30 18:59", "UTC", "2026-11-30 18:59"),
        ("2026-11-30 19:00", "UTC", "2026-12-01 07:00"),
        ("2026-11-27 19:00", "UTC", "2026-11-30 07:00"),
        ("2026-11-28 12:00", "UTC", "2026-11-30 07:00"),
        # Niue is eleven hours behind, Kiritimati fourteen ahead: one moment, two days.
        ("2026-11-30 05:00", "Pacific/Niue", "2026-11-30 18:00"),
        ("2026-11-30 05:00", "Pacific/Kiritimati", "2026-11-30 17:00"),
        ("2026-11-27 17:00", "Pacific/Kiritimati", "2026-11-29 17:00"),
        # The clocks of Berlin go forward on Sunday 28 March 2027 and back on 31 October 2027.
        ("2027-03-26 20:00", "Europe/Berlin", "2027-03-29 05:00"),
        ("2027-10-29 20:00", "Europe/Berlin", "2027-11-01 06:00"),
    ],
)
def test_the_next_moment_that_is_not_quiet(moment: str, zone: str, expected: str) -> None:
    assert next_open(utc(moment), zone) == utc(expected)


def test_an_opening_hour_that_the_clocks_skip_is_the_one_after_it() -> None:
    nights = Hours(time(2, 30), time(4), (7,))
    opened = next_open(utc("2027-03-27 20:00"), "Europe/Berlin", nights)
    assert opened.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_an_organisation_that_works_from_sunday_to_thursday() -> None:
    hours = Hours(time(8), time(16), (7, 1, 2, 3, 4))
    assert next_open(utc("2026-11-27 09:00"), "Asia/Amman", hours) == utc("2026-11-29 05:00")


@settings(max_examples=150)
@given(
    st.integers(0, 8 * 365 * 24 * 60).map(lambda each: FIRST + timedelta(minutes=each)),
    st.sampled_from(ZONES),
)
def test_nothing_is_sent_in_quiet_hours_nor_later_than_the_first_that_are_not(
    moment: datetime, zone: str
) -> None:
    opened = next_open(moment, zone)
    local = opened.astimezone(ZoneInfo(zone))
    assert DEFAULT_HOURS.holds(local)
    assert opened >= moment
    assert opened == moment or local.time() == time(7)
    assert (opened - moment).days < 3


@pytest.mark.parametrize(
    ("moment", "often", "zone", "expected"),
    [
        ("2026-11-30 09:00", Often.AT_ONCE, "UTC", "2026-11-30 09:15"),
        ("2026-11-30 18:50", Often.AT_ONCE, "UTC", "2026-12-01 07:00"),
        ("2026-11-30 05:00", Often.AT_ONCE, "UTC", "2026-11-30 07:00"),
        ("2026-11-30 05:00", Often.DAILY, "UTC", "2026-11-30 07:00"),
        ("2026-11-30 07:00", Often.DAILY, "UTC", "2026-12-01 07:00"),
        ("2026-11-27 12:00", Often.DAILY, "UTC", "2026-11-30 07:00"),
        ("2026-11-29 17:00", Often.DAILY, "Pacific/Kiritimati", "2026-11-30 17:00"),
    ],
)
def test_news_waits_for_what_follows_it(
    moment: str, often: Often, zone: str, expected: str
) -> None:
    assert ready_at(utc(moment), often, zone, DEFAULT_HOURS) == utc(expected)
