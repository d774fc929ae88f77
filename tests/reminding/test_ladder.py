"""Which step is due on which day, to whom it goes, and on which day a digest is sent."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.notifications.rules import DEFAULT_HOURS, Digest, Hours
from coursesite.reminding.rules import (
    DEFAULT_LADDER,
    Ladder,
    Level,
    is_sent_on,
    levels_above,
    step_name,
    steps_due,
)
from coursesite.reminding.rules.ladder import horizon

DUE = date(2027, 3, 29)
NOBODY: frozenset[str] = frozenset()


def due_by(today: date, told: frozenset[str] = NOBODY, ladder: Ladder = DEFAULT_LADDER) -> set[str]:
    return {step.name for step in steps_due(ladder, DUE, DUE, today, told)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, set()),
        (-30, {"-30"}),
        (-8, {"-30"}),
        (-7, {"-7"}),
        (-1, {"-7"}),
        (0, {"0"}),
        (6, {"0"}),
        (7, {"+7", "manager+7"}),
        (13, {"+7", "manager+7"}),
        (14, {"+7", "manager+7", "above+14"}),
        (400, {"+7", "manager+7", "above+14"}),
    ],
)
def test_the_latest_step_is_due_from_its_day_on(days: int, expected: set[str]) -> None:
    assert due_by(DUE + timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("today", "zone", "expected"),
    [
        # It is the same moment everywhere, and the 29th only where the date line has passed.
        ("2027-03-28 10:30", "Pacific/Kiritimati", {"0"}),
        ("2027-03-28 10:30", "Pacific/Niue", {"-7"}),
        ("2027-03-29 10:59", "Pacific/Niue", {"-7"}),
        ("2027-03-29 11:00", "Pacific/Niue", {"0"}),
        # The clocks of Berlin go forward in the night before the day on which it is due.
        ("2027-03-28 21:59", "Europe/Berlin", {"-7"}),
        ("2027-03-28 22:00", "Europe/Berlin", {"0"}),
    ],
)
def test_days_are_those_of_the_organisation(today: str, zone: str, expected: set[str]) -> None:
    moment = datetime.fromisoformat(today).replace(tzinfo=UTC)
    assert due_by(moment.astimezone(ZoneInfo(zone)).date()) == expected


def test_what_was_told_is_not_told_again_and_what_was_missed_is_not_made_up() -> None:
    assert due_by(DUE, frozenset({"0"})) == set()
    assert due_by(DUE, frozenset({"-30"})) == {"0"}


@pytest.mark.parametrize(
    ("days", "since", "expected"),
    [
        (-7, -7, {"-7"}),
        (-1, -7, {"-7"}),
        (-1, -6, set()),
        (0, -6, {"0"}),
        (9, 8, set()),
        (14, 8, {"above+14"}),
    ],
)
def test_steps_from_before_a_ladder_began_are_told_to_nobody(
    days: int, since: int, expected: set[str]
) -> None:
    ladder = replace(DEFAULT_LADDER, since=DUE + timedelta(days=since))
    assert due_by(DUE + timedelta(days=days), ladder=ladder) == expected


@pytest.mark.parametrize(
    ("ladder", "earliest"),
    [
        (DEFAULT_LADDER, -30),
        (Ladder((0, 7), (-14,), (3,)), -14),
        (Ladder((0, 7), (), (-60, 3)), -60),
        (Ladder((7,), (), ()), 7),
        (Ladder((), (), ()), 0),
    ],
)
def test_whoever_may_be_told_first_counts_for_whom_one_looks_at(
    ladder: Ladder, earliest: int
) -> None:
    assert ladder.earliest == earliest
    assert horizon(ladder, DUE) == DUE - timedelta(days=earliest)


def test_a_moved_date_is_told_anew_and_once() -> None:
    moved = DUE + timedelta(days=60)
    told = frozenset({"-30", "-7", "0"})
    steps = steps_due(DEFAULT_LADDER, moved, DUE, moved - timedelta(days=7), told)
    assert [step.name for step in steps] == ["-7@2027-05-28"]
    again = told | {"-7@2027-05-28"}
    assert steps_due(DEFAULT_LADDER, moved, DUE, moved - timedelta(days=6), again) == []


def test_names_fit_into_their_column() -> None:
    assert len(step_name(Level.MANAGER, 365, date(2027, 1, 1), date(2026, 1, 1))) <= 32


ladders = st.builds(
    lambda days: Ladder(tuple(sorted(days)), (), ()),
    st.sets(st.integers(-60, 60), min_size=1, max_size=6),
)


@settings(max_examples=100)
@given(ladders, ladders, st.integers(-70, 70), st.integers(0, 130))
def test_a_changed_ladder_makes_at_most_one_message_on_a_day_and_each_step_once(
    before: Ladder, after: Ladder, changed_on: int, first_day: int
) -> None:
    told: list[str] = []
    for day in range(first_day - 70, 75):
        ladder = before if day < changed_on else after
        steps = steps_due(ladder, DUE, DUE, DUE + timedelta(days=day), frozenset(told))
        assert len(steps) <= 1
        told += [step.name for step in steps]
    assert len(told) == len(set(told))
    missed = [day for day in after.own if day > max(changed_on, first_day - 70)]
    assert {step_name(Level.OWN, day, DUE, DUE) for day in missed} <= set(told)


MANAGERS = {"/1/7/": (70,), "/1/": (10, 11), None: (1,)}


@pytest.mark.parametrize(
    ("path", "person", "expected"),
    [
        ("/1/7/", 700, [(70,), (10, 11), (1,)]),
        ("/1/8/", 700, [(10, 11), (1,)]),
        ("/1/7/", 70, [(10, 11), (1,)]),
        ("/1/", 10, [(11,), (1,)]),
        ("/2/", 700, [(1,)]),
        (None, 700, [(1,)]),
        (None, 1, []),
    ],
)
def test_who_is_told_beside_a_person(
    path: str | None, person: int, expected: list[tuple[int, ...]]
) -> None:
    assert levels_above(path, MANAGERS, person) == expected


def test_who_manages_twice_is_told_on_the_nearer_level_alone() -> None:
    assert levels_above("/1/7/", {"/1/7/": (5,), "/1/": (5, 6)}, 700) == [(5,), (6,)]


MONDAY = date(2026, 11, 30)
SUNDAY_FIRST = Hours(time(8), time(16), (7, 2, 3))


@pytest.mark.parametrize(
    ("digest", "day", "due_in", "hours", "expected"),
    [
        (Digest.DAILY, 1, 30, DEFAULT_HOURS, True),
        (Digest.WEEKLY, 0, 30, DEFAULT_HOURS, True),
        (Digest.WEEKLY, 1, 30, DEFAULT_HOURS, False),
        (Digest.WEEKLY, 1, 7, DEFAULT_HOURS, True),
        (Digest.WEEKLY, 1, -1, DEFAULT_HOURS, True),
        (Digest.WEEKLY, 1, None, DEFAULT_HOURS, False),
        (Digest.WEEKLY, 0, 30, SUNDAY_FIRST, False),
        (Digest.WEEKLY, 1, 30, SUNDAY_FIRST, True),
    ],
)
def test_the_day_of_a_digest(
    digest: Digest, day: int, due_in: int | None, hours: Hours, expected: bool
) -> None:
    today = MONDAY + timedelta(days=day)
    due = None if due_in is None else today + timedelta(days=due_in)
    assert is_sent_on(digest, today, due, hours) is expected
