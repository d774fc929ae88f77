"""The requirements behind each number, with their people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.queries.as_of import Rows as Source
from coursesite.assignments.queries.as_of import rows_of
from coursesite.assignments.queries.standings import conditions, standing_of
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.people.models import Person, Unit
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belongs, posted

PAGE = 50

Rows = sa.Select[*tuple[Any, ...]]
Key = tuple[Any, ...]
Order = Sequence[sa.orm.InstrumentedAttribute[Any]]


@dataclass(frozen=True)
class Listed:
    """One requirement of one person, as lists and exports show it."""

    id: int
    person_id: int
    given_name: str
    family_name: str
    staff_number: str | None
    unit_id: int
    unit: str
    target_kind: TargetKind
    target_slug: str
    standing: Standing
    due_on: date | None
    valid_until: date | None

    @property
    def target(self) -> Target:
        return self.target_kind, self.target_slug

    @property
    def sorted_name(self) -> str:
        """As in a register: family name first."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name


@dataclass(frozen=True)
class Page:
    """Some rows of a long list; `previous` and `next` say whether there are more."""

    rows: list[Listed]
    previous: bool
    next: bool


BY_NAME = (Person.family_name, Person.given_name, Person.id)


def in_order(rows: Source) -> Order:
    return (*BY_NAME, rows.id)


@dataclass(frozen=True)
class Turn:
    """Which page: what follows the record `after`, or comes right before the record `before`."""

    after: int | None = None
    before: int | None = None


FIRST = Turn()


def records(asked: Asked, people: Collection[int] | None = None) -> Rows:
    """The requirements behind the numbers of the standings that are asked for.

    With `people` only theirs, whatever else: then nobody else is looked at.
    """
    rows = rows_of(asked.past)
    standing = standing_of(rows, asked.day).label("standing")
    return (
        sa.select(
            rows.id,
            rows.person_id,
            Person.given_name,
            Person.family_name,
            Person.staff_number,
            rows.unit_id,
            Unit.name,
            rows.target_kind,
            rows.target_slug,
            standing,
            rows.due_on,
            rows.valid_until,
        )
        .join(Person, Person.id == rows.person_id)
        .join(Unit, Unit.id == rows.unit_id)
        .where(*(_listed(asked) if people is None else _of(asked, rows.person_id.in_(people))))
    )


def page_of(session: Session, asked: Asked, turn: Turn = FIRST, *, many: bool = True) -> Page:
    """A page of records; `many` says that there are so many that people are walked by name."""
    key = _key(session, asked, turn.before or turn.after)
    back = key is not None and turn.before is not None
    people = session.scalars(_next_people(asked, key, back)).all() if many else None
    found = _next_records(records(asked, people), in_order(rows_of(asked.past)), key, back)
    listed = [Listed(*row) for row in session.execute(found)]
    if back:
        return Page(listed[:PAGE][::-1], previous=len(listed) > PAGE, next=True)
    return Page(listed[:PAGE], previous=key is not None, next=len(listed) > PAGE)


def people_of(session: Session, asked: Asked, most: int) -> list[int]:
    """Who stands in the list, each once, by name; one more than `most` where there are more."""
    rows = rows_of(asked.past)
    found = (
        sa.select(Person.id)
        .where(Person.id.in_(sa.select(rows.person_id).where(*_listed(asked))))
        .order_by(*BY_NAME)
        .limit(most + 1)
    )
    return list(session.scalars(found))


def people_between(asked: Asked, ids: tuple[int, int]) -> sa.Select[int]:
    """Who stands in the list, by number: those from one to another, both included."""
    return _standing_in(asked).where(Person.id.between(*ids))


def those_in(session: Session, asked: Asked, ids: Collection[int]) -> set[int]:
    """Which of these people stand in the list."""
    return set(session.scalars(_standing_in(asked).where(Person.id.in_(ids))))


def _standing_in(asked: Asked) -> sa.Select[int]:
    here = Person.organisation_id == asked.scope.organisation_id
    return sa.select(Person.id).where(here, _stands_in(asked))


def _key(session: Session, asked: Asked, requirement_id: int | None) -> Key | None:
    """Where a record stands in the list; None for one that this manager may not see."""
    if requirement_id is None:
        return None
    rows = rows_of(asked.past)
    found = sa.select(*in_order(rows)).join(Person, Person.id == rows.person_id)
    row = session.execute(found.where(rows.id == requirement_id, *belongs(rows, asked))).first()
    return tuple(row) if row else None


def _next_records(found: Rows, order: Order, key: Key | None, back: bool) -> Rows:
    """Those of a page and one more, which says whether there is another page."""
    found = found.order_by(*_directed(order, back)).limit(PAGE + 1)
    if key is None:
        return found
    here, there = sa.tuple_(*order), sa.tuple_(*key)
    return found.where(here < there if back else here > there)


def _next_people(asked: Asked, key: Key | None, back: bool) -> Rows:
    """Enough people for such a page, the one at the key included, from the index of names.

    Among very many records a page costs no more than it shows.
    """
    here_too = Person.organisation_id == asked.scope.organisation_id
    found = sa.select(Person.id).where(here_too, _stands_in(asked))
    found = found.order_by(*_directed(BY_NAME, back)).limit(PAGE + 2)
    if key is None:
        return found
    here, there = sa.tuple_(*BY_NAME), sa.tuple_(*key[: len(BY_NAME)])
    return found.where(here <= there if back else here >= there)


def _stands_in(asked: Asked) -> sa.ColumnElement[bool]:
    """That a person stands in the list.

    Asked whether there is such a record, PostgreSQL may look for all of them first: what is worked
    out, it takes for true of next to nobody. Asked for one of each person's, it cannot.
    """
    rows = rows_of(asked.past)
    one = sa.select(rows.id).where(*_of(asked, rows.person_id == Person.id)).limit(1)
    return one.correlate(Person).scalar_subquery().is_not(None)


def _directed(order: Order, back: bool) -> Sequence[sa.ColumnElement[Any]]:
    return [column.desc() if back else column.asc() for column in order]


def _listed(asked: Asked) -> list[sa.ColumnElement[bool]]:
    return _of(asked, *posted(rows_of(asked.past), asked))


def _of(asked: Asked, *whose: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    """That a row stands in the list, and of whom it is."""
    rows = rows_of(asked.past)
    found = conditions(rows, asked.day)
    stands = sa.or_(*(found[each] for each in sorted(asked.standings)))
    active = rows.state == RequirementState.ACTIVE
    return [active, stands, *belongs(rows, asked), *whose]
