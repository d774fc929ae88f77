"""Whom an assignment is for, to the day: asked of all at once, and of one who comes or moves."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement, RequirementSource
from coursesite.assignments.rules import Condition, Criterion
from coursesite.assignments.services import assign, match_person, preview
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from tests.assignments.makers import acting, in_days, make_plan
from tests.makers import make_person


def is_led(session: Session, person: Person) -> bool:
    """Whether an assignment leads to somebody, once they were looked at by themselves."""
    match_person(session, person.id)
    leading = (
        sa.select(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .where(Requirement.person_id == person.id, RequirementSource.ended_on.is_(None))
    )
    return session.scalars(leading).first() is not None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (0, 0, True)],
)
def test_a_role_counts_from_its_first_day_to_its_last(
    session: Session, unit: Unit, manager: Person, first: int, last: int | None, expected: bool
) -> None:
    author = Condition(Criterion.ROLE, Role.AUTHOR)
    plan = make_plan(unit, conditions=(Condition(Criterion.UNIT, unit.path), author))
    assign(session, plan, acting(manager))
    person = make_person(session, unit)
    days = {"starts_on": in_days(first), "ends_on": None if last is None else in_days(last)}
    grant = RoleGrant(person_id=person.id, role=Role.AUTHOR, granted_at=clock.now(), **days)
    session.add(grant)
    session.flush()

    assert preview(session, plan).people == int(expected)
    assert is_led(session, person) is expected


@pytest.mark.parametrize(
    ("hired_on", "after", "expected"),
    [
        (date(2024, 5, 2), ["2024-05-01"], True),
        (date(2024, 5, 1), ["2024-05-01"], False),
        (None, ["2024-05-01"], False),
        (date(2024, 5, 2), ["2026-01-01", "2024-05-01"], True),
        (date(2024, 5, 1), ["2026-01-01", "2024-05-01"], False),
    ],
)
def test_hired_after_a_day_is_not_on_it_and_any_of_several_will_do(
    session: Session,
    unit: Unit,
    manager: Person,
    hired_on: date | None,
    after: list[str],
    expected: bool,
) -> None:
    hired = tuple(Condition(Criterion.HIRED_AFTER, day) for day in after)
    plan = make_plan(unit, conditions=(Condition(Criterion.UNIT, unit.path), *hired))
    assign(session, plan, acting(manager))
    person = make_person(session, unit, hired_on=hired_on)

    assert preview(session, plan).people == int(expected)
    assert is_led(session, person) is expected


@pytest.mark.parametrize(("left", "expected"), [(0, True), (-1, False)])
def test_the_last_day_of_somebody_who_leaves_is_one_of_theirs(
    session: Session, unit: Unit, manager: Person, left: int, expected: bool
) -> None:
    plan = make_plan(unit)
    assign(session, plan, acting(manager))
    person = make_person(session, unit, left_on=in_days(left))

    assert preview(session, plan).people == 1 + int(expected)
    assert is_led(session, person) is expected
