"""An administrator, and Anna, who works in the same organisation."""

import pytest
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Note
from tests.assignments.makers import publish_module
from tests.browser import Browser
from tests.erasing.office import REASON, Office
from tests.makers import give_password, make_organisation, make_person, make_unit


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Gate")


@pytest.fixture
def anna(session: Session, unit: Unit) -> Person:
    """She works here, has a note and may sign in."""
    anna = make_person(session, unit, given_name="Anna", family_name="Novak")
    anna.email, anna.staff_number = "anna@example.org", "N-10234"
    note = {"module_slug": "m", "block_id": "b", "text": "Mine", "changed_at": clock.now()}
    session.add(Note(person_id=anna.id, **note))
    give_password(session, anna)
    session.commit()
    return anna


@pytest.fixture
def office(session: Session, browser: Browser, unit: Unit) -> Office:
    admin = make_person(session, unit, roles=(Role.ADMINISTRATOR,), family_name="Adler")
    sure = {"reason": REASON, "your_password": give_password(session, admin)}
    return Office(admin, browser.sign_in(admin), sure)
