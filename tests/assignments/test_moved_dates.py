"""A due date never moves silently: what moves it, what does not, and what stays on record."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    Plan,
    Progress,
    Reach,
    Reason,
    ReasonCode,
    Rest,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    completed,
    end_assignment,
    give_extension,
    mark_absent,
    open_renewals,
    recount,
    review_change,
    revoke_completions,
    take_back_extension,
)
from coursesite.people.models import Person, Unit
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    requirement_of,
)
from tests.assignments.proofs import deviations_of
from tests.makers import make_person

BECAUSE = Reason(ReasonCode.IRREGULAR, "Somebody else sat the quiz")


def fixed(unit: Unit, days: int) -> Plan:
    return make_plan(unit, due=Due(DueRule.FIXED, on=in_days(days)))


def moves_of(session: Session, person: Person) -> list[tuple[date | None, date, str, int | None]]:
    """What is on record of the dates of somebody: from, to, why, and who."""
    ids = [each.id for each in periods_of(session, person)]
    found = sa.select(Extension).where(Extension.period_id.in_(ids)).order_by(Extension.id)
    rows = session.scalars(found)
    return [(each.previous_due_on, each.due_on, each.reason, each.decided_by_id) for each in rows]


@pytest.mark.parametrize("how", ["renewal", "revoked"])
def test_a_changed_date_is_not_that_of_a_renewal_or_of_what_was_revoked(
    session: Session, unit: Unit, manager: Person, how: str
) -> None:
    learner = make_person(session, unit)
    made = assign(session, make_plan(unit), acting(manager))
    done = complete(session, learner, days_ago=330 if how == "renewal" else 3)
    completed(session, done)
    if how == "renewal":
        open_renewals(session)
    else:
        revoke_completions(session, [done], BECAUSE, acting(manager))
    before = requirement_of(session, learner).due_on
    assert before
    sooner = fixed(unit, 10)

    foreseen = review_change(session, made, sooner)
    assert change_assignment(session, made, sooner, acting(manager), reason="Soon") == foreseen

    assert foreseen == Reach(moved=1, unchanged=1, parked={})
    assert requirement_of(session, learner).due_on == before
    assert periods_of(session, learner)[-1].due_on == before
    assert moves_of(session, learner) == []
    expected = Progress.NOT_STARTED if how == "renewal" else Progress.REVOKED
    assert requirement_of(session, learner).progress is expected


def test_a_change_that_moves_a_date_is_on_record_of_the_person(
    session: Session, unit: Unit, amira: Person, manager: Person
) -> None:
    made = assign(session, fixed(unit, 50), acting(manager))
    change_assignment(session, made, fixed(unit, 40), acting(manager), reason="The audit")

    assert moves_of(session, amira) == [(in_days(50), in_days(40), "The audit", manager.id)]
    [period] = periods_of(session, amira)
    assert (period.first_due_on, period.due_on) == (in_days(60), in_days(40))


def test_of_the_dates_that_are_left_when_an_assignment_ends_the_earliest_counts_on_record(
    session: Session, unit: Unit, amira: Person, manager: Person
) -> None:
    """Amira has sixty days by one assignment; the ninety of another do not count before them."""
    assign(session, fixed(unit, 90), acting(manager))
    sooner = assign(session, fixed(unit, 30), acting(manager))
    assert requirement_of(session, amira).due_on == in_days(30)

    end_assignment(session, sooner, acting(manager), reason="Not needed")

    [period] = periods_of(session, amira)
    assert requirement_of(session, amira).due_on == period.due_on == in_days(60)
    assert period.first_due_on == in_days(60)
    assert moves_of(session, amira) == [(in_days(30), in_days(60), "Not needed", manager.id)]
    assert recount(session) == []


def test_what_is_left_when_an_assignment_ends_has_the_days_of_an_absence_too(
    session: Session, unit: Unit, manager: Person
) -> None:
    """Of seven days away, three lie after the other assignment was made."""
    by = acting(manager)
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        bela = make_person(session, unit)
        sooner = assign(session, fixed(unit, 50), by)
    with time_machine.travel(clock.now() - timedelta(days=5), tick=False):
        assign(session, fixed(unit, 95), by)
    mark_absent(session, [bela], Rest(Excuse.ABSENT, in_days(-9), in_days(-3)), BECAUSE, by)
    assert requirement_of(session, bela).due_on == in_days(37)

    end_assignment(session, sooner, by, reason="Not needed")

    assert requirement_of(session, bela).due_on == in_days(93)
    assert deviations_of(session, bela.id) == []


def test_an_extension_is_taken_back_by_its_days_whatever_moved_the_date_since(
    session: Session, unit: Unit, amira: Person, manager: Person
) -> None:
    by, held = acting(manager), [requirement_of(session, amira)]
    periods_of(session, amira)[0].assigned_on = in_days(-50)
    given = give_extension(session, held, in_days(90), BECAUSE, by).made[amira.id]
    ten_days = Rest(Excuse.ABSENT, in_days(-10), in_days(-1))
    mark_absent(session, [amira], ten_days, BECAUSE, by)
    assert requirement_of(session, amira).due_on == in_days(100)

    take_back_extension(session, session.get_one(Extension, given), by, reason="Not needed")

    assert requirement_of(session, amira).due_on == in_days(70)
    assert periods_of(session, amira)[0].due_on == in_days(70)
