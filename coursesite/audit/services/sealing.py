"""Closing events into the chain of seals, proving that none was changed."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event, Seal
from coursesite.audit.rules import (
    FIRST_DIGEST,
    TREE,
    Step,
    hidden,
    leaf_of,
    paths_of,
    root_of,
    seal_digest,
    word_of,
)

MOST_EVENTS = 4096
"""So many events a seal holds at most: to prove one of them, all of them are read."""


def seal_all(session: Session) -> None:
    """Close all that is open, in as many seals as it takes."""
    while seal(session) is not None:
        pass


def seal(session: Session) -> Seal | None:
    """Close the next events after the last seal into the chain; None when there are none."""
    _wait_for_others(session)
    last = session.scalars(sa.select(Seal).order_by(Seal.id.desc()).limit(1)).first()
    leaves, first, end = [], 0, 0
    for event in _events(session, last.last_event_id if last else 0, most=MOST_EVENTS):
        leaves.append(leaf_for(event))
        first, end = first or event.id, event.id
    if not leaves:
        return None
    previous, sealed_at = last.digest if last else FIRST_DIGEST, clock.now()
    root = root_of(leaves)
    made = Seal(
        first_event_id=first,
        last_event_id=end,
        events=len(leaves),
        previous_digest=previous,
        digest=seal_digest(previous, root, sealed_at.isoformat()),
        sealed_at=sealed_at,
        version=TREE,
        root=root,
    )
    session.add(made)
    session.flush()
    return made


def broken_seals(session: Session) -> list[Seal]:
    """The seals whose events, or whose place in the chain, are no longer what was sealed."""
    broken, previous, end = [], FIRST_DIGEST, 0
    for made in session.scalars(sa.select(Seal).order_by(Seal.id)):
        events = list(_events(session, end, made.last_event_id))
        right = made.previous_digest == previous and len(events) == made.events
        if not right or not _holds(made, events):
            broken.append(made)
        previous, end = made.digest, made.last_event_id
    return broken


def _holds(made: Seal, events: list[Event]) -> bool:
    """Whether these are the events that it sealed."""
    if made.version != TREE:
        return _digest(made.previous_digest, events) == made.digest
    root = root_of([leaf_for(event) for event in events])
    sealed_at = made.sealed_at.isoformat()
    return made.root == root and made.digest == seal_digest(made.previous_digest, root, sealed_at)


@dataclass(frozen=True)
class Proved:
    """An event with what leads from it to the seal that holds it; `seal_id` None: not sealed yet.

    An event under a seal of version 1 has no path: only the site can prove it.
    """

    event: Event
    seal_id: int | None
    path: list[Step] | None


def proved(session: Session, ids: Sequence[int]) -> Iterator[Proved]:
    """The events of these numbers, which are in order, each with its path.

    A seal's events are read once, and no more than one seal's at a time.
    """
    if not ids:
        return
    after = 0
    seals = sa.select(Seal).where(Seal.last_event_id >= ids[0]).order_by(Seal.id)
    for made in session.scalars(seals).all():
        first, after = after, bisect_right(ids, made.last_event_id)
        here = ids[first:after]
        if here:
            paths = _paths(session, made, here)
            for event in _numbered(session, here):
                yield Proved(event, made.id, paths.get(event.id))
    for event in _numbered(session, ids[after:]):
        yield Proved(event, None, None)


def _numbered(session: Session, ids: Sequence[int]) -> Iterator[Event]:
    for first in range(0, len(ids), MOST_EVENTS):
        some = ids[first : first + MOST_EVENTS]
        found = sa.select(Event).where(Event.id.in_(some)).order_by(Event.id)
        yield from session.scalars(found).all()


def _paths(session: Session, made: Seal, ids: Sequence[int]) -> dict[int, list[Step]]:
    if made.version != TREE:
        return {}
    places: dict[int, int] = {}
    leaves = []
    for place, event in enumerate(_events(session, made.first_event_id - 1, made.last_event_id)):
        places[event.id] = place
        leaves.append(leaf_for(event))
    paths = paths_of(leaves, [places[id] for id in ids])
    return {id: paths[places[id]] for id in ids}


def seals_from(session: Session, seal_id: int) -> Sequence[Seal]:
    """This seal and all after it, in their order."""
    return session.scalars(sa.select(Seal).where(Seal.id >= seal_id).order_by(Seal.id)).all()


@dataclass(frozen=True)
class Counted:
    """How many seals there are, how many events they close, and how many are still open.

    Of `erased` events, words were taken out.
    """

    seals: int
    sealed: int
    open: int
    erased: int


def count(session: Session) -> Counted:
    last = sa.select(sa.func.coalesce(sa.func.max(Seal.last_event_id), 0)).scalar_subquery()
    sealed = sa.func.count().filter(Event.id <= last)
    unsealed = sa.func.count().filter(Event.id > last)
    events = session.execute(sa.select(sealed, unsealed).select_from(Event)).one()
    seals = session.scalar(sa.select(sa.func.count()).select_from(Seal)) or 0
    erased = sa.select(sa.func.count()).select_from(Event).where(Event.leaf.is_not(None))
    return Counted(seals, *events, erased=session.scalar(erased) or 0)


def _wait_for_others(session: Session) -> None:
    """An event that is written at this moment, with a lower number, belongs into the same seal."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))


def _events(
    session: Session, after_id: int, up_to_id: int | None = None, most: int | None = None
) -> Iterator[Event]:
    found = sa.select(Event).where(Event.id > after_id).order_by(Event.id).limit(most)
    if up_to_id is not None:
        found = found.where(Event.id <= up_to_id)
    yield from session.scalars(found)


def facts_of(event: Event) -> dict[str, Any]:
    """What an event says, as it is sealed and as it is handed over to be proved.

    From where somebody acted is sealed with it, and not told. Once that is erased, its digest and
    the event's word stand in its place, so that nothing else of the event changes.
    """
    erased = event.word is not None
    return {
        "id": event.id,
        "kind": event.kind,
        "organisation": event.organisation_id,
        "actor": event.actor_id,
        "on_behalf_of": event.on_behalf_of_id,
        "origin": event.origin_digest if erased else hidden(event.nonce, event.origin),
        "subject": [event.subject_type, event.subject_id],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "nonce": event.word or word_of(event.nonce),
    }


def leaf_for(event: Event) -> str:
    """The digest under which an event is sealed: of all that it said before words were removed."""
    return event.leaf or leaf_of(facts_of(event))


def _digest(previous: str, events: list[Event]) -> str:
    """As seals of version 1 were made."""
    digest = hashlib.sha256(previous.encode())
    for event in events:
        digest.update(json.dumps(_facts(event), sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def _facts(event: Event) -> list[Any]:
    moments = [event.happened_at.isoformat(), event.recorded_at.isoformat()]
    who = [event.organisation_id, event.actor_id, event.on_behalf_of_id, event.origin]
    what = [event.subject_type, event.subject_id, event.before, event.after, event.reason]
    return [event.id, event.kind, *who, *what, *moments]
