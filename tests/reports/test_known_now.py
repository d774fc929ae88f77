"""A past day as known now: what was known then and what was entered later, down to each unit."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given, settings
from sqlalchemy.orm import Session

from coursesite.assignments.models import CorrectedDays, Requirement
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.rules import Excuse, Rest, rested_otherwise_since
from coursesite.assignments.services import completed, open_renewals, restore_completion
from coursesite.assignments.services.correcting import late, note_late
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from coursesite.reports.queries import Asked, ground, page_of
from coursesite.reports.rules import STATES, Place
from coursesite.reports.views.as_of import recorded, source_of
from tests.assignments.makers import complete, requirement_of
from tests.assignments.test_as_of import (
    IN_TIME,
    LATE,
    ONCE,
    ONE_DAY,
    START,
    Stands,
    World,
    alone,
    histories,
    lived,
    world,
)

__all__ = ["world"]
MOST = 3


def _enter_late(world: World, who: Person, number: int) -> None:
    done = complete(world.session, who, days_ago=number, means=Means.PRIOR)
    completed(world.session, done)


def _restore(world: World, who: Person, number: int) -> None:
    found = sa.select(Completion).where(
        Completion.person_id == who.id, Completion.revoked_at.is_not(None)
    )
    last = world.session.scalars(found.order_by(Completion.id.desc())).first()
    if last:
        restore_completion(world.session, last, world.actor, reason="A mistake")


def _let_a_year_pass(world: World, who: Person, number: int) -> None:
    """Its renewals are opened late, as the worker was away at the end."""
    for days in (300, number):
        world.clock.shift(days * ONE_DAY)
        open_renewals(world.session)


def shown(world: World, day: date) -> tuple[Stands, Counter[int], list[tuple[str, int]]]:
    """What a page shows: each unit alone, each with all below it, and where most are overdue."""
    scope = Scope(world.organisation_id, None)
    past = Past(day, Known.NOW, "Pacific/Auckland")
    counted = ground(world.session, scope, past)
    past = recorded(past, counted)
    asked = Asked(scope, world.today, past=past)
    source = source_of(world.session, asked, counted)
    units = [world.prison, *world.wings]
    places = [Place(unit.id, unit.name, unit.path) for unit in units]
    lines = source.lines(places)
    stands = Counter({(each.unit_id, str(each.standing)): each.alone for each in lines})
    below: Counter[int] = Counter()
    for line in lines:
        below[line.unit_id] += line.people
    worst = source.worst(asked, "late", MOST)
    return +stands, +below, [(each.unit.name, each.people) for each in worst]


def expected(world: World, day: date) -> tuple[Stands, Counter[int], list[tuple[str, int]]]:
    """The same from the rows, one by one."""
    stands = world.rows(day, Known.NOW)
    below: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    for (unit_id, how), number in stands.items():
        below.update({unit_id: number, world.prison.id: number})
        if unit_id == world.prison.id:
            below[unit_id] -= number
        overdue[unit_id] += number if how in STATES["late"] else 0
    names = {unit.id: unit.name for unit in (world.prison, *world.wings)}
    worst = sorted(((names[id], each) for id, each in overdue.items() if each))
    worst.sort(key=lambda pair: -pair[1])
    return +stands, +below, worst[:MOST]


def all_from_facts(world: World, day: date) -> Stands:
    """As if something had been entered later about everybody and every day."""
    with world.session.begin_nested() as undone:
        world.session.execute(sa.delete(CorrectedDays))
        everybody = world.session.scalars(sa.select(Requirement)).all()
        note_late(world.session, [late(each, date(2000, 1, 1)) for each in everybody], date.max)
        found = world.rows(day, Known.NOW)
        undone.rollback()
    return found


def listed(world: World, unit: Unit, day: date) -> Counter[str]:
    """How those stand whom the list of one unit shows: the same whether people are walked."""
    past = Past(day, Known.NOW, "Pacific/Auckland")
    scope = Scope(world.organisation_id, None)
    past = recorded(past, ground(world.session, scope, past))
    asked = Asked(scope, world.today, unit.path, alone=True, past=past)
    found, walked = (page_of(world.session, asked, many=many).rows for many in (False, True))
    assert found == walked
    return Counter(str(row.standing) for row in found)


def of_unit(world: World, unit: Unit, day: date) -> Counter[str]:
    rows = world.rows(day, Known.NOW)
    return Counter({how: number for (id, how), number in rows.items() if id == unit.id and number})


@settings(max_examples=4, suppress_health_check=ONCE, deadline=None)
@given(histories([*IN_TIME, *LATE, _enter_late, _restore, _let_a_year_pass]))
def test_sums_are_those_of_the_rows_whatever_is_entered_later(
    session: Session, history: list[Any]
) -> None:
    with time_machine.travel(START, tick=False) as traveller, session.begin_nested() as example:
        world = World(session, traveller)
        lived(world, history)
        for day in world.shown:
            assert shown(world, day) == expected(world, day), day
            assert world.rows(day, Known.NOW) == all_from_facts(world, day), day
            for unit in (world.prison, *world.wings):
                assert listed(world, unit, day) == of_unit(world, unit, day), day
        example.rollback()


def test_what_is_entered_in_time_is_not_noted(session: Session, world: World) -> None:
    for person in world.people:
        completed(session, complete(session, person))
        world.pass_days(2)
    assert session.scalars(sa.select(CorrectedDays)).all() == []


def test_days_that_meet_are_noted_once(session: Session, world: World) -> None:
    held = requirement_of(session, world.people[0])
    for today, since in ((10, 7), (20, 18), (30, 29)):
        note_late(session, [late(held, _in(since))], _in(today))
    assert noted(session) == [(_in(7), _in(10)), (_in(18), _in(20)), (_in(29), _in(30))]
    note_late(session, [late(held, _in(19)), late(held, _in(25))], _in(31))
    assert noted(session) == [(_in(7), _in(10)), (_in(18), _in(31))]
    note_late(session, [late(held, _in(31))], _in(31))
    assert noted(session) == [(_in(7), _in(10)), (_in(18), _in(31))]


def noted(session: Session) -> list[tuple[date, date]]:
    found = sa.select(CorrectedDays.since, CorrectedDays.noted_on)
    return [(row.since, row.noted_on) for row in session.execute(found.order_by("noted_on"))]


def _in(days: int) -> date:
    return datetime(2026, 1, 1).date() + timedelta(days=days)  # noqa: DTZ001 - only a day


@pytest.mark.parametrize(
    ("rests", "noted_as", "since"),
    [
        ([], Excuse.NONE, 30),
        ([(10, 20)], Excuse.WAIVED, 21),
        ([(10, None)], Excuse.NONE, 10),
        ([(10, 20), (21, None)], Excuse.NONE, 10),
        ([(10, 20), (25, None)], Excuse.NONE, 25),
        ([(30, None)], Excuse.NONE, 30),
        ([(10, 29)], Excuse.WAIVED, 30),
    ],
)
def test_since_when_somebody_rested_otherwise_than_was_noted(
    rests: list[tuple[int, int | None]], noted_as: Excuse, since: int
) -> None:
    held = [Rest(Excuse.WAIVED, _in(first), _in(last) if last else None) for first, last in rests]
    assert rested_otherwise_since(held, noted_as, _in(30)) == _in(since)


def test_a_unit_s_manager_sees_only_its_own_corrected(session: Session, world: World) -> None:
    there, other = world.wings
    world.pass_days(3)
    day = world.today - 2 * ONE_DAY
    for person in world.people:
        completed(session, complete(session, person, days_ago=3))
    past = Past(day, Known.NOW, "Pacific/Auckland")
    scope = Scope(world.organisation_id, (there.path,))
    asked = Asked(scope, world.today, past=past)
    source = source_of(session, asked, ground(session, scope, past))
    worst = source.worst(asked, "compliant", MOST)
    assert [each.unit.id for each in worst] == [there.id]
    assert _of(session, replace(asked, unit_path=other.path)) == []
    whole = Asked(Scope(world.organisation_id, None), world.today, other.path, past=past)
    assert _of(session, whole) == [(other.name, 2)]
    assert alone(world.kept(day))[there.id, "completed"] == 0


def _of(session: Session, asked: Asked) -> list[tuple[str, int]]:
    source = source_of(session, asked, ground(session, asked.scope, asked.past))
    names = dict(iter(session.execute(sa.select(Unit.id, Unit.name))))
    return [(names[e.unit.id], e.people) for e in source.worst(asked, "compliant", MOST)]
