"""The units that can be chosen, by the names that people know them by."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope


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
    return sorted(places, key=lambda place: (place.names, place.id))


def unit_names(session: Session, organisation_id: int, paths: Collection[str]) -> dict[str, str]:
    """The names of an organisation's units by their paths."""
    found = sa.select(Unit.path, Unit.name).where(
        Unit.organisation_id == organisation_id, Unit.path.in_(paths)
    )
    return dict(iter(session.execute(found)))


def _names(path: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names[id] for id in path.strip("/").split("/") if id in names)
