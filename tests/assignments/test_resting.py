"""Waivers and absences: they hold within their days, stop what they should, and go back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension, Leave
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.rules import (
    Excuse,
    Reason,
    ReasonCode,
    Rest,
    days_still,
    excuse_on,
    rested_otherwise_since,
)
from coursesite.assignments.services import (
    DatesWrong,
    assign,
    completed,
    end_leave,
    mark_absent,
    open_renewals,
    rest_by_days,
    take_back_leave,
    waive,
)
from coursesite.audit.models import Event
from coursesite.errors import Conflict, Forbidden, Invalid
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.makers import make_organisation, make_person, make_unit

BECAUSE = Reason(ReasonCode.PARENTAL_LEAVE, "A child was born")

pytestmark = pytest.mark.usefixtures("counts_are_right")


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    outside = make_unit(session, make_organisation(session))
    return make_person(session, outside, roles=(Role.MANAGER,), family_name="Boss")


def away(first: int, last: int | None) -> Rest:
    return Rest(Excuse.ABSENT, in_days(first), in_days(last) if last is not None else None)


def waiver(first: int, last: int | None) -> Rest:
    return Rest(Excuse.WAIVED, in_days(first), in_days(last) if last is not None else None)


def the_leave(session: Session) -> Leave:
    return session.scalars(sa.select(Leave).order_by(Leave.id.desc())).all()[0]


def pass_days(session: Session, days: int) -> None:
    """As if the absence, and all that was assigned, had been so many days earlier."""
    leave = the_leave(session)
    leave.starts_on = in_days((leave.starts_on - in_days(0)).days - days)
    if leave.ends_on:
        leave.ends_on = in_days((leave.ends_on - in_days(0)).days - days)
    session.flush()


def due_in(session: Session, person: Person) -> int:
    due = requirement_of(session, person).due_on
    assert due
    assert periods_of(session, person)[-1].due_on == due
    return (due - in_days(0)).days


@pytest.mark.parametrize(
    ("rests", "expected"),
    [
        ([], Excuse.NONE),
        ([waiver(0, 0)], Excuse.WAIVED),
        ([waiver(1, None)], Excuse.NONE),
        ([waiver(-5, -1)], Excuse.NONE),
        ([away(-5, None)], Excuse.ABSENT),
        ([away(-5, 5), waiver(-5, 5)], Excuse.WAIVED),
    ],
)
def test_an_excuse_holds_from_its_first_day_to_its_last(
    rests: list[Rest], expected: Excuse
) -> None:
    assert excuse_on(rests, in_days(0)) is expected


@pytest.mark.parametrize(
    ("rests", "noted", "since"),
    [
        ([], Excuse.NONE, 0),
        ([away(0, None)], Excuse.NONE, 0),
        ([away(-5, None)], Excuse.NONE, -5),
        ([away(-5, -1)], Excuse.NONE, -5),
        ([away(-5, -3)], Excuse.NONE, 0),
        ([away(-5, -3)], Excuse.ABSENT, -2),
        ([away(-9, -7), away(-4, -2)], Excuse.ABSENT, -1),
        ([away(-9, -7), away(-4, -1)], Excuse.NONE, -4),
        ([away(-9, None), waiver(-4, None)], Excuse.ABSENT, -4),
    ],
)
def test_since_when_it_rested_otherwise_than_was_noted(
    rests: list[Rest], noted: Excuse, since: int
) -> None:
    assert rested_otherwise_since(rests, noted, in_days(0)) == in_days(since)


@pytest.mark.parametrize(
    ("first", "last", "assigned", "days"),
    [
        (date(2026, 3, 1), date(2026, 3, 10), date(2026, 1, 1), 10),
        (date(2026, 3, 1), date(2026, 3, 1), date(2026, 1, 1), 1),
        (date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 8), 3),
        (date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 11), 0),
        (date(2026, 3, 1), None, date(2026, 1, 1), 0),
    ],
)
def test_an_absence_stops_the_clock_for_its_days(
    first: date, last: date | None, assigned: date, days: int
) -> None:
    assert days_still(Rest(Excuse.ABSENT, first, last), assigned) == days
    assert days_still(Rest(Excuse.WAIVED, first, last), assigned) == 0


def test_an_absence_holds_at_once_and_says_until_when(
    session: Session, amira: Person, manager: Person
) -> None:
    done = mark_absent(session, [amira], away(0, 9), BECAUSE, acting(manager))

    assert done.done == [amira.id]
    assert requirement_of(session, amira).excuse is Excuse.ABSENT
    assert requirements_of(session, amira.id, in_days(0))[0].facts.excused_until == in_days(9)
    assert due_in(session, amira) == 60


def test_an_absence_to_come_begins_on_its_day(
    session: Session, amira: Person, manager: Person
) -> None:
    mark_absent(session, [amira], away(3, 9), BECAUSE, acting(manager))
    rest_by_days(session)
    assert requirement_of(session, amira).excuse is Excuse.NONE

    pass_days(session, 3)
    rest_by_days(session)

    assert requirement_of(session, amira).excuse is Excuse.ABSENT


def test_the_day_after_an_absence_the_date_moves_by_its_days_and_once(
    session: Session, amira: Person, manager: Person
) -> None:
    periods_of(session, amira)[0].assigned_on = in_days(-50)
    mark_absent(session, [amira], away(0, 9), BECAUSE, acting(manager))
    pass_days(session, 10)
    rest_by_days(session)
    rest_by_days(session)

    assert requirement_of(session, amira).excuse is Excuse.NONE
    assert due_in(session, amira) == 70
    assert periods_of(session, amira)[0].first_due_on == in_days(60)
    moved = session.scalars(sa.select(Event).where(Event.kind == "due-date-moved")).one()
    assert moved.before == {"due_on": in_days(60).isoformat()}


def test_an_absence_entered_late_counts_at_once(
    session: Session, amira: Person, manager: Person
) -> None:
    periods_of(session, amira)[0].assigned_on = in_days(-50)
    mark_absent(session, [amira], away(-10, -6), BECAUSE, acting(manager))
    assert due_in(session, amira) == 65


def test_a_mistaken_absence_is_taken_back_with_all_that_it_moved(
    session: Session, amira: Person, manager: Person
) -> None:
    periods_of(session, amira)[0].assigned_on = in_days(-50)
    mark_absent(session, [amira], away(-10, -6), BECAUSE, acting(manager))
    take_back_leave(session, the_leave(session), acting(manager), reason="Somebody else")

    assert due_in(session, amira) == 60
    leave, moved = the_leave(session), session.scalars(sa.select(Extension)).one()
    assert leave.taken_back_reason == moved.taken_back_reason == "Somebody else"
    rest_by_days(session)
    assert due_in(session, amira) == 60
    with pytest.raises(Conflict, match="already"):
        take_back_leave(session, leave, acting(manager), reason="Again")


def test_who_is_back_early_gets_the_days_of_the_absence(
    session: Session, amira: Person, manager: Person
) -> None:
    periods_of(session, amira)[0].assigned_on = in_days(-50)
    mark_absent(session, [amira], away(-10, None), BECAUSE, acting(manager))
    assert requirement_of(session, amira).excuse is Excuse.ABSENT

    end_leave(session, the_leave(session), in_days(-1), acting(manager), reason="Back early")

    assert requirement_of(session, amira).excuse is Excuse.NONE
    assert due_in(session, amira) == 70
    end_leave(session, the_leave(session), in_days(-6), acting(manager), reason="Even earlier")
    assert due_in(session, amira) == 65
    with pytest.raises(DatesWrong):
        end_leave(session, the_leave(session), in_days(-11), acting(manager), reason="Never")


def test_the_clock_of_a_renewal_stands_still_as_grace(
    session: Session, amira: Person, manager: Person
) -> None:
    completed(session, complete(session, amira, days_ago=330))
    open_renewals(session)
    expiry = requirement_of(session, amira).valid_until
    assert expiry
    period = periods_of(session, amira)[-1]
    period.assigned_on = in_days(-100)
    mark_absent(session, [amira], away(-60, -1), BECAUSE, acting(manager))

    requirement = requirement_of(session, amira)
    assert requirement.valid_until == expiry
    assert requirement.grace_until == requirement.due_on == in_days((expiry - in_days(0)).days + 60)


def test_a_waiver_is_of_one_requirement_and_stops_no_clock(
    session: Session, amira: Person, manager: Person, unit: Unit
) -> None:
    publish_module(session, "another")
    assign(session, make_plan(unit, slug="another"), acting(manager))
    waive(session, [requirement_of(session, amira)], waiver(-5, 0), BECAUSE, acting(manager))
    assert requirement_of(session, amira).excuse is Excuse.WAIVED
    assert requirement_of(session, amira, "another").excuse is Excuse.NONE

    pass_days(session, 1)
    rest_by_days(session)

    assert requirement_of(session, amira).excuse is Excuse.NONE
    assert due_in(session, amira) == 60


def test_a_waiver_shows_before_an_absence_and_leaves_it_when_it_is_taken_back(
    session: Session, amira: Person, manager: Person
) -> None:
    mark_absent(session, [amira], away(0, None), BECAUSE, acting(manager))
    waive(session, [requirement_of(session, amira)], waiver(0, None), BECAUSE, acting(manager))
    assert requirement_of(session, amira).excuse is Excuse.WAIVED
    take_back_leave(session, the_leave(session), acting(manager), reason="Not needed")
    assert requirement_of(session, amira).excuse is Excuse.ABSENT


def test_many_are_told_apart_from_those_who_rest_already(
    session: Session, amira: Person, manager: Person, unit: Unit
) -> None:
    other = make_person(session, unit)
    mark_absent(session, [amira], away(5, 9), BECAUSE, acting(manager))
    done = mark_absent(session, [amira, other], away(0, 5), BECAUSE, acting(manager))
    assert done.done == [other.id]
    assert list(done.left_out) == [amira.id]


def test_an_absence_is_not_made_longer_into_another(
    session: Session, amira: Person, manager: Person
) -> None:
    mark_absent(session, [amira], away(5, 9), BECAUSE, acting(manager))
    mark_absent(session, [amira], away(0, 3), BECAUSE, acting(manager))
    first = session.scalars(sa.select(Leave).where(Leave.starts_on == in_days(0))).one()
    with pytest.raises(DatesWrong):
        end_leave(session, first, in_days(5), acting(manager), reason="Longer")
    end_leave(session, first, in_days(4), acting(manager), reason="Longer")
    assert first.ends_on == in_days(4)


def test_a_renewal_that_opened_in_an_absence_gets_its_days_though_nobody_noticed(
    session: Session, amira: Person, manager: Person
) -> None:
    """Valid for fifty days more, its window of sixty opened ten days ago."""
    periods_of(session, amira)[0].assigned_on = in_days(-330)
    long_ago = clock.now() - timedelta(days=315)
    completed(session, complete(session, amira, days_ago=315, recorded_at=long_ago))
    expiry = requirement_of(session, amira).valid_until
    assert expiry
    opened = expiry - timedelta(days=60)

    mark_absent(session, [amira], away(-40, -1), BECAUSE, acting(manager))

    renewal = periods_of(session, amira)[-1]
    assert (renewal.opens_on, renewal.first_due_on) == (opened, expiry)
    assert renewal.due_on == expiry + (in_days(0) - opened)


def test_nobody_excuses_themselves_and_nobody_without_a_reason(
    session: Session, amira: Person, manager: Person
) -> None:
    done = mark_absent(session, [amira], away(0, 5), BECAUSE, acting(amira))
    assert list(done.left_out) == [amira.id]
    nothing = Reason(ReasonCode.OTHER, " ")
    with pytest.raises(Invalid):
        mark_absent(session, [amira], away(0, 5), nothing, acting(manager))
    with pytest.raises(DatesWrong):
        mark_absent(session, [amira], away(5, 0), BECAUSE, acting(manager))
    mark_absent(session, [amira], away(0, 5), BECAUSE, acting(manager))
    with pytest.raises(Forbidden):
        take_back_leave(session, the_leave(session), acting(amira), reason="Mine")


def test_every_step_is_an_event_with_its_reason(
    session: Session, amira: Person, manager: Person
) -> None:
    waive(session, [requirement_of(session, amira)], waiver(0, 5), BECAUSE, acting(manager))
    end_leave(session, the_leave(session), in_days(7), acting(manager), reason="Two more days")
    take_back_leave(session, the_leave(session), acting(manager), reason="Wrong person")
    found = sa.select(Event.kind, Event.reason).where(Event.subject_type == "leave")
    assert [tuple(row) for row in session.execute(found.order_by(Event.id))] == [
        ("waived-given", "A child was born"),
        ("waived-ended", "Two more days"),
        ("waived-taken-back", "Wrong person"),
    ]


def test_what_is_assigned_during_an_absence_rests_as_well(
    session: Session, amira: Person, manager: Person, unit: Unit
) -> None:
    mark_absent(session, [amira], away(0, 5), BECAUSE, acting(manager))
    publish_module(session, "another")
    assign(session, make_plan(unit, slug="another"), acting(manager))
    assert requirement_of(session, amira, "another").excuse is Excuse.ABSENT
    take_back_leave(session, the_leave(session), acting(manager), reason="Mistake")
    assert requirement_of(session, amira, "another").excuse is Excuse.NONE
    assert requirement_of(session, amira, MODULE).excuse is Excuse.NONE
