"""People join, move, leave and are given roles; every change is an event.

Events name people by their number only, so that a person can be erased and the record stays.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Forbidden, Invalid
from coursesite.jobs.services import enqueue
from coursesite.people.models import Organisation, Person, Posting, RoleGrant, Unit
from coursesite.people.queries import grants_of, holders_of
from coursesite.people.rules import Audience, Role, Scope, covers, normal_email

PEOPLE_CHANGED = "people-changed"


class AddressTaken(Conflict):
    """Somebody has this e-mail address; of which organisation is nobody's business."""


class NotYours(Forbidden):
    """The person's roles reach further than those of who acts."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody who joins: where they are posted, since when, and how they sign in."""

    unit: Unit
    email: str
    family_name: str
    given_name: str = ""
    staff_number: str | None = None
    audience: Audience | None = None
    hired_on: date | None = None
    posted_on: date | None = None


@dataclass(frozen=True)
class Place:
    """A role, for the subtree of a unit or, without one, for the whole organisation."""

    role: Role
    unit: Unit | None = None


def people_changed(session: Session, person_id: int, at: datetime | None = None) -> None:
    """Let assignments look again at what reaches somebody: at once, or when a moment has come."""
    job = enqueue(session, PEOPLE_CHANGED, {"person_id": person_id})
    job.available_at = at or job.available_at


def open_unit(
    session: Session,
    organisation: Organisation,
    name: str,
    actor: Actor,
    parent: Unit | None = None,
) -> Unit:
    """A new unit at the top of an organisation, or below another one."""
    # A path holds the unit's own number, which is known only once the row is there.
    unit = Unit(organisation_id=organisation.id, parent_id=parent.id if parent else None, name=name)
    unit.path = f"new {id(unit)}"
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    record(session, "unit-opened", actor, ("unit", unit.id), after={"name": name})
    session.flush()
    return unit


def add_person(session: Session, new: NewPerson, actor: Actor) -> Person:
    """Somebody joins and is posted to a unit; AddressTaken when the address is in use."""
    now = clock.now()
    person = Person(
        organisation_id=new.unit.organisation_id,
        unit_id=new.unit.id,
        email=normal_email(new.email),
        given_name=new.given_name,
        family_name=new.family_name,
        staff_number=new.staff_number,
        audience=new.audience,
        hired_on=new.hired_on,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise AddressTaken("This address cannot be used here.") from None
    starts_on = new.posted_on or _today(session, person)
    session.add(Posting(person_id=person.id, unit_id=new.unit.id, starts_on=starts_on))
    after = {"unit": new.unit.id, "audience": new.audience}
    record(session, "person-added", actor, ("person", person.id), after=after)
    people_changed(session, person.id)
    session.flush()
    return person


def post_person(
    session: Session, person: Person, unit: Unit, actor: Actor, *, reason: str
) -> Posting:
    """Move somebody to another unit as of today, or take back somebody who had left."""
    if unit.organisation_id != person.organisation_id or unit.closed_on:
        raise Invalid("Nobody can be posted to this unit.")
    if person.unit_id == unit.id and person.left_on is None:
        raise Conflict("%(name)s is posted to %(unit)s already.", name=person.name, unit=unit.name)
    if person.erased_at is not None:
        raise Conflict("The data of this person was erased. Add them anew.")
    today = _today(session, person)
    before = {"unit": person.unit_id, "left_on": person.left_on and person.left_on.isoformat()}
    _close_posting(session, person, today - timedelta(days=1))
    posting = Posting(person_id=person.id, unit_id=unit.id, starts_on=today)
    session.add(posting)
    person.unit_id, person.left_on = unit.id, None
    record(
        session,
        "person-posted",
        actor,
        ("person", person.id),
        before=before,
        after={"unit": unit.id},
        reason=reason,
    )
    people_changed(session, person.id)
    session.flush()
    return posting


def mark_as_left(
    session: Session, person: Person, left_on: date, actor: Actor, *, reason: str
) -> None:
    """Somebody leaves: their posting and roles end that day, and they can sign in no more."""
    today = _today(session, person)
    if left_on > today:
        raise Invalid("The last day cannot lie in the future.")
    if person.left_on is not None:
        raise Conflict("%(name)s has left already.", name=person.name)
    before = {"unit": person.unit_id}
    for grant in grants_of(session, person.id, today):
        end_role(session, grant, actor, reason=reason)
    _close_posting(session, person, left_on)
    person.left_on, person.unit_id = left_on, None
    record(
        session,
        "person-left",
        actor,
        ("person", person.id),
        before=before,
        after={"left_on": left_on.isoformat()},
        reason=reason,
    )
    people_changed(session, person.id)
    people_changed(session, person.id, at=_end_of(left_on, person))
    session.flush()


def _end_of(day: date, person: Person) -> datetime:
    zone = ZoneInfo(person.organisation.time_zone)
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _close_posting(session: Session, person: Person, last_day: date) -> None:
    """None lasts longer: who left today and comes back today was there until yesterday.

    A posting that began after that day ends on the day that it began.
    """
    ends_on = sa.case((Posting.starts_on > last_day, Posting.starts_on), else_=last_day)
    session.execute(
        sa.update(Posting)
        .where(
            Posting.person_id == person.id,
            sa.or_(Posting.ends_on.is_(None), Posting.ends_on > last_day),
            sa.or_(Posting.ends_on.is_(None), Posting.ends_on > Posting.starts_on),
        )
        .values(ends_on=ends_on)
    )


def grant_role(
    session: Session, person: Person, place: Place, actor: Actor, *, reason: str
) -> RoleGrant:
    """Give somebody a role from today."""
    if place.unit is not None and place.unit.organisation_id != person.organisation_id:
        raise Invalid("A role can be held only in the person's own organisation.")
    if person.left_on is not None:
        raise Conflict("%(name)s has left.", name=person.name)
    today, unit_id = _today(session, person), place.unit.id if place.unit else None
    held = grants_of(session, person.id, today)
    if any(grant.role is place.role and grant.unit_id == unit_id for grant in held):
        raise Conflict("%(name)s holds this role there already.", name=person.name)
    grant = RoleGrant(
        person_id=person.id,
        role=place.role,
        unit_id=unit_id,
        starts_on=today,
        granted_by_id=actor.person_id,
        granted_at=clock.now(),
    )
    session.add(grant)
    session.flush()
    after = {"role": place.role, "unit": unit_id}
    record(session, "role-granted", actor, ("person", person.id), after=after, reason=reason)
    people_changed(session, person.id)
    return grant


def end_role(session: Session, grant: RoleGrant, actor: Actor, *, reason: str) -> None:
    """Take a role away, at once: yesterday was its last day."""
    person = session.get_one(Person, grant.person_id)
    if _is_last_administrator(session, grant, person):
        raise Conflict(
            "Somebody must administer the organisation: give this role to another first."
        )
    grant.ends_on = _today(session, person) - timedelta(days=1)
    before = {"role": grant.role, "unit": grant.unit_id}
    record(session, "role-ended", actor, ("person", person.id), before=before, reason=reason)
    people_changed(session, person.id)
    session.flush()


def _is_last_administrator(session: Session, grant: RoleGrant, person: Person) -> bool:
    if grant.role is not Role.ADMINISTRATOR or grant.unit_id is not None:
        return False
    # Held until the commit: two administrators cannot take the role from each other at once.
    session.get_one(Organisation, person.organisation_id, with_for_update=True)
    today = _today(session, person)
    return holders_of(session, person.organisation_id, Role.ADMINISTRATOR, today) <= {person.id}


def refuse_higher(session: Session, scope: Scope, person: Person) -> None:
    """NotYours when somebody holds a role beyond this scope: who acts could rise by acting."""
    held = grants_of(session, person.id, _today(session, person))
    paths = (grant.unit.path if grant.unit else None for grant in held)
    if not all(covers(scope, path) for path in paths):
        raise NotYours("This person's roles reach further than yours. Ask who administers more.")


def _today(session: Session, person: Person) -> date:
    organisation = session.get_one(Organisation, person.organisation_id)
    return clock.today(organisation.time_zone)
