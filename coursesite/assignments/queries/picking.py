"""Some of very many rows, picked alike whenever they are asked for."""

from typing import Any

import sqlalchemy as sa

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
