from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.services import ask_extension, assign
from coursesite.people.models import Person, Unit
from coursesite.people.queries import names_told_apart, posted_within, units_within
from coursesite.people.rules import Role, Scope
from tests.assignments.makers import acting, make_plan, publish_module, requirement_of
from tests.browser import Browser
from tests.makers import make_organisation, make_person, make_unit


def test_a_scope_is_a_subtree_of_one_organisation(session: Session) -> None:
    ours, theirs = make_organisation(session), make_organisation(session)
    north, south = make_unit(session, ours, "North"), make_unit(session, ours, "South")
    station = make_unit(session, ours, "Station", parent=north)
    foreign = make_unit(session, theirs, "Foreign")
    seen = {
        name: set(session.scalars(sa.select(Unit.name).where(units_within(scope))))
        for name, scope in {
            "all": Scope(ours.id, None),
            "north": Scope(ours.id, (north.path,)),
            "none": Scope(ours.id, ()),
            "forged": Scope(ours.id, (foreign.path,)),
        }.items()
    }
    assert seen == {
        "all": {"North", "South", "Station"},
        "north": {"North", "Station"},
        "none": set(),
        "forged": set(),
    }
    people = {unit.name: make_person(session, unit).id for unit in (north, south, station, foreign)}
    visible = sa.select(Person.id).where(posted_within(Scope(ours.id, (north.path,))))
    assert set(session.scalars(visible)) == {people["North"], people["Station"]}


def test_units_of_one_name_are_told_apart_within_the_organisation(session: Session) -> None:
    ours, theirs = make_organisation(session), make_organisation(session)
    service = make_unit(session, ours, "Service")
    north, south = (make_unit(session, ours, name, service) for name in ("North", "South"))
    first, second = (make_unit(session, ours, "Wing A", each) for each in (north, south))
    foreign = make_unit(session, theirs, "North")
    asked = [first.id, north.id, foreign.id]
    called = names_told_apart(session, ours.id, asked)
    assert called == {first.id: "North / Wing A", north.id: "North"}
    assert names_told_apart(session, ours.id, [second.id])[second.id] == "South / Wing A"
    assert names_told_apart(session, ours.id, []) == {}


def test_lists_of_people_tell_units_of_one_name_apart(session: Session, browser: Browser) -> None:
    organisation = make_organisation(session)
    north, south = (make_unit(session, organisation, name) for name in ("North", "South"))
    wings = [make_unit(session, organisation, "Wing A", each) for each in (north, south)]
    people = [make_person(session, wing) for wing in wings]
    boss = make_person(session, north, roles=(Role.TRAINING_OFFICER, Role.MANAGER))
    publish_module(session)
    assign(session, make_plan(*wings), acting(boss))
    for person in people:
        due_on = clock.today(organisation.time_zone) + timedelta(days=200)
        requirement = requirement_of(session, person)
        ask_extension(session, requirement, due_on, "A heavy month", acting(person))
    session.commit()
    client = browser.sign_in(boss)
    for page in ("/reports/people", "/people", "/reports/extensions"):
        text = client.get(page).text
        assert "North / Wing A" in text, page
        assert "South / Wing A" in text, page
