"""Who waits for a decision waits as long as they are reached, and is never lost."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked
from coursesite.assignments.queries.parked import ALL, ids_waiting
from coursesite.assignments.rules import Decision, Due, DueRule, Problem, Reach
from coursesite.assignments.services import (
    DecidedAlready,
    Verdict,
    assign,
    change_assignment,
    decide_parked,
    match_person,
    review_change,
)
from coursesite.doctor.queries.requirements import led_to_wrongly
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.people.services import mark_as_left, post_person
from tests.assignments.makers import acting, in_days, make_plan, periods_of
from tests.makers import make_person, make_unit

PASSED = Due(DueRule.FIXED, on=in_days(-1))


@pytest.fixture
def beside(session: Session, unit: Unit, manager: Person) -> Unit:
    return make_unit(session, manager.organisation)


@pytest.fixture
def waiting(session: Session, unit: Unit) -> Person:
    return make_person(session, unit)


@pytest.fixture
def assignment(session: Session, unit: Unit, manager: Person, waiting: Person) -> Assignment:
    """By a date that has passed: all of the unit wait, its manager too."""
    return assign(session, make_plan(unit, due=PASSED), acting(manager))


def who_waits(session: Session, unit: Unit) -> Sequence[int]:
    ids = ids_waiting(session, Scope(unit.organisation_id, None), in_days(0), ALL)
    found = sa.select(Parked.person_id).where(Parked.id.in_(ids)).order_by(Parked.id)
    return session.scalars(found).all()


def test_who_is_reached_again_by_a_change_waits_again(
    session: Session, assignment: Assignment, unit: Unit, beside: Unit, manager: Person
) -> None:
    before = who_waits(session, unit)
    by, elsewhere = acting(manager), make_plan(beside, due=PASSED)
    assert len(before) == 2
    change_assignment(session, assignment, elsewhere, by, reason="For others")
    assert who_waits(session, unit) == []

    again = make_plan(unit, due=PASSED)
    assert review_change(session, assignment, again) == Reach(parked={Problem.PASSED: 2})
    change_assignment(session, assignment, again, by, reason="For these after all")

    assert who_waits(session, unit) == before
    assert list(led_to_wrongly(session)) == []


def test_who_moves_away_waits_no_more_and_who_comes_back_waits_again(
    session: Session,
    assignment: Assignment,
    beside: Unit,
    manager: Person,
    waiting: Person,
) -> None:
    unit, by = waiting.unit, acting(manager)
    assert unit
    [parked] = session.scalars(sa.select(Parked.id).where(Parked.person_id == waiting.id))
    post_person(session, waiting, beside, by, reason="Moved")
    match_person(session, waiting.id)

    assert who_waits(session, unit) == [manager.id]
    anyway = Verdict(Decision.NEW_DATE, "They asked for it", in_days(30))
    with pytest.raises(DecidedAlready):
        decide_parked(session, [parked], Scope(unit.organisation_id, None), anyway, by)
    assert periods_of(session, waiting) == []

    mark_as_left(session, waiting, in_days(-1), by, reason="Left")
    match_person(session, waiting.id)
    post_person(session, waiting, unit, by, reason="Back")
    match_person(session, waiting.id)
    match_person(session, waiting.id)
    assert who_waits(session, unit) == [manager.id, waiting.id]


def test_who_was_lost_from_the_queue_is_found_and_waits_again(
    session: Session, assignment: Assignment, waiting: Person
) -> None:
    unit = waiting.unit
    assert unit
    lost = sa.update(Parked).where(Parked.person_id == waiting.id)
    session.execute(lost.values(decision=Decision.RESOLVED, decided_at=waiting.created_at))
    [sentence] = led_to_wrongly(session)
    assert f"person {waiting.id} " in sentence
    match_person(session, waiting.id)
    assert list(led_to_wrongly(session)) == []
    assert waiting.id in who_waits(session, unit)


def test_who_is_assigned_all_the_same_has_as_many_days_from_today(
    session: Session, unit: Unit, manager: Person, waiting: Person
) -> None:
    """The day that their date would count from is not known."""
    since_hired = make_plan(unit, due=Due(DueRule.AFTER_HIRE, days=45))
    assign(session, since_hired, acting(manager))
    [parked] = session.scalars(sa.select(Parked.id).where(Parked.person_id == waiting.id))
    anyway = Verdict(Decision.ASSIGN_ANYWAY, "The file has no day")
    decide_parked(session, [parked], Scope(unit.organisation_id, None), anyway, acting(manager))
    assert [each.due_on for each in periods_of(session, waiting)] == [in_days(45)]
    assert waiting.id not in who_waits(session, unit)
