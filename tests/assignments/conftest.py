"""A wing whose manager has assigned a module to Amira."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from coursesite.assignments.services import assign, recount
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from tests.assignments.makers import acting, make_plan, publish_module
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,))


@pytest.fixture
def amira(session: Session, unit: Unit, manager: Person) -> Person:
    person = make_person(session, unit)
    assign(session, make_plan(unit), acting(manager))
    return person


@pytest.fixture
def counts_are_right(session: Session) -> Iterator[None]:
    """After each story the counts are the sum of their rows."""
    yield
    assert recount(session) == []
