"""What an assignment does for one person."""

from dataclasses import replace
from datetime import date

import pytest

from coursesite.assignments.rules import (
    Anchors,
    Ask,
    Candidate,
    Condition,
    Criterion,
    Due,
    DueRule,
    Effect,
    Held,
    Member,
    Problem,
    Progress,
    Reach,
    Reached,
    RequirementState,
    Terms,
    Validity,
    lies_within,
    matches,
    reach,
)

TODAY = date(2026, 3, 2)
IN_60_DAYS = date(2026, 5, 1)
ASK = Ask(Due(DueRule.AFTER_ASSIGNMENT, days=60), Terms(months=12), minutes=240)
NOW = Anchors(assigned_on=TODAY)
ACTIVE, SUSPENDED, ENDED = RequirementState


def held(
    due: date | None, valid_until: date | None = None, state: RequirementState = ACTIVE
) -> Held:
    return Held(state, Progress.NOT_STARTED if due else Progress.COMPLETED, valid_until, due)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Candidate(NOW), Reached(Effect.NEW, IN_60_DAYS)),
        (
            Candidate(NOW, completed_on=date(2025, 3, 2)),
            Reached(Effect.COMPLETED, IN_60_DAYS, validity=Validity(TODAY, TODAY)),
        ),
        (Candidate(NOW, completed_on=date(2025, 3, 1)), Reached(Effect.NEW, IN_60_DAYS)),
        (Candidate(NOW, held(date(2026, 4, 1))), Reached(Effect.JOINED, date(2026, 4, 1))),
        (Candidate(NOW, held(date(2026, 9, 1))), Reached(Effect.MOVED, IN_60_DAYS)),
        (Candidate(NOW, held(date(2026, 3, 1))), Reached(Effect.MOVED, IN_60_DAYS)),
        (
            Candidate(NOW, held(date(2026, 9, 1)), completed_on=date(2026, 1, 1)),
            Reached(Effect.MOVED, IN_60_DAYS),
        ),
        (Candidate(NOW, held(None, date(2026, 3, 2))), Reached(Effect.JOINED)),
        (Candidate(NOW, held(IN_60_DAYS, date(2026, 5, 1))), Reached(Effect.JOINED)),
        (Candidate(NOW, held(None)), Reached(Effect.JOINED)),
        (Candidate(NOW, held(None, state=ENDED)), Reached(Effect.NEW, IN_60_DAYS)),
        (
            Candidate(NOW, held(date(2026, 9, 1), state=SUSPENDED)),
            Reached(Effect.MOVED, IN_60_DAYS),
        ),
        (Candidate(NOW, left_out=True), Reached(Effect.LEFT_OUT)),
    ],
)
def test_what_sixty_days_do_for_different_people(person: Candidate, expected: Reached) -> None:
    reached = reach(ASK, person, TODAY)
    assert replace(reached, given=None) == expected
    assert reached.given == (None if person.left_out else IN_60_DAYS)


def test_an_impossible_date_is_parked_even_for_those_who_have_another() -> None:
    tomorrow = Ask(Due(DueRule.FIXED, on=date(2026, 3, 3)), Terms(), minutes=600)
    expected = Reached(Effect.PARKED, date(2026, 3, 3), Problem.TOO_SOON)
    assert reach(tomorrow, Candidate(NOW), TODAY) == expected
    assert reach(tomorrow, Candidate(NOW, held(IN_60_DAYS)), TODAY) == expected


def test_a_date_that_was_decided_goes_before_that_of_the_rule() -> None:
    decided = date(2026, 3, 9)
    for person in (Candidate(NOW), Candidate(NOW, held(None)), Candidate(NOW, completed_on=TODAY)):
        assert reach(ASK, person, TODAY, decided).given == decided


def test_nobody_is_parked_who_has_completed_it_already() -> None:
    passed = Ask(Due(DueRule.FIXED, on=date(2026, 3, 1)), Terms(), minutes=40)
    reached = reach(passed, Candidate(NOW, completed_on=date(2020, 1, 1)), TODAY)
    assert reached.effect is Effect.COMPLETED


def test_those_whom_it_leads_to_no_more_are_not_among_whom_it_reaches() -> None:
    reached = Reach(new=1, restored=2, kept=4, suspended=8, parked={Problem.PASSED: 16})
    assert reached.people == 23


OFFICER = Member(7, "/1/4/", "police", frozenset({"manager"}), date(2024, 5, 1))


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], False),
        ([(Criterion.UNIT, "/1/", 1)], True),
        ([(Criterion.UNIT, "/1/4/", 1)], True),
        ([(Criterion.UNIT, "/1/42/", 1)], False),
        ([(Criterion.UNIT, "/1/", 1), (Criterion.AUDIENCE, "judges", 1)], False),
        ([(Criterion.UNIT, "/2/", 1), (Criterion.AUDIENCE, "police", 2)], True),
        ([(Criterion.UNIT, "/2/", 1), (Criterion.UNIT, "/1/4/", 1)], True),
        (
            [
                (Criterion.UNIT, "/2/", 1),
                (Criterion.UNIT, "/1/", 1),
                (Criterion.AUDIENCE, "judges", 1),
                (Criterion.AUDIENCE, "teachers", 1),
            ],
            False,
        ),
        ([(Criterion.ROLE, "manager", 1)], True),
        ([(Criterion.ROLE, "author", 1)], False),
        ([(Criterion.PERSON, "7", 1)], True),
        ([(Criterion.PERSON, "77", 1)], False),
        ([(Criterion.HIRED_AFTER, "2024-04-30", 1)], True),
        ([(Criterion.HIRED_AFTER, "2024-05-01", 1)], False),
    ],
)
def test_whom_it_is_for(conditions: list[tuple[Criterion, str, int]], expected: bool) -> None:
    assert matches([Condition(*each) for each in conditions], OFFICER) is expected


@pytest.mark.parametrize(
    ("conditions", "paths", "expected"),
    [
        ([(Criterion.AUDIENCE, "judges", 1)], None, True),
        ([(Criterion.AUDIENCE, "judges", 1)], ("/1/",), False),
        ([(Criterion.UNIT, "/1/4/", 1), (Criterion.AUDIENCE, "judges", 1)], ("/1/",), True),
        ([(Criterion.UNIT, "/1/4/", 1), (Criterion.UNIT, "/2/", 1)], ("/1/",), False),
        ([(Criterion.UNIT, "/1/4/", 1), (Criterion.UNIT, "/2/", 2)], ("/1/",), False),
        ([(Criterion.UNIT, "/1/4/", 1), (Criterion.UNIT, "/2/", 2)], ("/1/", "/2/"), True),
        ([(Criterion.UNIT, "/1/", 1), (Criterion.ROLE, "manager", 2)], ("/1/",), False),
        ([(Criterion.UNIT, "/1/", 1)], ("/1/4/",), False),
    ],
)
def test_whether_all_whom_it_can_reach_are_below_some_units(
    conditions: list[tuple[Criterion, str, int]], paths: tuple[str, ...] | None, expected: bool
) -> None:
    assert lies_within([Condition(*each) for each in conditions], paths) is expected


def test_nobody_matches_who_has_left() -> None:
    gone = Member(7, "/1/4/", "police", frozenset(), None, here=False)
    assert not matches([Condition(Criterion.PERSON, "7")], gone)
