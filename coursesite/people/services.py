"""People join, move, leave and are given roles; every change is an event."""

from sqlalchemy.orm import Session

from coursesite.jobs.services import enqueue

PEOPLE_CHANGED = "people-changed"


def people_changed(session: Session, person_id: int) -> None:
    """Let assignments look again at whom they reach."""
    enqueue(session, PEOPLE_CHANGED, {"person_id": person_id})
