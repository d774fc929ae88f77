"""The requirements behind each number, with their people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.standings import conditions, standing_of
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.people.models import Person, Unit
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belongs

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


LISTED = (
    Requirement.id,
    Requirement.person_id,
    Person.given_name,
    Person.family_name,
    Person.staff_number,
    Requirement.unit_id,
    Unit.name,
    Requirement.target_kind,
    Requirement.target_slug,
)
BY_NAME = (Person.family_name, Person.given_name, Person.id)
IN_ORDER = (*BY_NAME, Requirement.id)


@dataclass(frozen=True)
class Turn:
    """Which page: what follows the record `after`, or comes right before the record `before`."""

    after: int | None = None
    before: int | None = None


FIRST = Turn()


def records(asked: Asked) -> Rows:
    """The requirements behind the numbers of the standings that are asked for."""
    standing = standing_of(Requirement, asked.today).label("standing")
    return (
        sa.select(*LISTED, standing, Requirement.due_on, Requirement.valid_until)
        .join(Person, Person.id == Requirement.person_id)
        .join(Unit, Unit.id == Requirement.unit_id)
        .where(*_listed(asked))
    )


def page_of(session: Session, asked: Asked, turn: Turn = FIRST, *, many: bool = True) -> Page:
    """A page of records; `many` says that there are so many that people are walked by name."""
    key = _key(session, asked, turn.before or turn.after)
    back = key is not None and turn.before is not None
    found = _next_records(asked, key, back)
    if many:
        found = found.where(Requirement.person_id.in_(_next_people(asked, key, back)))
    rows = [Listed(*row) for row in session.execute(found)]
    if back:
        return Page(rows[:PAGE][::-1], previous=len(rows) > PAGE, next=True)
    return Page(rows[:PAGE], previous=key is not None, next=len(rows) > PAGE)


def _key(session: Session, asked: Asked, requirement_id: int | None) -> Key | None:
    """Where a record stands in the list; None for one that this manager may not see."""
    if requirement_id is None:
        return None
    found = sa.select(*IN_ORDER).join(Person, Person.id == Requirement.person_id)
    row = session.execute(
        found.where(Requirement.id == requirement_id, *belongs(Requirement, asked))
    ).first()
    return tuple(row) if row else None


def _next_records(asked: Asked, key: Key | None, back: bool) -> Rows:
    """Those of a page and one more, which says whether there is another page."""
    found = records(asked).order_by(*_directed(IN_ORDER, back)).limit(PAGE + 1)
    if key is None:
        return found
    here, there = sa.tuple_(*IN_ORDER), sa.tuple_(*key)
    return found.where(here < there if back else here > there)


def _next_people(asked: Asked, key: Key | None, back: bool) -> Rows:
    """Enough people for such a page, the one at the key included, from the index of names.

    Among very many records a page costs no more than it shows.
    """
    theirs = sa.exists().where(Requirement.person_id == Person.id, *_listed(asked))
    here_too = Person.organisation_id == asked.scope.organisation_id
    found = sa.select(Person.id).where(here_too, theirs.correlate(Person))
    found = found.order_by(*_directed(BY_NAME, back)).limit(PAGE + 2)
    if key is None:
        return found
    here, there = sa.tuple_(*BY_NAME), sa.tuple_(*key[: len(BY_NAME)])
    return found.where(here <= there if back else here >= there)


def _directed(order: Order, back: bool) -> Sequence[sa.ColumnElement[Any]]:
    return [column.desc() if back else column.asc() for column in order]


def _listed(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = conditions(Requirement, asked.today)
    stands = sa.or_(*(found[each] for each in sorted(asked.standings)))
    active = Requirement.state == RequirementState.ACTIVE
    return [active, stands, *belongs(Requirement, asked)]
