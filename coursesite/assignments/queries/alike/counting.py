"""So many people who are alike, as the database counts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Excuse

AT_ONCE = 1_000
Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Alike:
    """So many people who are alike, one of them by number, and how they stand.

    `more` are the columns that were asked for beside these. `one_of` so many was looked at.
    """

    people: int
    person_id: int
    open_due_on: date | None
    excuse: Excuse | None
    absent: bool
    matches: bool = True
    more: dict[str, Any] = field(default_factory=dict)
    one_of: int = 1


def counted(session: Session, each: sa.Select[Any], columns: Sequence[Any]) -> Iterator[Any]:
    people = each.subquery("people")
    key = [column for column in people.c if column.name != "one"]
    nothing = [column for column in columns if column.name not in people.c]
    found = sa.select(
        *key,
        *nothing,
        sa.func.count().label("people"),
        sa.func.min(people.c.one).label("one"),
    ).group_by(*key)
    return iter(session.execute(found, execution_options={"yield_per": AT_ONCE}))


def is_nothing(column: Any) -> bool:
    return isinstance(column.element, sa.sql.elements.Null)


def alike_of(row: Any, more: Sequence[Column], one_of: int) -> Alike:
    """Each who was looked at stands for so many."""
    named = [column.name for column in more if isinstance(column, sa.Label)]
    return Alike(
        people=row.people * one_of,
        person_id=row.one,
        open_due_on=row.open_due_on,
        excuse=row.excuse,
        absent=bool(row.absent),
        matches=bool(getattr(row, "matches", True)),
        more={name: getattr(row, name) for name in named},
        one_of=one_of,
    )
