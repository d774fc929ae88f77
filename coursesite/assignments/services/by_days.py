"""What days alone bring about: found in each organisation without its lock, done some at a time."""

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Organisation

Find = Callable[[Session, int], Iterable[Sequence[int]]]
"""In one organisation, the numbers of those whom it may concern, some at a time."""
Do = Callable[[Session, int, Sequence[int]], int]
"""Bring it about for these; how many they were."""


def organisations(session: Session) -> Sequence[int]:
    return session.scalars(sa.select(Organisation.id).order_by(Organisation.id)).all()


def everywhere(session: Session, find: Find, do: Do) -> int:
    """All of it at once: first all are found, then it is done."""
    found = [(id, list(find(session, id))) for id in organisations(session)]
    return sum(do(session, id, ids) for id, pieces in found for ids in pieces)
