"""Checking at night, in pieces, and mending what can be mended."""

from typing import Any

import structlog
from sqlalchemy.orm import Session

from coursesite.db import only_reading
from coursesite.doctor import services
from coursesite.doctor.rules import Finding

log = structlog.get_logger()


def check_everything(session: Session) -> None:
    """One promise after the other, each a job of its own: what people ask for comes in between."""
    services.ask_invariant(session, 0)


def check_invariant(session: Session, payload: dict[str, Any]) -> None:
    """Check one, mend what can be mended, and ask for the next; after the last, for requirements.

    Nobody who writes waits while it only reads. Where more is wrong than is mended at once, the
    same is asked for again, as long as it gets less.
    """
    number = payload["number"]
    following = number + 1
    for invariant in services.INVARIANTS[number : number + 1]:
        with only_reading(session):
            finding = services.check(session, invariant)
        if finding.broken and invariant.repair:
            finding = services.check(session, invariant, repair=True)
            following = number if finding.repaired and finding.left else following
        _tell(finding)
    if following < len(services.INVARIANTS):
        services.ask_invariant(session, following)
    else:
        services.ask_check(session)


def check_requirements(session: Session, payload: dict[str, Any]) -> None:
    """Build some requirements from nothing, then ask for the next."""
    finding = Finding(*services.FROM_NOTHING)
    with only_reading(session):
        after_id = services.check_piece(session, payload["after_id"], finding)
    if finding.broken:
        finding = Finding(*services.FROM_NOTHING)
        services.check_piece(session, payload["after_id"], finding, repair=True)
    if finding.repaired:
        services.note_repair(session, finding)
    _tell(finding)
    if after_id is not None:
        services.ask_check(session, after_id)


def _tell(finding: Finding) -> None:
    if finding.broken:
        numbers = {"broken": finding.broken, "repaired": finding.repaired}
        log.error("invariant broken", invariant=finding.name, first=finding.first[:3], **numbers)
