"""How a requirement stands, and how it explains itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.assignments.rules import (
    DueRule,
    Excuse,
    Facts,
    Progress,
    Standing,
    explain,
    standing,
)

ASSIGNED = date(2026, 3, 2)
DUE = date(2026, 5, 1)
TO_DO = Facts(
    Progress.NOT_STARTED,
    due_on=DUE,
    first_due_on=DUE,
    assigned_on=ASSIGNED,
    due_rule=DueRule.AFTER_ASSIGNMENT,
    due_days=60,
)
DONE = Facts(
    Progress.COMPLETED,
    completed_on=date(2026, 4, 30),
    valid_until=date(2027, 4, 30),
    grace_until=date(2027, 5, 30),
)
RENEWING = Facts(
    Progress.IN_PROGRESS,
    due_on=date(2027, 4, 30),
    completed_on=date(2026, 4, 30),
    valid_until=date(2027, 4, 30),
    grace_until=date(2027, 4, 30),
)


@pytest.mark.parametrize(
    ("facts", "today", "expected", "sentence"),
    [
        (
            TO_DO,
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026), "
            "and not started yet.",
        ),
        (
            TO_DO,
            date(2026, 4, 1),
            Standing.DUE_SOON,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026), in 30 days, "
            "and not started yet.",
        ),
        (
            TO_DO,
            DUE,
            Standing.DUE_SOON,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026), today, "
            "and not started yet.",
        ),
        (
            TO_DO,
            date(2026, 5, 2),
            Standing.OVERDUE,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026), 1 day ago, "
            "and not finished yet.",
        ),
        (
            Facts(
                Progress.IN_PROGRESS,
                due_on=date(2026, 9, 1),
                first_due_on=DUE,
                due_rule=DueRule.FIXED,
                assigned_on=ASSIGNED,
            ),
            date(2026, 4, 1),
            Standing.IN_PROGRESS,
            "Started, not finished yet; due on 1 September 2026 "
            "(a fixed date, assigned on 2 March 2026; first due on 1 May 2026).",
        ),
        (
            Facts(
                Progress.NOT_STARTED,
                due_on=DUE,
                due_rule=DueRule.AFTER_HIRE,
                due_days=1,
                assigned_on=ASSIGNED,
            ),
            date(2026, 5, 3),
            Standing.OVERDUE,
            "Due on 1 May 2026 (1 day after the hire date, assigned on 2 March 2026), "
            "2 days ago, and not finished yet.",
        ),
        (
            Facts(Progress.NOT_STARTED, due_on=date(2026, 9, 1), opens_on=DUE),
            date(2026, 4, 30),
            Standing.NOT_YET_OPEN,
            "It opens on 1 May 2026; due on 1 September 2026.",
        ),
        (
            DONE,
            date(2027, 4, 30),
            Standing.COMPLETED,
            "Completed on 30 April 2026 and valid until 30 April 2027.",
        ),
        (
            Facts(Progress.COMPLETED, completed_on=DUE),
            date(2036, 1, 1),
            Standing.COMPLETED,
            "Completed on 1 May 2026; it does not expire.",
        ),
        (
            RENEWING,
            date(2027, 4, 1),
            Standing.COMPLETED,
            "Completed on 30 April 2026 and valid until 30 April 2027; "
            "it can be renewed now, by that day.",
        ),
        (
            DONE,
            date(2027, 5, 1),
            Standing.IN_GRACE,
            "Completed on 30 April 2026, valid until 30 April 2027; "
            "the days of grace end on 30 May 2027.",
        ),
        (
            DONE,
            date(2027, 5, 31),
            Standing.EXPIRED,
            "Completed on 30 April 2026, valid until 30 April 2027, and was not renewed by the "
            "end of grace on 30 May 2027.",
        ),
        (
            RENEWING,
            date(2027, 5, 1),
            Standing.EXPIRED,
            "Completed on 30 April 2026, valid until 30 April 2027, and was not renewed by then.",
        ),
        (
            Facts(Progress.NOT_STARTED, Excuse.WAIVED, due_on=DUE, excused_until=date(2026, 8, 1)),
            date(2026, 6, 1),
            Standing.WAIVED,
            "Waived until 1 August 2026: it need not be done in that time.",
        ),
        (
            Facts(Progress.NOT_STARTED, Excuse.ABSENT, due_on=DUE),
            date(2026, 6, 1),
            Standing.ABSENT,
            "Absent: the time to finish stands still.",
        ),
        (
            Facts(Progress.REVOKED, completed_on=DUE, valid_until=date(2027, 5, 1)),
            date(2026, 6, 1),
            Standing.REVOKED,
            "Completed on 1 May 2026, but that was revoked, so it must be done again.",
        ),
    ],
)
def test_how_it_stands_and_why(
    facts: Facts, today: date, expected: Standing, sentence: str
) -> None:
    assert standing(facts, today) is expected
    assert explain(facts, today) == sentence


def test_the_states_are_in_the_order_of_what_is_shown() -> None:
    words = "waived absent revoked completed in-grace expired overdue due-soon in-progress"
    assert [*Standing] == [*words.split(), "not-started", "not-yet-open"]


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MAYBE = st.none() | DAYS
ANY_FACTS = st.builds(
    Facts,
    progress=st.sampled_from(Progress),
    excuse=st.sampled_from(Excuse),
    due_on=MAYBE,
    valid_until=MAYBE,
    grace_until=MAYBE,
    opens_on=MAYBE,
    assigned_on=MAYBE,
    due_rule=st.none() | st.sampled_from(DueRule),
    due_days=st.none() | st.integers(0, 400),
    first_due_on=MAYBE,
    completed_on=MAYBE,
    excused_until=MAYBE,
)


@given(ANY_FACTS, DAYS)
def test_every_standing_explains_itself_in_one_sentence(facts: Facts, today: date) -> None:
    sentence = explain(facts, today)
    assert sentence.endswith(".")
    assert sentence.count(".") == 1
    assert "None" not in sentence


@given(ANY_FACTS, DAYS)
def test_the_excused_are_never_late(facts: Facts, today: date) -> None:
    late = {Standing.OVERDUE, Standing.EXPIRED, Standing.DUE_SOON}
    assert facts.excuse is Excuse.NONE or standing(facts, today) not in late


@given(DAYS, st.integers(0, 800))
def test_time_alone_only_brings_an_open_requirement_nearer_to_late(due: date, early: int) -> None:
    order = [Standing.NOT_STARTED, Standing.DUE_SOON, Standing.OVERDUE]
    facts = Facts(Progress.NOT_STARTED, due_on=due)
    day = due - timedelta(days=early)
    places = [order.index(standing(facts, day + timedelta(days=later))) for later in range(3)]
    assert places == sorted(places)
