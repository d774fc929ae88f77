"""Recording events, sealing them, proving that none was changed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event, Seal

FIRST_DIGEST = "0" * 64


@dataclass(frozen=True)
class Actor:
    """Who acts, for which organisation, from where; `person_id` None is the site itself."""

    person_id: int | None
    organisation_id: int | None
    origin: str | None = None
    on_behalf_of_id: int | None = None


SITE = Actor(None, None, "site")


def record(  # noqa: PLR0913 - an event has this many sides, all named at the call
    session: Session,
    kind: str,
    actor: Actor,
    subject: tuple[str, object],
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Add an event; `subject` is what it is about, as in ("attempt", 12)."""
    now = clock.now()
    event = Event(
        kind=kind,
        organisation_id=actor.organisation_id,
        actor_id=actor.person_id,
        on_behalf_of_id=actor.on_behalf_of_id,
        subject_type=subject[0],
        subject_id=str(subject[1]),
        before=before,
        after=after,
        reason=reason,
        origin=actor.origin,
        happened_at=happened_at or now,
        recorded_at=now,
    )
    session.add(event)
    return event


def seal(session: Session) -> Seal | None:
    """Close the events since the last seal into the chain; None when there are none."""
    _wait_for_others(session)
    last = session.scalars(sa.select(Seal).order_by(Seal.id.desc()).limit(1)).first()
    events = list(_events(session, last.last_event_id if last else 0))
    if not events:
        return None
    previous = last.digest if last else FIRST_DIGEST
    made = Seal(
        first_event_id=events[0].id,
        last_event_id=events[-1].id,
        events=len(events),
        previous_digest=previous,
        digest=_digest(previous, events),
        sealed_at=clock.now(),
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
        if not right or _digest(previous, events) != made.digest:
            broken.append(made)
        previous, end = made.digest, made.last_event_id
    return broken


@dataclass(frozen=True)
class Counted:
    """How many seals there are, how many events they close, and how many are still open."""

    seals: int
    sealed: int
    open: int


def count(session: Session) -> Counted:
    last = sa.select(sa.func.coalesce(sa.func.max(Seal.last_event_id), 0)).scalar_subquery()
    sealed = sa.func.count().filter(Event.id <= last)
    unsealed = sa.func.count().filter(Event.id > last)
    events = session.execute(sa.select(sealed, unsealed).select_from(Event)).one()
    seals = session.scalar(sa.select(sa.func.count()).select_from(Seal)) or 0
    return Counted(seals, *events)


def _wait_for_others(session: Session) -> None:
    """An event that is written at this moment, with a lower number, belongs into the same seal."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))


def _events(session: Session, after_id: int, up_to_id: int | None = None) -> Iterator[Event]:
    found = sa.select(Event).where(Event.id > after_id).order_by(Event.id)
    if up_to_id is not None:
        found = found.where(Event.id <= up_to_id)
    yield from session.scalars(found)


def _digest(previous: str, events: list[Event]) -> str:
    digest = hashlib.sha256(previous.encode())
    for event in events:
        digest.update(json.dumps(_facts(event), sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def _facts(event: Event) -> list[Any]:
    moments = [event.happened_at.isoformat(), event.recorded_at.isoformat()]
    who = [event.organisation_id, event.actor_id, event.on_behalf_of_id, event.origin]
    what = [event.subject_type, event.subject_id, event.before, event.after, event.reason]
    return [event.id, event.kind, *who, *what, *moments]
