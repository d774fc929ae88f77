"""The requirements behind each number, with their people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import RequirementState, Standing
from coursesite.people.models import Person
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.asking import Asked, Target, belongs
from coursesite.reports.queries.standings import conditions, standing_of

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One requirement of one person, as lists and exports show it."""

    id: int
    person_id: int
    given_name: str
    family_name: str
    staff_number: str | None
    unit_id: int
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
    Requirement.target_kind,
    Requirement.target_slug,
)
IN_ORDER = (Person.family_name, Person.given_name, Person.id, Requirement.id)


def records(asked: Asked, standings: Collection[Standing]) -> sa.Select[*tuple[Any, ...]]:
    """The requirements behind the numbers of these standings."""
    found = conditions(Requirement, asked.today)
    standing = standing_of(Requirement, asked.today).label("standing")
    return (
        sa.select(*LISTED, standing, Requirement.due_on, Requirement.valid_until)
        .join(Person, Person.id == Requirement.person_id)
        .where(*_active(asked), sa.or_(*(found[each] for each in sorted(standings))))
    )


def page_of(
    session: Session,
    asked: Asked,
    standings: Collection[Standing],
    *,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """The records that follow the one with the id `after`, or come right before `before`."""
    found = records(asked, standings)
    key = _key(session, asked, before or after)
    if key is not None and before:
        found = found.where(sa.tuple_(*IN_ORDER) < key)
        found = found.order_by(*(column.desc() for column in IN_ORDER))
        rows = _read(session, found)
        return Page(rows[:PAGE][::-1], previous=len(rows) > PAGE, next=True)
    if key is not None:
        found = found.where(sa.tuple_(*IN_ORDER) > key)
    rows = _read(session, found.order_by(*IN_ORDER))
    return Page(rows[:PAGE], previous=key is not None, next=len(rows) > PAGE)


def _read(session: Session, found: sa.Select[Any]) -> list[Listed]:
    return [Listed(*row) for row in session.execute(found.limit(PAGE + 1))]


def _key(session: Session, asked: Asked, requirement_id: int | None) -> sa.Tuple | None:
    """Where a record stands in the list; None for one that this manager may not see."""
    if requirement_id is None:
        return None
    found = sa.select(*IN_ORDER).join(Person, Person.id == Requirement.person_id)
    row = session.execute(found.where(Requirement.id == requirement_id, *_active(asked))).first()
    return sa.tuple_(*row) if row else None


def _active(asked: Asked) -> list[sa.ColumnElement[bool]]:
    return [Requirement.state == RequirementState.ACTIVE, *belongs(Requirement, asked)]
