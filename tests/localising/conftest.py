"""Whoever writes for an organisation that has the course."""

import pytest
from sqlalchemy.orm import Session

from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.localising.makers import an_organisation, publish_course, somebody


@pytest.fixture
def admin(session: Session) -> Person:
    publish_course(session)
    return somebody(session, an_organisation(session), Role.ADMINISTRATOR)
