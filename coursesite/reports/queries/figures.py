"""Numbers from the standings of units: a few rows for each unit and training of a page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import CountedDay, TargetStanding, UnitStanding
from coursesite.assignments.rules import Standing
from coursesite.people.models import Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope
from coursesite.reports.queries.asking import Asked, Target, belonging
from coursesite.reports.rules import STATES, Figures, Place


@dataclass(frozen=True)
class Worst:
    """A single unit, whether others lie below it, and how many of it alone are in a state."""

    unit: Place
    has_below: bool
    people: int


def counted(session: Session, scope: Scope) -> tuple[int, date | None]:
    """How many units the scope has, and as of which day its organisation is counted."""
    units = sa.select(sa.func.count()).select_from(Unit).where(units_within(scope))
    day = sa.select(CountedDay.counted_on).where(
        CountedDay.organisation_id == scope.organisation_id
    )
    found = sa.select(units.scalar_subquery(), day.scalar_subquery())
    number, counted_on = session.execute(found).one()
    return number, counted_on


def by_target(session: Session, units: Collection[Place], *, alone: bool) -> dict[Target, Figures]:
    """How each training stands in these units, with all below them or `alone`."""
    number = sa.func.sum(TargetStanding.alone if alone else TargetStanding.people)
    key = (TargetStanding.target_kind, TargetStanding.target_slug, TargetStanding.standing)
    found = sa.select(*key, number).where(_of(TargetStanding, units)).group_by(*key)
    people: dict[Target, dict[Standing, int]] = {}
    for kind, slug, standing, counted in session.execute(found):
        if counted:
            people.setdefault((kind, slug), {})[standing] = counted
    return {target: Figures(each) for target, each in people.items()}


def by_unit(
    session: Session, units: Collection[Place], target: Target | None
) -> tuple[dict[int, Figures], dict[int, Figures]]:
    """How all that is required, or one training, stands: in each unit with all below, and alone."""
    table = _table(target)
    found = sa.select(table.unit_id, table.standing, table.people, table.alone).where(
        _of(table, units), *_is(table, target)
    )
    whole: dict[int, dict[Standing, int]] = {}
    alone: dict[int, dict[Standing, int]] = {}
    for unit_id, standing, people, own in session.execute(found):
        for numbers, number in ((whole, people), (alone, own)):
            if number:
                numbers.setdefault(unit_id, {})[standing] = number
    return _figures(whole), _figures(alone)


def _figures(people: dict[int, dict[Standing, int]]) -> dict[int, Figures]:
    return {unit_id: Figures(each) for unit_id, each in people.items()}


def worst(session: Session, asked: Asked, state: str, most: int) -> list[Worst]:
    """The single units with most in a state, of all that is asked for."""
    table = _table(asked.target)
    number = sa.func.sum(table.alone).label("number")
    inner = (
        sa.select(Unit.id, Unit.name, Unit.path, number)
        .join(table, table.unit_id == Unit.id)
        .where(
            *belonging(asked),
            table.organisation_id == asked.scope.organisation_id,
            table.standing.in_(sorted(STATES[state])),
            table.alone > 0,
            *_is(table, asked.target),
        )
        .group_by(Unit.id, Unit.name, Unit.path)
        .order_by(number.desc(), Unit.name, Unit.id)
        .limit(most)
        .subquery()
    )
    below = sa.exists().where(Unit.parent_id == inner.c.id)
    found = sa.select(inner, below).order_by(inner.c.number.desc(), inner.c.name, inner.c.id)
    return [Worst(Place(row[0], row[1], row[2]), row[4], row[3]) for row in session.execute(found)]


def _table(target: Target | None) -> Any:
    return UnitStanding if target is None else TargetStanding


def _is(table: Any, target: Target | None) -> list[sa.ColumnElement[bool]]:
    if target is None:
        return []
    return [table.target_kind == target[0], table.target_slug == target[1]]


def _of(table: Any, units: Collection[Place]) -> Any:
    return table.unit_id.in_([unit.id for unit in units])
