"""The day that a due date is counted from: the organisation's, by what is on record."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Due, DueRule
from coursesite.assignments.services import assign, completed, end_assignment
from coursesite.people.models import Person, Posting, Unit
from tests.assignments.makers import acting, complete, make_plan, publish_module, requirement_of
from tests.makers import make_organisation, make_person, make_unit

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The third of March, at two in the morning, where this organisation is."""

BEFORE = "what-comes-before"


@pytest.fixture
def unit(session: Session) -> Iterator[Unit]:
    with time_machine.travel(START, tick=False):
        publish_module(session)
        publish_module(session, BEFORE)
        yield make_unit(session, make_organisation(session, time_zone="Pacific/Kiritimati"))


@pytest.fixture
def learner(session: Session, unit: Unit) -> Person:
    """Hired in May, here since February, signed in for the first time yesterday at noon UTC.

    Completed what comes before twice, and once more, which was revoked.
    """
    signed_in = START - timedelta(days=1)
    hired = date(2025, 5, 1)
    person = make_person(session, unit, hired_on=hired, first_signed_in_at=signed_in)
    session.add(Posting(person_id=person.id, unit_id=unit.id, starts_on=date(2026, 2, 1)))
    for days_ago in (300, 20):
        complete(session, person, days_ago=days_ago, slug=BEFORE)
    complete(session, person, days_ago=10, slug=BEFORE, revoked_at=clock.now())
    return person


FROM: list[tuple[DueRule, date]] = [
    (DueRule.AFTER_ASSIGNMENT, date(2026, 3, 3)),
    (DueRule.AFTER_POSTING, date(2026, 2, 1)),
    (DueRule.AFTER_HIRE, date(2025, 5, 1)),
    (DueRule.AFTER_FIRST_SIGN_IN, date(2026, 3, 2)),
    (DueRule.AFTER_TARGET, date(2026, 2, 11)),
]


@pytest.mark.parametrize(("rule", "counted_from"), FROM)
def test_each_rule_counts_from_its_day(
    session: Session, unit: Unit, learner: Person, rule: DueRule, counted_from: date
) -> None:
    boss = acting(make_person(session))
    due = Due(rule, days=400)
    target = BEFORE if rule is DueRule.AFTER_TARGET else None
    assign(session, make_plan(unit, due=due, due_target=target), boss)
    assert requirement_of(session, learner).due_on == counted_from + timedelta(days=400)


@pytest.mark.parametrize(("rule", "counted_from"), FROM)
def test_when_another_assignment_ends_its_day_counts_alike(
    session: Session, unit: Unit, learner: Person, rule: DueRule, counted_from: date
) -> None:
    boss = acting(make_person(session))
    sooner = assign(session, make_plan(unit, due=Due(DueRule.AFTER_ASSIGNMENT, days=9)), boss)
    due = Due(rule, days=400)
    target = BEFORE if rule is DueRule.AFTER_TARGET else None
    assign(session, make_plan(unit, due=due, due_target=target), boss)
    assert requirement_of(session, learner).due_on == date(2026, 3, 12)

    end_assignment(session, sooner, boss, reason="Over")

    assert requirement_of(session, learner).due_on == counted_from + timedelta(days=400)


def test_what_is_completed_is_valid_from_the_day_that_it_is_there(
    session: Session, unit: Unit, learner: Person
) -> None:
    """In London it is still the second of March."""
    assign(session, make_plan(unit), acting(make_person(session)))
    assert completed(session, complete(session, learner)).valid_until == date(2027, 3, 3)
    assert requirement_of(session, learner).valid_until == date(2027, 3, 3)
