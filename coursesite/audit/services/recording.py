"""Recording events: each for itself, or those of many people together at the end."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event


@dataclass(frozen=True)
class Actor:
    """Who acts, for which organisation, from where; `person_id` None is the site itself."""

    person_id: int | None
    organisation_id: int | None
    origin: str | None = None
    on_behalf_of_id: int | None = None


SITE = Actor(None, None, "site")

GATHERED = "coursesite.audit.gathered"

_COLUMNS = [column.name for column in Event.__table__.columns if not column.primary_key]


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
    """Add an event; `subject` is what it is about, as in ("attempt", 12).

    It has its id when it is written.
    """
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
        nonce=secrets.token_hex(16),
    )
    gathered: list[Event] | None = session.info.get(GATHERED)
    if gathered is None:
        session.add(event)
    else:
        gathered.append(event)
    return event


@contextmanager
def recorded_together(session: Session) -> Iterator[None]:
    """Whatever is recorded inside is written at the end, in its order; nothing inside may ask for
    it, nor be undone by itself.
    """
    outer, gathered = session.info.get(GATHERED), list[Event]()
    session.info[GATHERED] = gathered
    try:
        yield
    finally:
        session.info[GATHERED] = outer
    if outer is not None:
        outer += gathered
    elif gathered:
        session.flush()
        rows = [{name: getattr(event, name) for name in _COLUMNS} for event in gathered]
        session.connection().execute(sa.insert(Event), rows)
