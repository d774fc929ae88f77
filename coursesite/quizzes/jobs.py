"""What quizzes do in the background."""

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.db import snapshot
from coursesite.jobs.services import enqueue
from coursesite.quizzes import services
from coursesite.quizzes.models import QuestionSum

RECOUNT = "recount-questions"

log = structlog.get_logger()


def regrade(session: Session, payload: dict[str, Any]) -> None:
    """Mark some more attempts again; the next ones are another job."""
    services.go_on(session, payload["regrade_id"], payload["after"])


def check_sums(session: Session) -> None:
    """Have the sums of each quiz proved, one after the other."""
    for slug in session.scalars(sa.select(QuestionSum.quiz_slug).distinct()).all():
        enqueue(session, RECOUNT, {"quiz_slug": slug})


def recount(session: Session, payload: dict[str, Any]) -> None:
    """Prove that the sums of a quiz are those of its attempts, and repair what is not.

    However long that takes, people hand in attempts meanwhile: only a repair is written.
    """
    slug, began = payload["quiz_slug"], clock.now()
    with snapshot(session) as reader:
        differences = services.recount(reader, slug)
    if differences:
        log.error("sums were wrong and are repaired", differences=len(differences))
        services.repair_sums(session, slug, differences, began)
