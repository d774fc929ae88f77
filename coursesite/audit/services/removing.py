"""Taking words out of the record for good, when a person's data is erased.

An event stays where it is, and is proved by the digest that it had. That words were removed, and
what was left then, is an event itself: so nobody can change the rest of it unseen, or remove
something without saying so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event, Seal
from coursesite.audit.rules import TREE, hidden, leaf_of, word_of
from coursesite.audit.services.recording import Actor, record
from coursesite.audit.services.sealing import facts_of, leaf_for

WORDS_REMOVED = "words-removed"
SUBJECT = ("events", "removed")
IN_ONE = 200


@dataclass(frozen=True)
class Removed:
    """What is left of the words of an event."""

    event_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


def removable(session: Session) -> int:
    """The number of the first event of which words can be removed.

    A seal of version 1 is one digest over all its events: without each word of them it proves none.
    """
    last = sa.select(sa.func.max(Seal.last_event_id)).where(Seal.version != TREE)
    return (session.scalar(last) or 0) + 1


def remove_words(session: Session, removed: Sequence[Removed], actor: Actor) -> None:
    """Leave of these events what is given; the record says which they are, and what was left."""
    for first in range(0, len(removed), IN_ONE):
        told = [_remove(session, each) for each in removed[first : first + IN_ONE]]
        record(session, WORDS_REMOVED, actor, SUBJECT, after={"events": told})
    session.flush()


def _remove(session: Session, removed: Removed) -> list[Any]:
    """The event's number, its digest, and that of what is left."""
    event = session.get_one(Event, removed.event_id)
    event.leaf = leaf_for(event)
    event.before, event.after, event.reason = removed.before, removed.after, removed.reason
    event.origin = event.nonce = event.word = event.origin_digest = None
    return [event.id, event.leaf, leaf_of(facts_of(event))]


def remove_origins(session: Session, events: Sequence[Event]) -> None:
    """Forget from where somebody acted; the digest of it stays, so the events are still proved."""
    for event in events:
        digest, word = hidden(event.nonce, event.origin), word_of(event.nonce) or ""
        event.origin_digest, event.word = digest, word
        event.origin = event.nonce = None
    session.flush()


def wrongly_removed(session: Session) -> Iterator[int]:
    """Events of which words are missing, though no event says so, or something else is left."""
    said = _said(session)
    found = sa.select(Event).where(Event.leaf.is_not(None)).order_by(Event.id)
    for event in session.scalars(found):
        if said.get(event.id) != (event.leaf, leaf_of(facts_of(event))):
            yield event.id


def _said(session: Session) -> Mapping[int, tuple[str, str]]:
    about = (Event.subject_type == SUBJECT[0], Event.subject_id == SUBJECT[1])
    told = session.scalars(
        sa.select(Event.after).where(*about, Event.kind == WORDS_REMOVED).order_by(Event.id)
    )
    return {
        number: (leaf, left) for after in told if after for number, leaf, left in after["events"]
    }
