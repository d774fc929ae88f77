"""Numbers from the counts: they cost the same whatever the number of people."""

from collections.abc import Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount
from coursesite.assignments.rules import Standing
from coursesite.reports.queries.asking import Asked, Target, belongs
from coursesite.reports.queries.standings import standing_of
from coursesite.reports.rules import Figures

Key = TypeVar("Key")


def figures_by_target(session: Session, asked: Asked) -> dict[Target, Figures]:
    """How all that is required stands, for each target."""
    counts = _counts(asked)
    found: dict[Target, dict[Standing, int]] = {}
    keys = (counts.c.target_kind, counts.c.target_slug)
    for kind, slug, standing, people in session.execute(_summed(counts, *keys)):
        found.setdefault((kind, slug), {})[standing] = people
    return _figures(found)


def figures_by_unit(session: Session, asked: Asked) -> dict[int, Figures]:
    """The same for each unit by its id, without the units below it."""
    counts = _counts(asked)
    found: dict[int, dict[Standing, int]] = {}
    for unit_id, standing, people in session.execute(_summed(counts, counts.c.unit_id)):
        found.setdefault(unit_id, {})[standing] = people
    return _figures(found)


def _figures(found: Mapping[Key, dict[Standing, int]]) -> dict[Key, Figures]:
    return {key: Figures(people) for key, people in found.items()}


def _counts(asked: Asked) -> sa.Subquery:
    return (
        sa.select(
            ComplianceCount.unit_id,
            ComplianceCount.target_kind,
            ComplianceCount.target_slug,
            standing_of(ComplianceCount, asked.today).label("standing"),
            ComplianceCount.people,
        )
        .where(*belongs(ComplianceCount, asked))
        .subquery()
    )


def _summed(counts: sa.Subquery, *keys: sa.ColumnElement[Any]) -> sa.Select[Any]:
    people = sa.func.sum(counts.c.people)
    return sa.select(*keys, counts.c.standing, people).group_by(*keys, counts.c.standing)
