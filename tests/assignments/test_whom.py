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
from coursesite.people.rules import Audience, Role
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
    ("days", "expected"),
    [((0, None), True), ((1, None), False), ((-9, 0), True), ((-9, -1), False), ((0, 0), True)],
)
def test_a_role_counts_from_its_first_day_to_its_last(
    session: Session, unit: Unit, manager: Person, days: tuple[int, int | None], expected: bool
) -> None:
    author = Condition(Criterion.ROLE, Role.AUTHOR)
    plan = make_plan(unit, conditions=(Condition(Criterion.UNIT, unit.path), author))
    assign(session, plan, acting(manager))
    person = make_person(session, unit)
    first, last = days
    grant = RoleGrant(person_id=person.id, role=Role.AUTHOR, granted_at=clock.now())
    grant.starts_on, grant.ends_on = in_days(first), None if last is None else in_days(last)
    session.add(grant)
    session.flush()

    assert preview(session, plan).people == int(expected)
    assert is_led(session, person) is expected


@pytest.mark.parametrize(
    ("hired_on", "expected"), [(date(2024, 5, 2), True), (date(2024, 5, 1), False), (None, False)]
)
def test_hired_after_a_day_is_not_on_it_and_any_of_several_will_do(
    session: Session, unit: Unit, manager: Person, hired_on: date | None, expected: bool
) -> None:
    hired = tuple(Condition(Criterion.HIRED_AFTER, day) for day in ("2026-01-01", "2024-05-01"))
    plan = make_plan(unit, conditions=(Condition(Criterion.UNIT, unit.path), *hired))
    assign(session, plan, acting(manager))
    person = make_person(session, unit, hired_on=hired_on)

    assert preview(session, plan).people == int(expected)
    assert is_led(session, person) is expected


def test_a_profession_is_meant_in_ones_own_organisation_alone(
    session: Session, unit: Unit, manager: Person
) -> None:
    own = make_person(session, unit, audience=Audience.JUDGES)
    stranger = make_person(session, audience=Audience.JUDGES)
    judges = make_plan(unit, conditions=(Condition(Criterion.AUDIENCE, Audience.JUDGES),))

    assert preview(session, judges).people == 1
    assign(session, judges, acting(manager))
    assert is_led(session, own)
    assert not is_led(session, stranger)


@pytest.mark.parametrize(("left", "expected"), [(0, True), (-1, False)])
def test_the_last_day_of_somebody_who_leaves_is_one_of_theirs(
    session: Session, unit: Unit, manager: Person, left: int, expected: bool
) -> None:
    plan = make_plan(unit)
    assign(session, plan, acting(manager))
    person = make_person(session, unit, left_on=in_days(left))

    assert preview(session, plan).people == 1 + int(expected)
    assert is_led(session, person) is expected
