"""What is kept as things happen is what the facts lead to from nothing, whatever happens."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Reason, ReasonCode
from coursesite.assignments.services import give_extension, open_renewals, recount
from tests.assignments.histories import ACTIONS, Life, Step
from tests.assignments.makers import acting
from tests.assignments.proofs import deviations_of

STEPS = st.builds(
    Step,
    what=st.sampled_from(sorted(ACTIONS)),
    days=st.sampled_from([0, 0, 1, 3, 10, 29, 31, 60, 90, 200, 366, 800]),
    which=st.integers(0, 7),
    number=st.integers(1, 120),
    night=st.booleans(),
)
BEGINNING = [Step("assign", which=0, number=0)]
ZONES = ["UTC", "Pacific/Midway", "Pacific/Kiritimati", "America/New_York", "Europe/Berlin"]


@settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, max_size=14), st.sampled_from(ZONES))
def test_rows_kept_by_events_are_the_rows_from_nothing(
    session: Session, steps: list[Step], zone: str
) -> None:
    with session.begin_nested() as undone:
        life = Life(session, zone)
        life.tell([*BEGINNING, *steps])
        with time_machine.travel(life.now):
            life.pass_night()
            assert deviations_of(session, life.person.id) == []
            assert recount(session) == []
        undone.rollback()
    session.expire_all()


@pytest.mark.parametrize("hours", [-50, 50])
def test_what_a_wrong_clock_opened_is_told_in_the_order_of_the_record(
    session: Session, hours: int
) -> None:
    """The clock stands wrong while a renewal opens; a later date is given when it is right."""
    life = Life(session, "UTC")
    life.tell([*BEGINNING, Step("complete", days=3)])
    [requirement] = life.requirements()
    until = requirement.valid_until
    assert until is not None
    right = datetime.combine(until - timedelta(days=5), time(12), UTC)
    with time_machine.travel(right + timedelta(hours=hours)):
        assert open_renewals(session) == 1
    with time_machine.travel(right):
        later = until + timedelta(days=20)
        reason = Reason(ReasonCode.DUTIES, "Away at court")
        assert give_extension(session, [requirement], later, reason, acting(life.boss)).done
        session.flush()
        assert requirement.due_on == later
        assert deviations_of(session, life.person.id) == []
