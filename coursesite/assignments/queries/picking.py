"""Some of very many people, picked alike whenever they are asked for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import TargetStanding
from coursesite.people.models import Person, Unit

FACTOR, RANGE = 40_503, 1 << 16
"""Their ratio is that of the golden section: numbers that follow one another are spread evenly,
and so are those of every second or every thousandth person.
"""


def is_picked(id: Any, one_of: int) -> sa.ColumnElement[bool]:
    """Whether a row is one of those who are looked at, one of so many; told by its number alone."""
    if one_of == 1:
        return sa.true()
    place: sa.ColumnElement[int] = sa.cast(id, sa.BigInteger) * FACTOR % RANGE
    return place < RANGE // one_of


def picked_people(one_of: int) -> sa.Select[int]:
    """Those who are looked at, of all organisations."""
    return sa.select(Person.id).where(is_picked(Person.id, one_of))


def number_asked(session: Session, which: sa.ColumnElement[bool]) -> int:
    """How many must do something, by the sums that are kept, however many they are.

    `which` is a condition on targets' standings, and on the units that have none above them.
    """
    found = (
        sa.select(sa.func.sum(TargetStanding.people))
        .join(Unit, Unit.id == TargetStanding.unit_id)
        .where(Unit.parent_id.is_(None), which)
    )
    return session.scalar(found) or 0
