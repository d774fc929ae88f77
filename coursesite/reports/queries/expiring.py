"""How many valid completions end on which day, from sums that are kept with the counts."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import UnitExpiry
from coursesite.reports.queries.asking import Target
from coursesite.reports.rules import Place


def expiring(
    session: Session,
    units: Collection[Place],
    target: Target | None,
    days: tuple[date, date],
    *,
    alone: bool,
) -> dict[date, int]:
    """By day, from the first to the last: in these units with all below them, or `alone`."""
    number = sa.func.sum(UnitExpiry.alone if alone else UnitExpiry.people)
    found = (
        sa.select(UnitExpiry.valid_until, number)
        .where(
            UnitExpiry.unit_id.in_([unit.id for unit in units]),
            UnitExpiry.valid_until.between(*days),
        )
        .group_by(UnitExpiry.valid_until)
        .having(number > 0)
    )
    if target is not None:
        kind, slug = target
        found = found.where(UnitExpiry.target_kind == kind, UnitExpiry.target_slug == slug)
    return dict(iter(session.execute(found)))
