"""What assignments do in the background."""

from typing import Any

import structlog
from sqlalchemy.orm import Session

from coursesite.assignments import services

log = structlog.get_logger()


def people_changed(session: Session, payload: dict[str, Any]) -> None:
    """Somebody joined, moved, left, returned, or is something else than before."""
    services.match_person(session, payload["person_id"])


def check_counts(session: Session) -> None:
    """Prove that the counts are the sum of their rows, and repair what is not."""
    differences = services.repair_counts(session)
    if differences:
        log.error("counts were wrong and are repaired", differences=len(differences))
