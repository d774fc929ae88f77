"""Whom a pack of evidence is about."""

from array import array
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite.evidence.rules import About
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope

AT_ONCE = 50


def number_about(session: Session, about: About, organisation_id: int) -> int:
    """How many people a pack is about."""
    found = sa.select(sa.func.count()).select_from(Person)
    return session.scalar(found.where(*_whom(about, organisation_id))) or 0


def people_about(session: Session, about: About, organisation_id: int) -> Iterator[Person]:
    """Whom a pack is about, by name, some read at a time: of a unit, who was posted there then.

    Never more than whoever asks may see today.
    """
    order = (Person.family_name, Person.given_name, Person.id)
    ids = session.scalars(
        sa.select(Person.id).where(*_whom(about, organisation_id)).order_by(*order)
    )
    numbers = array("q", ids)
    for first in range(0, len(numbers), AT_ONCE):
        some = sa.select(Person).where(Person.id.in_(numbers[first : first + AT_ONCE]))
        whole = some.options(joinedload(Person.organisation), joinedload(Person.unit))
        yield from session.scalars(whole.order_by(*order)).all()
        session.expunge_all()


def _whom(about: About, organisation_id: int) -> list[sa.ColumnElement[bool]]:
    if about.unit_path is None:
        found = [Person.id == about.person_id, Person.organisation_id == organisation_id]
    else:
        found = [_posted_there(about)]
    if not about.whole:
        found.append(posted_within(Scope(organisation_id, about.paths)))
    return found


def _posted_there(about: About) -> sa.ColumnElement[bool]:
    there = sa.select(Posting.person_id).join(Unit, Unit.id == Posting.unit_id)
    there = there.where(Unit.path.startswith(about.unit_path or ""))
    if about.last_on is not None:
        there = there.where(Posting.starts_on <= about.last_on)
    if about.first_on is not None:
        there = there.where(sa.or_(Posting.ends_on.is_(None), Posting.ends_on >= about.first_on))
    return Person.id.in_(there)
