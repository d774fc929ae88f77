"""Finding people, units and roles, each within a scope."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite.errors import NotFound
from coursesite.people.models import Accommodation, Person, Posting, RoleGrant, Unit
from coursesite.people.rules import Role, Scope, told_apart

PAGE = 50


def units_within(scope: Scope) -> sa.ColumnElement[bool]:
    """The condition that a unit lies in the scope."""
    own = Unit.organisation_id == scope.organisation_id
    if scope.paths is None:
        return own
    return sa.and_(own, sa.or_(sa.false(), *(Unit.path.startswith(path) for path in scope.paths)))


def posted_within(scope: Scope) -> sa.ColumnElement[bool]:
    """The condition that a person is posted in the scope today.

    Somebody without a posting is seen only by those whose scope is the whole organisation.
    """
    own = Person.organisation_id == scope.organisation_id
    if scope.paths is None:
        return own
    return sa.and_(own, Person.unit_id.in_(sa.select(Unit.id).where(units_within(scope))))


@dataclass(frozen=True)
class Filter:
    """What a list of people is narrowed to; a unit stands for its subtree."""

    words: str = ""
    unit_id: int | None = None
    left: bool = False


@dataclass(frozen=True)
class PeoplePage:
    """Some of the people in a list, and the numbers after and before which the next ones stand."""

    people: Sequence[Person]
    before: int | None
    after: int | None


def people_page(
    session: Session,
    scope: Scope,
    narrowed: Filter,
    *,
    after: int | None = None,
    before: int | None = None,
) -> PeoplePage:
    """At most 50 people by name: those after one person, or those before one."""
    found, name = _people(scope, narrowed), sa.tuple_(*_NAME_COLUMNS)
    if before is not None:
        found = found.where(name < _name_of(scope, before)).order_by(*_BACKWARDS)
    elif after is not None:
        found = found.where(name > _name_of(scope, after)).order_by(*_NAME_COLUMNS)
    else:
        found = found.order_by(*_NAME_COLUMNS)
    rows = list(session.scalars(found.limit(PAGE + 1)))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if before is not None:
        rows.reverse()
    earlier = more if before is not None else after is not None
    later = more or before is not None
    return PeoplePage(
        rows,
        before=rows[0].id if rows and earlier else None,
        after=rows[-1].id if rows and later else None,
    )


_NAME_COLUMNS = (Person.family_name, Person.given_name, Person.id)
_BACKWARDS = tuple(column.desc() for column in _NAME_COLUMNS)


def _name_of(scope: Scope, person_id: int) -> sa.ScalarSelect[Any]:
    chosen = sa.select(*_NAME_COLUMNS).where(
        Person.id == person_id, Person.organisation_id == scope.organisation_id
    )
    return chosen.correlate(None).scalar_subquery()


def _people(scope: Scope, narrowed: Filter) -> sa.Select[Person]:
    found = sa.select(Person).where(posted_within(scope)).options(joinedload(Person.unit))
    if not narrowed.left:
        found = found.where(Person.left_on.is_(None))
    if narrowed.unit_id is not None:
        found = found.where(Person.unit_id.in_(_subtree(scope, narrowed.unit_id)))
    for word in narrowed.words.split()[:5]:
        columns = (Person.given_name, Person.family_name, Person.email, Person.staff_number)
        found = found.where(
            sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return found


def _subtree(scope: Scope, unit_id: int) -> sa.Select[int]:
    root = sa.orm.aliased(Unit)
    below = Unit.path.startswith(root.path)
    return sa.select(Unit.id).join(root, below).where(root.id == unit_id, units_within(scope))


def get_person(session: Session, scope: Scope, person_id: int) -> Person:
    """Somebody within the scope, or NotFound."""
    found = session.scalar(
        sa.select(Person)
        .where(Person.id == person_id, posted_within(scope))
        .options(joinedload(Person.unit))
    )
    if found is None:
        raise NotFound("There is no such person.")
    return found


def names_told_apart(
    session: Session, organisation_id: int, unit_ids: Collection[int]
) -> dict[int, str]:
    """What lists call these units: the name, after that of units above it where others have it."""
    own = Unit.organisation_id == organisation_id
    theirs = sa.select(Unit.name).where(Unit.id.in_(set(unit_ids)), own)
    alike = sa.select(Unit.id, Unit.name, Unit.path).where(Unit.name.in_(theirs), own)
    found = {row.id: row for row in session.execute(alike)} if unit_ids else {}
    often = Counter(row.name for row in found.values())
    several = {id: _ids(row.path) for id, row in found.items() if often[row.name] > 1}
    above = set(chain.from_iterable(several.values()))
    names: dict[int, str] = {}
    if above:
        line = sa.select(Unit.id, Unit.name).where(Unit.id.in_(above), own)
        names = dict(iter(session.execute(line)))
    lines = {id: [names[each] for each in path] for id, path in several.items()}
    called = {id: row.name for id, row in found.items()} | told_apart(lines)
    return {id: called[id] for id in unit_ids if id in called}


def _ids(path: str) -> list[int]:
    return [int(number) for number in path.strip("/").split("/")]


def get_unit(session: Session, scope: Scope, unit_id: int) -> Unit:
    """A unit within the scope, or NotFound."""
    found = session.scalar(sa.select(Unit).where(Unit.id == unit_id, units_within(scope)))
    if found is None:
        raise NotFound("There is no such unit.")
    return found


def names_of(session: Session, organisation_id: int, numbers: Collection[int]) -> dict[int, str]:
    """What these people of one organisation are called, by number."""
    own = (Person.id.in_(numbers), Person.organisation_id == organisation_id)
    return {person.id: person.name for person in session.scalars(sa.select(Person).where(*own))}


def called(person: type[Person]) -> sa.ColumnElement[str]:
    """What somebody is called, as a column."""
    return sa.func.trim(person.given_name + " " + person.family_name)


def units_in(session: Session, scope: Scope) -> Sequence[Unit]:
    """The open units of a scope, each after the one it belongs to."""
    found = sa.select(Unit).where(units_within(scope), Unit.closed_on.is_(None))
    units = {unit.id: unit for unit in session.scalars(found)}

    def place(unit: Unit) -> list[str]:
        numbers = (int(number) for number in unit.path.strip("/").split("/"))
        return [units[number].name if number in units else "" for number in numbers]

    return sorted(units.values(), key=place)


def postings_of(session: Session, person_id: int) -> Sequence[Posting]:
    """All of them, the latest first."""
    return session.scalars(
        sa.select(Posting)
        .where(Posting.person_id == person_id)
        .options(joinedload(Posting.unit))
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    ).all()


def held_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that a role is held that day."""
    ended = sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= day)
    return sa.and_(RoleGrant.starts_on <= day, ended)


def holds_one_of(session: Session, person_id: int, roles: Collection[Role], day: date) -> bool:
    """Whether somebody holds one of these roles that day, for whatever units."""
    found = sa.select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.role.in_(roles), held_on(day)
    )
    return session.scalars(found.limit(1)).first() is not None


def in_force(day: date | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """The condition that an accommodation holds that day."""
    ended = sa.or_(Accommodation.ends_on.is_(None), Accommodation.ends_on >= day)
    return sa.and_(Accommodation.starts_on <= day, ended)


def accommodations_of(session: Session, person_id: int) -> Sequence[Accommodation]:
    """All that a person was ever given, the latest first; only for them and who look after them."""
    return session.scalars(
        sa.select(Accommodation)
        .where(Accommodation.person_id == person_id)
        .order_by(Accommodation.starts_on.desc(), Accommodation.id.desc())
    ).all()


def grants_of(session: Session, person_id: int, today: date) -> Sequence[RoleGrant]:
    """The roles that a person holds."""
    return session.scalars(
        sa.select(RoleGrant)
        .where(RoleGrant.person_id == person_id, held_on(today))
        .options(joinedload(RoleGrant.unit))
        .order_by(RoleGrant.id)
    ).all()


def roles_held(session: Session, scope: Scope, today: date) -> list[tuple[RoleGrant, Person]]:
    """Who holds which role where within a scope, by role and name."""
    found = session.execute(
        sa.select(RoleGrant, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(posted_within(scope), Person.left_on.is_(None), held_on(today))
        .options(joinedload(RoleGrant.unit))
        .order_by(RoleGrant.role, Person.family_name, Person.given_name, RoleGrant.id)
    )
    return [(grant, person) for grant, person in found]


def holders_of(session: Session, organisation_id: int, role: Role, today: date) -> set[int]:
    """Who holds a role for the whole organisation."""
    found = (
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.organisation_id == organisation_id,
            Person.left_on.is_(None),
            RoleGrant.role == role,
            RoleGrant.unit_id.is_(None),
            held_on(today),
        )
    )
    return set(session.scalars(found))


def get_grant(session: Session, person: Person, grant_id: int, today: date) -> RoleGrant:
    """A role that the person holds, or NotFound."""
    for grant in grants_of(session, person.id, today):
        if grant.id == grant_id:
            return grant
    raise NotFound("This role is not held any more.")
