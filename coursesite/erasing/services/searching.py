"""Looking through what others wrote, a piece of a table at a time, for the people to be erased."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import (
    WORDS_REMOVED,
    Actor,
    Removed,
    removable,
    remove_origins,
    remove_words,
)
from coursesite.db import Base
from coursesite.erasing.rules import GONE, SEARCHED, Place, Search, in_values

PIECE = 500
EVENTS = len(SEARCHED)
"""The record of events is looked through last."""

Row = sa.RowMapping


def look_through(
    session: Session, search: Search, place: Place, organisation_id: int, after: Sequence[Any]
) -> tuple[list[Any] | None, int]:
    """The next rows of a table: the key of the last, None at the end; and how many were changed."""
    table = Base.metadata.tables[place.table]
    keys = list(table.primary_key)
    found = sa.select(*keys, *(table.c[name] for name in place.columns))
    found = found.where(*_within(table, place.within, organisation_id)).order_by(*keys)
    if after:
        found = found.where(sa.tuple_(*keys) > sa.tuple_(*_bound(keys, after)))
    rows = session.execute(found.limit(PIECE)).mappings().all()
    changed = sum(put(session, table, row, _replaced(row, place.columns, search)) for row in rows)
    return ([rows[-1][key] for key in keys] if len(rows) == PIECE else None), changed


def _bound(keys: Sequence[sa.Column[Any]], after: Sequence[Any]) -> list[Any]:
    return [sa.literal(value, key.type) for key, value in zip(keys, after, strict=True)]


def _within(
    table: sa.Table, column: str | None, organisation_id: int
) -> Iterator[sa.ColumnElement[bool]]:
    """Of this organisation: by the row's own number of it, or by that of a row it belongs to.

    What nobody did, the site did.
    """
    if column is None:
        return
    if column == "organisation_id":
        yield table.c[column] == organisation_id
        return
    parent = next(iter(table.c[column].foreign_keys)).column.table
    own = parent.c.organisation_id == organisation_id
    theirs = table.c[column].in_(sa.select(parent.c.id).where(own))
    yield sa.or_(theirs, table.c[column].is_(None)) if table.c[column].nullable else theirs


def _replaced(row: Row, columns: Sequence[str], search: Search) -> Mapping[str, Any]:
    """The columns that read otherwise without these people."""
    wholly = {name: in_values(row[name], search.replaced) for name in columns}
    return {name: value for name, value in wholly.items() if value != row[name]}


def put(session: Session, table: sa.Table, row: Row, values: Mapping[str, Any]) -> int:
    """Write these columns of a row; how many rows that changed."""
    if not values:
        return 0
    here = [key == row[key] for key in table.primary_key]
    changing = sa.update(table).where(*here)
    try:
        with session.begin_nested():
            session.execute(changing.values(**_fitting(table, values)))
    except IntegrityError:
        # Two names that were told apart by how the person was written in them.
        number = "-".join(str(row[key]) for key in table.primary_key)
        apart = {name: _with_number(value, number) for name, value in values.items()}
        session.execute(changing.values(**_fitting(table, apart)))
    return 1


def _with_number(value: Any, number: str) -> Any:
    return f"{number} {value}" if isinstance(value, str) else value


def _fitting(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """A pseudonym may be longer than the name: what does not fit any more is cut off."""
    lengths = {name: getattr(table.c[name].type, "length", None) for name in values}
    return {
        name: value[: lengths[name]] if isinstance(value, str) else value
        for name, value in values.items()
    }


def look_through_events(
    session: Session, search: Search, person_ids: Collection[int], actor: Actor, after: int
) -> tuple[int | None, int]:
    """The same of the next events of the organisation, and of those of the site itself.

    From where these people acted is forgotten on the way.
    """
    whose = sa.or_(Event.organisation_id == actor.organisation_id, Event.organisation_id.is_(None))
    found = sa.select(Event.id, Event.before, Event.after, Event.reason, Event.kind)
    found = found.add_columns(_acted(person_ids))
    found = found.where(Event.id > max(after, removable(session) - 1), whose)
    rows = session.execute(found.order_by(Event.id).limit(PIECE)).all()
    acted = [row.id for row in rows if row.acted]
    theirs = sa.select(Event).where(Event.id.in_(acted), Event.leaf.is_(None))
    remove_origins(session, session.scalars(theirs).all())
    told = (row for row in rows if row.kind != WORDS_REMOVED)
    removed = [each for row in told if (each := without(row, search.replaced))]
    remove_words(session, removed, actor)
    session.expunge_all()
    return (rows[-1].id if len(rows) == PIECE else None), len(removed)


def _acted(person_ids: Collection[int]) -> sa.Label[bool]:
    """Whether one of them acted, from an address that is on record."""
    by = sa.or_(Event.actor_id.in_(person_ids), Event.on_behalf_of_id.in_(person_ids))
    return sa.and_(by, Event.origin.is_not(None)).label("acted")


def without(row: Any, replace: Any) -> Removed | None:
    """What is left of an event's words; None where nothing goes."""
    left = {name: in_values(getattr(row, name), replace) for name in ("before", "after", "reason")}
    if all(left[name] == getattr(row, name) for name in left):
        return None
    return Removed(row.id, **left)


def decisions_naming(session: Session, search: Search, organisation_id: int) -> int:
    """Decisions on passes are only ever added: of a reason that names them only a sign stays."""
    table, people = Base.metadata.tables["pass_decisions"], Base.metadata.tables["people"]
    own = sa.select(people.c.id).where(people.c.organisation_id == organisation_id)
    found = sa.select(table).where(table.c.decided_by_id.in_(own), table.c.reason != GONE)
    rows = session.execute(found).mappings().all()
    named = [row for row in rows if search.names(row["reason"])]
    return sum(put(session, table, row, {"reason": GONE}) for row in named)
