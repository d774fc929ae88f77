"""What learning does in the background."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from coursesite.assignments.services import finish_from
from coursesite.audit.services import Actor
from coursesite.learning import services
from coursesite.learning.services import learner_of
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.quizzes.services import close_in_time


def close_attempt(session: Session, payload: dict[str, Any]) -> None:
    """The time of an attempt is over; if it was given more time meanwhile, look again then."""
    attempt = session.get(Attempt, payload["attempt_id"], with_for_update={"key_share": True})
    if attempt is None:
        return
    if services.is_over(attempt):
        actor = Actor(None, attempt.organisation_id, "site", attempt.person_id)
        services.hand_in_by_itself(session, learner_of(attempt.person, _issuer()), attempt, actor)
    elif attempt.state is AttemptState.OPEN:
        close_in_time(session, attempt)


def passed_later(session: Session, payload: dict[str, Any]) -> None:
    """A corrected question made this a pass: it counts from when the attempt was handed in."""
    attempt = session.get_one(Attempt, payload["attempt_id"])
    if attempt.state is AttemptState.PASSED:
        actor = Actor(None, attempt.organisation_id, "site", attempt.person_id)
        services.tell(session, learner_of(attempt.person, _issuer()), attempt.quiz_slug, actor)


def path_changed(session: Session, payload: dict[str, Any]) -> None:
    """Whoever had done all that a path now asks has completed it: some, then the next."""
    slug = payload["slug"]
    after_id = services.finish_changed_path(session, slug, payload["after_id"], _issuer())
    if after_id is not None:
        finish_from(session, slug, after_id)


def _issuer() -> str:
    name: str = current_app.config["SITE_NAME"]
    return name
