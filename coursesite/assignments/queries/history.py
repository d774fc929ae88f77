"""What happened to an assignment, who did it and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.queries.candidates import AnyRow
from coursesite.audit.models import Event
from coursesite.people.models import Person

PAGE = 20


def history_of(
    session: Session, assignment_id: int, before_id: int | None = None
) -> Sequence[AnyRow]:
    """A page of its events, the latest first, and one more."""
    found = (
        sa.select(
            Event.id,
            Event.kind,
            Event.before,
            Event.after,
            Event.reason,
            Event.happened_at,
            Person.given_name,
            Person.family_name,
        )
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject_type == "assignment", Event.subject_id == str(assignment_id))
        .order_by(Event.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        found = found.where(Event.id < before_id)
    return session.execute(found).all()
