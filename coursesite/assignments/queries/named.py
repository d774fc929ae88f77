"""Finding people of a scope by what a line says, and naming those whose numbers are known."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.queries.candidates import AnyRow, is_here
from coursesite.assignments.rules import Known
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.queries import posted_within, units_within
from coursesite.people.rules import Scope

_NAME = Person.given_name + " " + Person.family_name


def people_called(
    session: Session, scope: Scope, today: date, texts: Collection[str]
) -> list[Known]:
    """Everybody of the scope whom one of these names, whatever the case of its letters."""
    if not texts:
        return []
    wanted = {form for text in texts for form in (text, text.lower())}
    columns = (
        Person.staff_number,
        sa.func.lower(Person.staff_number),
        Person.email,
        _NAME,
        sa.func.lower(_NAME),
        Person.family_name,
    )
    called = sa.or_(*(column.in_(wanted) for column in columns))
    return _known(session, sa.and_(posted_within(scope), is_here(today), called))


def left_called(session: Session, scope: Scope, texts: Collection[str]) -> dict[str, date]:
    """The last day of those who left and whose number or address is one of these, by that in small
    letters; of units only those who were posted in the scope then.
    """
    wanted = {form for text in texts for form in (text, text.lower())}
    numbers = (Person.staff_number, sa.func.lower(Person.staff_number), Person.email)
    found = sa.select(Person.staff_number, Person.email, Person.left_on).where(
        Person.organisation_id == scope.organisation_id,
        Person.left_on.is_not(None),
        Person.erased_at.is_(None),
        sa.or_(*(column.in_(wanted) for column in numbers)),
    )
    if scope.paths is not None:
        last = sa.exists().where(
            Posting.person_id == Person.id,
            Posting.ends_on == Person.left_on,
            Posting.unit_id.in_(sa.select(Unit.id).where(units_within(scope))),
        )
        found = found.where(last)
    return {
        key.casefold(): left_on
        for *keys, left_on in (session.execute(found) if wanted else ())
        for key in keys
        if key and left_on
    }


def people_of(session: Session, scope: Scope, ids: Collection[int]) -> list[Known]:
    """Those of them who are posted in the scope."""
    return _known(session, sa.and_(posted_within(scope), Person.id.in_(ids))) if ids else []


def _known(session: Session, which: sa.ColumnElement[bool]) -> list[Known]:
    found = sa.select(
        Person.id, Person.given_name, Person.family_name, Person.email, Person.staff_number
    ).where(which)
    return [
        Known(row.id, f"{row.given_name} {row.family_name}".strip(), row.email, row.staff_number)
        for row in session.execute(found.order_by(Person.id))
    ]


def shown(session: Session, scope: Scope, ids: Collection[int]) -> dict[int, AnyRow]:
    """Name and unit of those of them who are posted in the scope, by id."""
    found = sa.select(Person.id, Person.given_name, Person.family_name, Person.unit_id).where(
        Person.id.in_(ids), posted_within(scope)
    )
    return {row.id: row for row in session.execute(found)} if ids else {}


def matching_people(session: Session, which: sa.ColumnElement[bool], most: int) -> Sequence[AnyRow]:
    """The first few by name, each with how many there are in all."""
    found = (
        sa.select(
            Person.given_name,
            Person.family_name,
            Person.unit_id,
            sa.func.count().over().label("people"),
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(which)
        .order_by(Person.family_name, Person.given_name, Person.id)
        .limit(most)
    )
    return session.execute(found).all()
