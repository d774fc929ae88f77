"""Taking the quiz of a module, from its beginning to its end."""

from datetime import datetime

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.audit.services import Actor
from coursesite.content.rules import Module
from coursesite.content.services import keep_local_version
from coursesite.errors import NotFound
from coursesite.learning import queries
from coursesite.learning.services.certifying import Learner
from coursesite.learning.services.finishing import is_behind, targets_of, tell
from coursesite.progress import services as progress
from coursesite.quizzes import rules
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import QUIZZES, allowance_of, find_open_attempt
from coursesite.quizzes.rules import Allowance, AttemptState, Phase, QuizTerms
from coursesite.quizzes.services import (
    AttemptClosed,
    CannotStart,
    Place,
    close_attempt,
    start_attempt,
    submit_attempt,
)
from coursesite.revisions.shelf import Shown


def start_quiz(
    session: Session, learner: Learner, shown: Shown[Module], terms: QuizTerms, actor: Actor
) -> Attempt:
    """The person's open attempt at the module's quiz, or a new one.

    None is begun that would count for nothing, as more is asked since.
    """
    quiz = QUIZZES.find_live(session, shown.slug, shown.language)
    if quiz is None:
        raise NotFound("The questions of this module are still in preparation.")
    close_overtaken(session, learner, shown.slug, actor)
    _refuse_overtaken(session, learner, shown.slug)
    round = progress.begin(session, learner.id, shown.slug)
    assignments.started(session, learner.id, targets_of(session, shown.slug))
    local = keep_local_version(session, learner.organisation_id, shown)
    allowance = allowance_of(session, learner.id, shown.slug, clock.today(learner.time_zone))
    place = Place(
        learner.id,
        learner.organisation_id,
        round.number,
        objectives=len(shown.text.objectives),
        allowance=allowance,
        to_read=_lessons_to_read(session, learner, shown, terms, (round.number, allowance)),
        only=frozenset(round.asked["questions"] if round.asked else ()),
        local_version_id=local.id if local else None,
    )
    return start_attempt(session, quiz, terms, place, actor)


def _refuse_overtaken(session: Session, learner: Learner, slug: str) -> None:
    standing = queries.standing_in(session, learner.id, slug)
    if standing.open_attempt_id is None and is_behind(session, learner, standing):
        raise CannotStart("More changed since you began: first read what changed.")


def close_overtaken(session: Session, learner: Learner, slug: str, actor: Actor) -> bool:
    """Close the open attempt of a round that another one followed, as it completes nothing any
    more: what was answered stays. False if there is none, or it was handed in just now.
    """
    attempt = find_open_attempt(session, learner.id, slug)
    if attempt is None or attempt.round >= progress.begin(session, learner.id, slug).number:
        return False
    try:
        close_attempt(session, attempt, actor)
    except AttemptClosed:
        return False
    return True


def _lessons_to_read(
    session: Session,
    learner: Learner,
    shown: Shown[Module],
    terms: QuizTerms,
    now: tuple[int, Allowance],
) -> int:
    """How many lessons this person must read again first, in this round and with this allowance."""
    if not terms.read_again_after:
        return 0
    past, (round, allowance) = queries.attempts_of(session, learner.id, shown.slug), now
    tried = [row for row in past if row.round == round]
    return len(queries.chances_of(session, shown.text, terms, tried, allowance).to_read)


def hand_in(
    session: Session,
    learner: Learner,
    attempt: Attempt,
    actor: Actor,
    *,
    at: datetime | None = None,
) -> None:
    """Mark an attempt; a pass may be the last thing that was missing."""
    submit_attempt(session, attempt, actor, at=at)
    if attempt.state is AttemptState.PASSED:
        tell(session, learner, attempt.quiz_slug, actor)


def is_over(attempt: Attempt) -> bool:
    """Whether an open attempt waits only for being handed in by itself."""
    return _is_in(Phase.OVER, attempt)


def in_grace(attempt: Attempt) -> bool:
    """Whether an open attempt can still be handed in, but no longer changed."""
    return _is_in(Phase.GRACE, attempt)


def _is_in(phase: Phase, attempt: Attempt) -> bool:
    if attempt.state is not AttemptState.OPEN:
        return False
    return rules.phase(attempt.closes_at, clock.now(), attempt.grace_minutes) is phase


def hand_in_by_itself(session: Session, learner: Learner, attempt: Attempt, actor: Actor) -> None:
    """The time and its grace are over: what was answered counts as of the end of the time."""
    hand_in(session, learner, attempt, actor, at=attempt.closes_at)
