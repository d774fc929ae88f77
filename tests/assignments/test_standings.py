"""Units' standings: kept with every change, brought forward by the day, proved by a recount."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement, TargetStanding, UnitStanding
from coursesite.assignments.rules import Excuse, Progress, Standing
from coursesite.assignments.services import (
    bring_all_forward,
    bring_forward,
    counting,
    repair_counts,
)
from coursesite.people.models import Unit
from tests.assignments.proofs import repair_standings
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import in_days, require


@pytest.fixture
def wing(session: Session) -> Unit:
    organisation = make_organisation(session)
    prison = make_unit(session, organisation, "Prison")
    return make_unit(session, organisation, "Wing", parent=prison)


def standings(session: Session, unit_id: int | None) -> dict[str, tuple[int, int]]:
    """Of a unit: how many alone and with all below, by standing."""
    found = sa.select(UnitStanding).where(UnitStanding.unit_id == unit_id)
    rows = session.scalars(found, execution_options={"populate_existing": True})
    return {row.standing: (row.alone, row.people) for row in rows if row.people}


def change(session: Session, requirement: Requirement, **values: object) -> None:
    with counting(session, requirement):
        for name, value in values.items():
            setattr(requirement, name, value)


def test_a_change_is_counted_in_the_unit_and_in_all_above(session: Session, wing: Unit) -> None:
    mine = require(session, make_person(session, wing))
    require(session, make_person(session, session.get_one(Unit, wing.parent_id)))
    repair_counts(session)
    assert standings(session, wing.id) == {"not-started": (1, 1)}
    assert standings(session, wing.parent_id) == {"not-started": (1, 2)}

    change(session, mine, progress=Progress.COMPLETED, due_on=None)

    assert standings(session, wing.id) == {"completed": (1, 1)}
    assert standings(session, wing.parent_id) == {"completed": (0, 1), "not-started": (1, 1)}
    assert repair_standings(session) == 0


def test_a_new_day_brings_what_falls_due(session: Session, wing: Unit) -> None:
    require(session, make_person(session, wing), due_on=in_days(0))
    require(session, make_person(session, wing), due_on=in_days(31))
    dates: dict[str, Any] = {"due_on": None, "valid_until": in_days(0), "grace_until": in_days(1)}
    require(session, make_person(session, wing), progress=Progress.COMPLETED, **dates)
    repair_counts(session)
    today = clock.today("UTC")
    assert standings(session, wing.id) == {
        "due-soon": (1, 1),
        "not-started": (1, 1),
        "completed": (1, 1),
    }

    assert bring_forward(session, wing.organisation_id, today + timedelta(days=1))
    assert not bring_forward(session, wing.organisation_id, today + timedelta(days=1))

    assert standings(session, wing.parent_id) == {
        "overdue": (0, 1),
        "due-soon": (0, 1),
        "in-grace": (0, 1),
    }
    assert repair_standings(session) == 0


def test_the_nightly_job_counts_each_organisation_as_of_its_own_day(
    session: Session, wing: Unit
) -> None:
    require(session, make_person(session, wing), due_on=in_days(0))
    repair_counts(session)
    bring_forward(session, wing.organisation_id, date(2031, 1, 1))
    assert standings(session, wing.id) == {"overdue": (1, 1)}
    bring_all_forward(session)
    assert standings(session, wing.id) == {"due-soon": (1, 1)}


def test_wrong_standings_are_found_and_mended(session: Session, wing: Unit) -> None:
    require(session, make_person(session, wing))
    repair_counts(session)
    session.execute(sa.update(TargetStanding).values(people=9))
    session.execute(sa.update(UnitStanding).values(people=7))
    assert repair_standings(session) > 0
    assert standings(session, wing.id) == {"not-started": (1, 1)}


def test_no_standing_is_counted_at_a_stranger_s(session: Session, wing: Unit) -> None:
    elsewhere = make_unit(session, make_organisation(session))
    require(session, make_person(session, wing))
    require(session, make_person(session, elsewhere), excuse=Excuse.WAIVED)
    repair_counts(session)
    assert standings(session, elsewhere.id) == {Standing.WAIVED: (1, 1)}
    assert standings(session, wing.id) == {Standing.NOT_STARTED: (1, 1)}


def day_in(number: int | None) -> date | None:
    return None if number is None else in_days(number)


steps = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(Progress),
        st.sampled_from(Excuse),
        st.none() | st.integers(-40, 40),
        st.none() | st.integers(-40, 40),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps)
def test_whatever_happens_day_by_day_the_recount_agrees(
    session: Session, wing: Unit, steps: list[tuple[int, Progress, Excuse, int, int, int]]
) -> None:
    with session.begin_nested() as example:
        above = session.get_one(Unit, wing.parent_id)
        rows = [require(session, make_person(session, each)) for each in (wing, wing, above, above)]
        repair_counts(session)
        day = clock.today("UTC")
        for who, progress, excuse, due, valid, days in steps:
            dates = {"due_on": day_in(due), "valid_until": day_in(valid)}
            change(session, rows[who], progress=progress, excuse=excuse, **dates)
            day += timedelta(days=days)
            bring_forward(session, wing.organisation_id, day)
        assert repair_standings(session) == 0
        example.rollback()
