"""What a question about somebody's record is asked with, and values that JSON can hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from coursesite import clock
from coursesite.evidence.rules import About
from coursesite.people.models import Person

Facts = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """Whose record is read, for which pack, with which day it is where they are."""

    session: Session
    person: Person
    about: About
    zone: str
    today: date

    def in_period(self, moment: datetime | None) -> bool:
        return moment is not None and self.about.holds(clock.day_of(moment, self.zone))

    def rows(self, found: sa.Select[Any], moment: str) -> list[Any]:
        """What happened in the period, by a column of it."""
        every = self.session.scalars(found).all()
        return [each for each in every if self.in_period(getattr(each, moment))]


def target_of(row: Any) -> str:
    """As in `module:slug`."""
    return f"{row.target_kind.value}:{row.target_slug}"


def plain(row: DeclarativeBase, without: Collection[str] = ("person_id",)) -> Facts:
    """All columns of a row but these."""
    names = [column.key for column in sa.inspect(type(row)).column_attrs]
    return {name: value_of(getattr(row, name)) for name in names if name not in without}


def value_of(value: Any) -> Any:
    """Days and moments in ISO 8601, and words as they are stored."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
