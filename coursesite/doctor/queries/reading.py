"""Reading rows without holding all of them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

AT_ONCE = 500


def rows(
    session: Session, found: sa.Select[*tuple[Any, ...]]
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    yield from session.execute(found, execution_options={"yield_per": AT_ONCE})
