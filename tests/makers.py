"""Making the people and things that stories in tests are about."""

import itertools
import secrets
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import Password
from coursesite.accounts.services import hasher
from coursesite.people.models import Organisation, Person, Posting, RoleGrant, Unit
from coursesite.people.rules import Audience, Role

_numbers = itertools.count(1)

LONG_AGO = date(2020, 1, 1)


def make_organisation(session: Session, **values: Any) -> Organisation:
    number = next(_numbers)
    organisation = Organisation(
        **{
            "slug": f"organisation-{number}",
            "name": f"Organisation {number}",
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(organisation)
    session.flush()
    return organisation


def make_unit(
    session: Session, organisation: Organisation, name: str = "", parent: Unit | None = None
) -> Unit:
    unit = Unit(
        organisation_id=organisation.id,
        parent_id=parent.id if parent else None,
        name=name or f"Unit {next(_numbers)}",
        path=f"new-{next(_numbers)}",
    )
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.flush()
    return unit


def make_person(
    session: Session,
    unit: Unit | None = None,
    *,
    roles: tuple[Role, ...] = (),
    roles_at: Unit | None = None,
    **values: Any,
) -> Person:
    """Somebody posted to `unit` (or to a new one of a new organisation) since long ago.

    `roles` are held for the whole organisation, or for the subtree of `roles_at`.
    """
    number = next(_numbers)
    unit = unit or make_unit(session, make_organisation(session))
    person = Person(
        **{
            "organisation_id": unit.organisation_id,
            "unit_id": unit.id,
            "email": f"person-{number}@example.org",
            "given_name": "Robin",
            "family_name": f"Person{number}",
            "audience": Audience.PRISON_OFFICERS,
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(person)
    session.flush()
    session.add(Posting(person_id=person.id, unit_id=unit.id, starts_on=LONG_AGO))
    for role in roles:
        grant_role(session, person, role, roles_at)
    session.flush()
    return person


def grant_role(session: Session, person: Person, role: Role, unit: Unit | None = None) -> None:
    session.add(
        RoleGrant(
            person_id=person.id,
            role=role,
            unit_id=unit.id if unit else None,
            starts_on=LONG_AGO,
            granted_at=clock.now(),
        )
    )
    session.flush()


def give_password(session: Session, person: Person) -> str:
    """Let somebody sign in through the page with the password that is returned."""
    password = secrets.token_urlsafe()
    hashed = hasher.hash(password)
    session.add(Password(person_id=person.id, hash=hashed, changed_at=clock.now()))
    session.flush()
    return password
