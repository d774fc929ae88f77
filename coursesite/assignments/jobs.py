"""What assignments do in the background."""

from typing import Any

import structlog
from sqlalchemy.orm import Session

from coursesite.assignments import services

log = structlog.get_logger()


def people_changed(session: Session, payload: dict[str, Any]) -> None:
    """Somebody joined, moved, left, returned, or is something else than before."""
    services.match_person(session, payload["person_id"])


def text_changed(session: Session, payload: dict[str, Any]) -> None:
    """A publication asks those who are certified to learn it again: some, then the next."""
    publication_id = payload["publication_id"]
    after_id = services.renew_for_change(session, publication_id, payload["after_id"])
    if after_id is not None:
        services.ask_from(session, publication_id, after_id)


def check_counts(session: Session) -> None:
    """Prove that the counts are the sum of their rows, and repair what is not."""
    differences = services.repair_counts(session)
    if differences:
        log.error("counts were wrong and are repaired", differences=len(differences))
