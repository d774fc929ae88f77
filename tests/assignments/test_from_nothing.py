"""What is kept as things happen is what the facts lead to from nothing, whatever happens."""

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.services import recount
from coursesite.assignments.services.checking import deviations_of
from tests.assignments.histories import ACTIONS, Life, Step

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
