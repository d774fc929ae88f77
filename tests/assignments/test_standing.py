"""How a requirement stands, and how it explains itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursesite.assignments.rules import (
    Decision,
    DueRule,
    Excuse,
    ExpiryMode,
    Facts,
    Given,
    Moved,
    Problem,
    Progress,
    Said,
    Shift,
    Standing,
    explain,
    standing,
)
from coursesite.assignments.sentences import say
from tests.words import sentences

ASSIGNED = date(2026, 3, 2)
DECIDED = date(2026, 3, 9)
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

PUT_OFF = replace(TO_DO, due_on=date(2026, 6, 1), assigned_by="Ada Trainer")
WAIVED = Facts(Progress.NOT_STARTED, Excuse.WAIVED, due_on=DUE, excused_until=date(2026, 8, 1))


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
            WAIVED,
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
            replace(TO_DO, assigned_by="Ada Trainer"),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026 by Ada Trainer), "
            "and not started yet.",
        ),
        (
            replace(TO_DO, assigned_by="Ada Trainer", due_rule=DueRule.FIXED),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (a fixed date, assigned on 2 March 2026 by Ada Trainer), "
            "and not started yet.",
        ),
        (
            replace(TO_DO, assigned_by="Ada Trainer", due_rule=DueRule.AFTER_TARGET),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after another course was completed, assigned on "
            "2 March 2026 by Ada Trainer), and not started yet.",
        ),
        (
            replace(TO_DO, given=Given(Decision.NEW_DATE, Problem.PASSED, "Bo Lead", DECIDED)),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (a date of its own, given on 9 March 2026 by Bo Lead), and not "
            "started yet.",
        ),
        (
            replace(
                TO_DO,
                due_rule=DueRule.AFTER_HIRE,
                given=Given(Decision.ASSIGN_ANYWAY, Problem.TOO_SOON, "Bo Lead", DECIDED),
            ),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after the hire date, assigned all the same on 9 March 2026 "
            "by Bo Lead), and not started yet.",
        ),
        (
            replace(
                TO_DO,
                due_rule=DueRule.AFTER_HIRE,
                given=Given(Decision.ASSIGN_ANYWAY, Problem.NO_ANCHOR, "Bo Lead", DECIDED),
            ),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after it was assigned on 9 March 2026 by Bo Lead), and "
            "not started yet.",
        ),
        (
            replace(PUT_OFF, moved=Moved(Shift.EXTENSION, "Bo Lead", "Back from leave in May.")),
            date(2026, 5, 2),
            Standing.DUE_SOON,
            "Due on 1 June 2026 (moved by Bo Lead: “Back from leave in May”; first due on 1 May "
            "2026, 60 days after it was assigned on 2 March 2026 by Ada Trainer), in 30 days, "
            "and not started yet.",
        ),
        (
            replace(PUT_OFF, moved=Moved(Shift.RULE, "Bo Lead", "The audit is later")),
            date(2026, 6, 2),
            Standing.OVERDUE,
            "Due on 1 June 2026 (60 days after it was assigned on 2 March 2026 by Ada Trainer; "
            "first due on 1 May 2026, moved when Bo Lead changed what is assigned: “The audit is "
            "later”), 1 day ago, and not finished yet.",
        ),
        (
            replace(PUT_OFF, moved=Moved(Shift.RULE, "Bo Lead", "The audit is later"), away=14),
            date(2026, 6, 2),
            Standing.OVERDUE,
            "Due on 1 June 2026 (60 days after it was assigned on 2 March 2026 by Ada Trainer, and "
            "14 days of absence; first due on 1 May 2026, moved when Bo Lead changed what is "
            "assigned: “The audit is later”), 1 day ago, and not finished yet.",
        ),
        (
            replace(PUT_OFF, moved=Moved(Shift.ABSENCE, "Bo Lead", "Ill")),
            date(2026, 6, 1),
            Standing.DUE_SOON,
            "Due on 1 June 2026 (moved by the days of an absence; first due on 1 May 2026, "
            "60 days after it was assigned on 2 March 2026 by Ada Trainer), today, "
            "and not started yet.",
        ),
        (
            replace(PUT_OFF, due_on=DUE, moved=Moved(Shift.EXTENSION, "Bo Lead", "And back")),
            date(2026, 3, 31),
            Standing.NOT_STARTED,
            "Due on 1 May 2026 (60 days after it was assigned on 2 March 2026 by Ada Trainer), "
            "and not started yet.",
        ),
        (
            replace(DONE, months=12, expiry=ExpiryMode.PREVIOUS, assigned_by="Ada Trainer"),
            date(2027, 4, 30),
            Standing.COMPLETED,
            "Completed on 30 April 2026 and valid until 30 April 2027 (for 12 months, assigned "
            "by Ada Trainer).",
        ),
        (
            replace(DONE, months=11, expiry=ExpiryMode.PREVIOUS),
            date(2027, 4, 30),
            Standing.COMPLETED,
            "Completed on 30 April 2026 and valid until 30 April 2027 (11 months from the day "
            "until which it was valid before).",
        ),
        (
            replace(DONE, months=1, expiry=ExpiryMode.CALENDAR),
            date(2027, 5, 1),
            Standing.IN_GRACE,
            "Completed on 30 April 2026, valid until 30 April 2027 (a fixed day of the year, at "
            "least 1 month away); the days of grace end on 30 May 2027.",
        ),
        (
            replace(WAIVED, excused_by="Bo Lead", excused_why="On loan to another service."),
            date(2026, 6, 1),
            Standing.WAIVED,
            "Waived until 1 August 2026 (by Bo Lead: “On loan to another service”): it need not "
            "be done in that time.",
        ),
        (
            Facts(Progress.NOT_STARTED, Excuse.ABSENT, excused_by="Bo Lead"),
            date(2026, 6, 1),
            Standing.ABSENT,
            "Absent (by Bo Lead: no reason was given): the time to finish stands still.",
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
    assert str(explain(facts, today)) == sentence


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        (DONE, date(2027, 4, 30), Standing.COMPLETED),
        (DONE, date(2027, 5, 1), Standing.IN_GRACE),
        (DONE, date(2027, 5, 30), Standing.IN_GRACE),
        (DONE, date(2027, 5, 31), Standing.EXPIRED),
        (replace(DONE, grace_until=None), date(2027, 5, 1), Standing.EXPIRED),
        (replace(RENEWING, due_on=DUE), date(2027, 4, 30), Standing.COMPLETED),
        (Facts(Progress.COMPLETED, due_on=DUE), date(2036, 1, 1), Standing.COMPLETED),
        (Facts(Progress.REVOKED, Excuse.WAIVED, due_on=DUE), DUE, Standing.WAIVED),
        (replace(TO_DO, progress=Progress.IN_PROGRESS), DUE, Standing.DUE_SOON),
        (replace(TO_DO, progress=Progress.IN_PROGRESS), date(2026, 3, 31), Standing.IN_PROGRESS),
        (replace(TO_DO, opens_on=DUE), date(2026, 3, 31), Standing.NOT_YET_OPEN),
        (replace(TO_DO, opens_on=DUE), date(2026, 4, 1), Standing.DUE_SOON),
        (replace(TO_DO, opens_on=date(2026, 3, 31)), date(2026, 3, 31), Standing.NOT_STARTED),
        (Facts(Progress.IN_PROGRESS, opens_on=DUE), ASSIGNED, Standing.IN_PROGRESS),
        (Facts(Progress.NOT_STARTED), DUE, Standing.NOT_STARTED),
    ],
)
def test_what_is_shown_first_and_on_which_days(
    facts: Facts, today: date, expected: Standing
) -> None:
    assert standing(facts, today) is expected


@pytest.mark.parametrize("days", [-9, 0, 9, 90])
def test_what_was_revoked_is_shown_as_that_however_late_it_is(days: int) -> None:
    facts = Facts(Progress.REVOKED, due_on=DUE, opens_on=DUE, valid_until=None)
    assert standing(facts, DUE + timedelta(days=days)) is Standing.REVOKED


def test_the_states_are_in_the_order_of_what_is_shown() -> None:
    words = "waived absent revoked completed in-grace expired overdue due-soon in-progress"
    assert [*Standing] == [*words.split(), "not-started", "not-yet-open"]


FOUND = {message.id for message in sentences() if isinstance(message.id, str)}
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
    excused_by=st.sampled_from(["", "Bo Lead"]),
    excused_why=st.sampled_from(["", "Ill", "100 % away"]),
    assigned_by=st.sampled_from(["", "Ada Trainer"]),
    given=st.none()
    | st.builds(
        Given, st.sampled_from(Decision), st.sampled_from(Problem), st.just("Bo Lead"), DAYS
    ),
    moved=st.none() | st.builds(Moved, st.sampled_from(Shift), st.just("Bo Lead"), st.just("Ill")),
    months=st.none() | st.integers(1, 120),
    expiry=st.none() | st.sampled_from(ExpiryMode),
)


@given(ANY_FACTS, DAYS)
def test_every_standing_explains_itself_in_one_sentence(facts: Facts, today: date) -> None:
    sentence = str(explain(facts, today))
    assert sentence.endswith(".")
    assert sentence.count(".") == 1
    assert "None" not in sentence


def parts(said: Said) -> Iterator[str]:
    """The English of a sentence and of all that stands in it."""
    yield said.sentence
    for value in said.values.values():
        if isinstance(value, Said):
            yield from parts(value)


@given(ANY_FACTS, DAYS)
def test_translators_find_every_part_of_every_sentence(facts: Facts, today: date) -> None:
    assert set(parts(explain(facts, today))) <= FOUND


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_FACTS, DAYS)
def test_a_page_in_english_says_just_that(app: Flask, facts: Facts, today: date) -> None:
    with app.test_request_context():
        assert say(explain(facts, today)) == str(explain(facts, today))


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
