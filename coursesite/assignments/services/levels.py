"""Units some at a time, those at the bottom first: what is summed upwards is proved in pieces."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Unit

UNITS_AT_ONCE = 25


def from_the_lowest(session: Session) -> Iterator[Sequence[int]]:
    """The ids of units: whatever lies below any of them came before."""
    depth = sa.func.length(Unit.path) - sa.func.length(sa.func.replace(Unit.path, "/", ""))
    found = sa.select(Unit.id, depth.label("depth")).order_by(sa.desc("depth"), Unit.id)
    for _depth, level in groupby(session.execute(found).all(), key=lambda row: row.depth):
        ids = [row.id for row in level]
        for first in range(0, len(ids), UNITS_AT_ONCE):
            yield ids[first : first + UNITS_AT_ONCE]
