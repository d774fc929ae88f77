"""People join, move, leave and hold roles; every change is an event that names nobody."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.audit.services import SITE, Actor
from coursesite.errors import Conflict, Invalid
from coursesite.jobs.models import Job
from coursesite.people.models import Person, Posting
from coursesite.people.queries import grants_of, postings_of
from coursesite.people.rules import Role
from coursesite.people.services import (
    AddressTaken,
    NewPerson,
    Place,
    add_person,
    end_role,
    grant_role,
    mark_as_left,
    open_unit,
    post_person,
)
from tests.makers import make_organisation, make_person, make_unit


def today() -> date:
    return clock.today("UTC")


def kinds(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Event.kind).order_by(Event.id)))


def test_units_lie_below_one_another(session: Session) -> None:
    organisation = make_organisation(session)
    region = open_unit(session, organisation, "North", SITE)
    station = open_unit(session, organisation, "Harbour", SITE, parent=region)
    assert region.path == f"/{region.id}/"
    assert station.path == f"/{region.id}/{station.id}/"
    assert kinds(session) == ["unit-opened", "unit-opened"]


def test_somebody_joins(session: Session) -> None:
    unit = make_unit(session, make_organisation(session))
    person = add_person(session, NewPerson(unit, " Ada@Example.ORG ", "Lovelace"), SITE)
    assert person.email == "ada@example.org"
    assert [posting.unit_id for posting in postings_of(session, person.id)] == [unit.id]
    assert session.scalars(sa.select(Job.payload)).one() == {"person_id": person.id}
    event = session.scalars(sa.select(Event)).one()
    assert "Lovelace" not in str(event.after)


def test_an_address_is_used_once_on_the_whole_site(session: Session) -> None:
    make_person(session, email="ada@example.org")
    unit = make_unit(session, make_organisation(session))
    with pytest.raises(AddressTaken, match="This address cannot be used here"):
        add_person(session, NewPerson(unit, "ADA@example.org", "Other"), SITE)
    assert session.scalar(sa.select(sa.func.count(Person.id))) == 1


def test_a_move_ends_one_posting_and_begins_another(session: Session) -> None:
    person = make_person(session)
    other = make_unit(session, person.organisation)
    post_person(session, person, other, SITE, reason="asked for it")
    session.expire_all()
    now, before = postings_of(session, person.id)
    assert (now.unit_id, now.starts_on, now.ends_on) == (other.id, today(), None)
    assert before.ends_on == today() - timedelta(days=1)
    assert person.unit_id == other.id
    assert kinds(session) == ["person-posted"]


def test_two_moves_on_one_day_leave_no_posting_that_ends_before_it_begins(
    session: Session,
) -> None:
    person = make_person(session)
    first, second = (make_unit(session, person.organisation) for _ in range(2))
    post_person(session, person, first, SITE, reason="a mistake")
    post_person(session, person, second, SITE, reason="the right one")
    session.expire_all()
    wrong = session.scalars(sa.select(Posting).where(Posting.ends_on < Posting.starts_on))
    assert wrong.all() == []
    assert sum(posting.ends_on is None for posting in postings_of(session, person.id)) == 1


def test_nobody_is_posted_to_another_organisation(session: Session) -> None:
    elsewhere = make_unit(session, make_organisation(session))
    with pytest.raises(Invalid):
        post_person(session, make_person(session), elsewhere, SITE, reason="no")


def test_who_leaves_loses_posting_and_roles_and_may_come_back(session: Session) -> None:
    person = make_person(session, roles=(Role.MANAGER,))
    unit = person.unit
    assert unit is not None
    mark_as_left(session, person, today(), SITE, reason="retired")
    session.expire_all()
    assert (person.left_on, person.unit_id) == (today(), None)
    assert postings_of(session, person.id)[0].ends_on == today()
    assert list(grants_of(session, person.id, today())) == []

    post_person(session, person, unit, SITE, reason="came back")
    session.expire_all()
    assert (person.left_on, person.unit_id) == (None, unit.id)
    yesterday = today() - timedelta(days=1)
    ends = {each.starts_on: each.ends_on for each in postings_of(session, person.id)}
    assert ends.pop(today()) is None
    assert list(ends.values()) == [yesterday]
    assert kinds(session) == ["role-ended", "person-left", "person-posted"]


def test_what_reaches_somebody_is_looked_at_again_after_their_last_day(session: Session) -> None:
    person = make_person(session)
    person.organisation.time_zone = "Asia/Tokyo"
    last_day = clock.today("Asia/Tokyo")
    mark_as_left(session, person, last_day, SITE, reason="retired")
    at_once, later = session.scalars(sa.select(Job.available_at).order_by(Job.id))
    assert at_once <= clock.now() < later
    assert clock.day_of(later, "Asia/Tokyo") == last_day + timedelta(days=1)


def test_nobody_leaves_in_the_future(session: Session) -> None:
    with pytest.raises(Invalid, match="future"):
        mark_as_left(
            session, make_person(session), today() + timedelta(days=1), SITE, reason="will retire"
        )


def test_a_role_is_given_once_and_ended_at_once(session: Session) -> None:
    person, boss = make_person(session), make_person(session)
    actor = Actor(boss.id, boss.organisation_id)
    place = Place(Role.MANAGER, person.unit)
    grant = grant_role(session, person, place, actor, reason="new post")
    with pytest.raises(Conflict, match="already"):
        grant_role(session, person, place, actor, reason="twice")
    assert grant.granted_by_id == boss.id

    end_role(session, grant, actor, reason="post given up")
    assert list(grants_of(session, person.id, today())) == []
    assert kinds(session) == ["role-granted", "role-ended"]


def test_assignments_look_again_at_who_moves_and_at_whose_roles_change(session: Session) -> None:
    person = make_person(session)
    other = make_unit(session, person.organisation)

    def looked_at() -> int:
        payloads = session.scalars(sa.select(Job.payload)).all()
        assert all(each == {"person_id": person.id} for each in payloads)
        session.execute(sa.delete(Job))
        return len(payloads)

    post_person(session, person, other, SITE, reason="asked for it")
    assert looked_at() == 1
    grant = grant_role(session, person, Place(Role.MANAGER, other), SITE, reason="needed")
    assert looked_at() == 1
    end_role(session, grant, SITE, reason="over")
    assert looked_at() == 1


def test_an_organisation_keeps_an_administrator(session: Session) -> None:
    first = make_person(session, roles=(Role.ADMINISTRATOR,))
    grant = grants_of(session, first.id, today())[0]
    with pytest.raises(Conflict, match="Somebody must administer"):
        end_role(session, grant, SITE, reason="x")
    with pytest.raises(Conflict, match="Somebody must administer"):
        mark_as_left(session, first, today(), SITE, reason="x")
    make_person(session, first.unit, roles=(Role.ADMINISTRATOR,))
    end_role(session, grant, SITE, reason="x")
