"""Finding people and units, each within a scope."""

import sqlalchemy as sa

from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope


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
