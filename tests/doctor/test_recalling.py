"""Rows that an older version of the site wrote are given the facts that it did not write down."""

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.models import Period, Requirement, RequirementSource
from coursesite.assignments.services.recalling import recall_facts, without_facts
from coursesite.doctor import services
from tests.assignments.histories import Life, Step
from tests.assignments.proofs import deviations_of

BEGINNING = Step("assign", which=0, number=0)
LIVES = {
    "open": [Step("wait", days=10)],
    "done": [Step("complete", days=3)],
    "renewed": [Step("complete", days=3), Step("complete", days=366), Step("complete", days=366)],
    "late": [Step("complete", days=200), Step("wait", days=800), Step("complete", days=3)],
    "put off": [Step("extend", days=3), Step("complete", days=60)],
    "asked twice": [Step("assign", days=3, which=1, number=9), Step("complete", days=10)],
    "before": [Step("complete", days=1), Step("assign", days=30, which=1, number=40)],
}


def forget(session: Session) -> None:
    """As it was before these were kept."""
    session.execute(sa.update(RequirementSource).values(matched_at=None, due_on=None))
    session.execute(sa.update(Period).values(opened_at=None, policy=None))
    session.expire_all()


def dates(session: Session) -> list[tuple[object, ...]]:
    session.expire_all()
    names = ("due_on", "first_due_on", "valid_until", "grace_until", "completed_at", "cause")
    periods = session.scalars(sa.select(Period).order_by(Period.id))
    rows = session.scalars(sa.select(Requirement).order_by(Requirement.id))
    told = ("state", "progress", "due_on", "valid_until", "grace_until")
    return [
        *(tuple(getattr(each, name) for name in names) for each in periods),
        *(tuple(getattr(each, name) for name in told) for each in rows),
    ]


@pytest.mark.parametrize("life", LIVES)
def test_old_rows_get_their_facts_and_nothing_moves(session: Session, life: str) -> None:
    lived = Life(session, "Europe/Berlin")
    person_id = lived.person.id
    lived.tell([BEGINNING, *LIVES[life]])
    with time_machine.travel(lived.now):
        lived.pass_night()
        assert deviations_of(session, person_id) == []
        kept = dates(session)
        forget(session)
        assert list(without_facts(session)) != []

        invariant = next(each for each in services.INVARIANTS if each.name == "facts")
        finding = services.check(session, invariant, repair=True)
        assert (finding.broken, finding.left) == (finding.repaired, 0)
        session.expire_all()
        assert deviations_of(session, person_id) == []
        assert dates(session) == kept
        assert recall_facts(session) == 0


STEPS = st.builds(
    Step,
    what=st.sampled_from(["assign", "complete", "extend", "wait", "begin"]),
    days=st.sampled_from([0, 1, 3, 10, 60, 90, 200, 366, 800]),
    which=st.integers(0, 3),
    number=st.integers(1, 120),
    night=st.booleans(),
)


@settings(
    max_examples=10,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, max_size=8))
def test_whatever_was_lived_no_date_moves(session: Session, steps: list[Step]) -> None:
    with session.begin_nested() as undone:
        life = Life(session, "UTC")
        person_id = life.person.id
        life.tell([BEGINNING, *steps])
        with time_machine.travel(life.now):
            life.pass_night()
            kept = dates(session)
            forget(session)
            recall_facts(session)
            assert dates(session) == kept
            assert deviations_of(session, person_id) == []
        undone.rollback()
    session.expire_all()
