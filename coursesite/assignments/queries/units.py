"""The units that can be chosen, by the names that people know them by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Unit
from coursesite.people.queries import names_told_apart, units_within
from coursesite.people.rules import Scope, by_number, told_apart


@dataclass(frozen=True)
class Place:
    """A unit with the names of the units above it, as far as they may be seen."""

    id: int
    path: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def above(self) -> str:
        return " / ".join(self.names[:-1])


def places_within(session: Session, scope: Scope) -> list[Place]:
    """The open units of the scope, each after the one that it belongs to."""
    found = sa.select(Unit.id, Unit.path, Unit.name).where(
        units_within(scope), Unit.closed_on.is_(None)
    )
    rows = session.execute(found).all()
    names = {str(row.id): row.name for row in rows}
    places = [Place(row.id, row.path, _names(row.path, names)) for row in rows]
    return sorted(places, key=lambda place: ([by_number(name) for name in place.names], place.id))


def called(places: Iterable[Place]) -> dict[int, str]:
    """What lists call these units: the name, after that of units above it where others have it."""
    return told_apart({place.id: place.names for place in places})


def unit_names(session: Session, organisation_id: int, paths: Collection[str]) -> dict[str, str]:
    """What lists call an organisation's units, by their paths."""
    ids = {int(path.strip("/").rpartition("/")[2]): path for path in paths}
    names = names_told_apart(session, organisation_id, ids)
    return {ids[id]: name for id, name in names.items()}


def _names(path: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names[id] for id in path.strip("/").split("/") if id in names)
