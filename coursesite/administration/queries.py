"""The record of events, as administrators read it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.people.queries import names_of

PAGE = 50

# What learners answer and read is theirs: of other subjects only the fact is shown.
OPEN_SUBJECTS = {
    "person",
    "unit",
    "assignment",
    "certificate",
    "local-field",
    "local",
}


@dataclass(frozen=True)
class EventsPage:
    """Some events with the names of the people in them, by number."""

    events: Sequence[Event]
    names: dict[int, str]
    next: int | None


def events_page(
    session: Session, organisation_id: int, *, before: int | None, person_id: int | None = None
) -> EventsPage:
    """At most 50 events of an organisation, the newest first; or only those about one person."""
    found = sa.select(Event).where(Event.organisation_id == organisation_id)
    if person_id is not None:
        found = found.where(Event.subject_type == "person", Event.subject_id == str(person_id))
    if before is not None:
        found = found.where(Event.id < before)
    events = session.scalars(found.order_by(Event.id.desc()).limit(PAGE + 1)).all()
    shown = events[:PAGE]
    return EventsPage(
        shown,
        _names(session, organisation_id, shown),
        shown[-1].id if len(events) > PAGE else None,
    )


def _names(session: Session, organisation_id: int, events: Sequence[Event]) -> dict[int, str]:
    numbers = {event.actor_id for event in events if event.actor_id}
    numbers |= {int(each.subject_id) for each in events if each.subject_type == "person"}
    return names_of(session, organisation_id, numbers)
