"""A past day by what is known today: to the last day of what was entered late, as it was then."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.as_of import Known, Past, rows_of
from coursesite.assignments.rules import Excuse, Rest
from coursesite.assignments.services import (
    completed,
    end_assignment,
    mark_absent,
    match_person,
    revoke_completions,
    waive,
)
from coursesite.people.services import post_person
from tests.assignments.makers import complete, requirement_of
from tests.assignments.test_as_of import BECAUSE, ONE_DAY, START, World


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    with time_machine.travel(START, tick=False) as traveller:
        yield World(session, traveller)


def test_a_waiver_that_is_entered_late_holds_to_its_last_day_and_before_an_absence(
    session: Session, world: World
) -> None:
    amira, first = world.people[0], world.today
    wing = amira.unit_id or 0
    world.pass_days(10)
    waiver = Rest(Excuse.WAIVED, first + ONE_DAY, first + 4 * ONE_DAY)
    waive(session, [requirement_of(session, amira)], waiver, BECAUSE, world.actor)
    absence = Rest(Excuse.ABSENT, first + 3 * ONE_DAY, first + 6 * ONE_DAY)
    mark_absent(session, [amira], absence, BECAUSE, world.actor)

    found = [world.rows(first + day * ONE_DAY, Known.NOW) for day in range(8)]

    waived = [day for day, rows in enumerate(found) if rows[wing, "waived"]]
    absent = [day for day, rows in enumerate(found) if rows[wing, "absent"]]
    assert (waived, absent) == ([1, 2, 3, 4], [5, 6])


def test_what_was_open_then_and_has_ended_since_was_open(session: Session, world: World) -> None:
    """Something is entered later about that day, so that it is worked out anew."""
    amira = world.people[0]
    wing = amira.unit_id or 0
    world.sleep(65)
    day = world.today
    world.pass_days(3)
    before = Rest(Excuse.WAIVED, day - 9 * ONE_DAY, day - 5 * ONE_DAY)
    waive(session, [requirement_of(session, amira)], before, BECAUSE, world.actor)
    made = session.scalars(sa.select(Assignment)).one()
    end_assignment(session, made, world.actor, reason="Over")

    assert world.rows(day, Known.THEN)[wing, "overdue"] == 3
    assert world.rows(day, Known.NOW)[wing, "overdue"] == 3


def test_where_somebody_was_and_what_was_revoked_since_are_as_of_that_day(
    session: Session, world: World
) -> None:
    """Moved on the fourth day, revoked on the sixth; a waiver of the first is entered after it."""
    amira, first = world.people[0], world.today
    before, after = (each.id for each in world.wings)
    done = complete(session, amira)
    completed(session, done)
    world.pass_days(4)
    post_person(session, amira, world.wings[1], world.actor, reason="Moved")
    match_person(session, amira.id)
    world.pass_days(2)
    revoke_completions(session, [done], BECAUSE, world.actor)
    waiver = Rest(Excuse.WAIVED, first + ONE_DAY, first + ONE_DAY)
    waive(session, [requirement_of(session, amira)], waiver, BECAUSE, world.actor)

    found = [world.rows(first + day * ONE_DAY, Known.NOW) for day in range(6)]

    there = [
        [day for day, rows in enumerate(found) if rows[wing, "completed"]]
        for wing in (before, after)
    ]
    assert there == [[0, 2, 3], [4, 5]]


def test_what_was_revoked_later_was_valid_as_long_as_it_was(session: Session, world: World) -> None:
    """In grace since the fifteenth day, revoked on the twentieth; a waiver is entered after it."""
    amira, first = world.people[0], world.today
    wing = amira.unit_id or 0
    done = complete(session, amira, days_ago=350)
    completed(session, done)
    world.pass_days(20)
    revoke_completions(session, [done], BECAUSE, world.actor)
    waiver = Rest(Excuse.WAIVED, first + ONE_DAY, first + ONE_DAY)
    waive(session, [requirement_of(session, amira)], waiver, BECAUSE, world.actor)

    for day, how in ((10, "completed"), (19, "in-grace")):
        for known in Known:
            assert world.rows(first + day * ONE_DAY, known)[wing, how] == 1, (day, known)


def test_who_is_looked_at_days_after_the_move_was_there_from_its_first_day(
    session: Session, world: World
) -> None:
    amira, first = world.people[0], world.today
    before, after = (each.id for each in world.wings)
    world.pass_days(2)
    post_person(session, amira, world.wings[1], world.actor, reason="Moved")
    world.pass_days(3)
    match_person(session, amira.id)

    found = [world.rows(first + day * ONE_DAY, Known.NOW) for day in range(5)]
    known_then = world.rows(first + 4 * ONE_DAY, Known.THEN)

    assert [rows[before, "not-started"] for rows in found] == [3, 3, 2, 2, 2]
    assert [rows[after, "not-started"] for rows in found] == [2, 2, 3, 3, 3]
    assert (known_then[before, "not-started"], known_then[after, "not-started"]) == (3, 2)


def test_a_renewal_that_is_noticed_late_was_open_from_its_first_day(
    session: Session, world: World
) -> None:
    """Valid for 65 more days, of which 60 are the window; nobody looks for ten days."""
    amira, first = world.people[0], world.today
    completed(session, complete(session, amira, days_ago=300))
    until = requirement_of(session, amira).valid_until
    assert until
    opens_in = (until - first).days - 60
    world.sleep(opens_in + 4)

    def due_on(day: int, known: Known) -> date | None:
        past = rows_of(Past(first + day * ONE_DAY, known, "Pacific/Auckland"))
        found = sa.select(past.due_on).where(past.person_id == amira.id)
        return session.scalars(found).one()

    days = range(opens_in - 1, opens_in + 3)
    assert [due_on(day, Known.NOW) for day in days] == [None, until, until, until]
    assert [due_on(day, Known.THEN) for day in days] == [None] * 4
