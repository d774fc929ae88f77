"""Whose data is held, so that it is not erased meanwhile."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from coursesite import clock
from coursesite.erasing.models import ErasureHold
from coursesite.erasing.rules import ERASE
from coursesite.jobs.models import Task
from coursesite.jobs.rules import UNDER_WAY
from coursesite.people.models import Organisation, Person

MOST = 100


def in_force(time_zone: str) -> sa.ColumnElement[bool]:
    """The condition that a hold counts today; its last day is a day of the hold."""
    return ErasureHold.until_on >= clock.today(time_zone)


def held(organisation: Organisation) -> sa.ColumnElement[bool]:
    """The condition that a person is held today; `Person` is one of the organisation."""
    row = aliased(ErasureHold)
    today = clock.today(organisation.time_zone)
    return (
        sa.select(row.person_id).where(row.person_id == Person.id, row.until_on >= today).exists()
    )


def find_hold(session: Session, person: Person) -> ErasureHold | None:
    """What keeps this person's data today, if anything does."""
    found = _holds(person.organisation).where(ErasureHold.person_id == person.id)
    return session.scalars(found).one_or_none()


def holds_of(
    session: Session, organisation: Organisation, ids: Collection[int]
) -> dict[int, ErasureHold]:
    """The same of several people of an organisation, by their number."""
    found = _holds(organisation).where(ErasureHold.person_id.in_(ids))
    return {each.person_id: each for each in session.scalars(found)}


def holds_in(session: Session, organisation: Organisation) -> Sequence[ErasureHold]:
    """Everybody whose data is held today, the first to end first: 100 and one more."""
    found = _holds(organisation).order_by(ErasureHold.until_on, ErasureHold.person_id)
    return session.scalars(found.limit(MOST + 1)).all()


def _holds(organisation: Organisation) -> sa.Select[ErasureHold]:
    return (
        sa.select(ErasureHold)
        .join(Person, Person.id == ErasureHold.person_id)
        .where(Person.organisation_id == organisation.id, in_force(organisation.time_zone))
        .options(joinedload(ErasureHold.person), joinedload(ErasureHold.held_by))
    )


def is_being_erased(session: Session, person: Person) -> bool:
    """Whether a job that has begun erases this person: then it is too late to hold."""
    found = sa.select(Task.payload).where(
        Task.organisation_id == person.organisation_id,
        Task.kind == ERASE,
        Task.state.in_(UNDER_WAY),
        Task.started_at.is_not(None),
    )
    return any(person.id in payload["people"] for payload in session.scalars(found))
