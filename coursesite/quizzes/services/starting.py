"""Starting an attempt, or going on with the one that is open."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict
from coursesite.jobs.services import enqueue
from coursesite.quizzes import rules
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import attempts_of, find_open_attempt, seen_at
from coursesite.quizzes.rules import (
    NO_ALLOWANCE,
    Allowance,
    AttemptState,
    Hindrance,
    PastAttempt,
    Quiz,
    QuizTerms,
)
from coursesite.revisions.shelf import Shown

CLOSE_ATTEMPT = "close-attempt"


class CannotStart(Conflict):
    """No new attempt may begin now."""


@dataclass(frozen=True)
class Place:
    """Whose attempt it is, in which round of the module, over how many objectives; what this person
    may have beyond the terms, how many lessons are still to be read again, and what the
    organisation has put into the module.

    It asks `only` these questions, as far as the quiz has them; no question means all.
    """

    person_id: int
    organisation_id: int
    round: int
    objectives: int
    allowance: Allowance = NO_ALLOWANCE
    to_read: int = 0
    only: frozenset[str] = frozenset()
    local_version_id: int | None = None


def start_attempt(
    session: Session, quiz: Shown[Quiz], terms: QuizTerms, place: Place, actor: Actor
) -> Attempt:
    """The open attempt, if there is one, else a new one with its questions drawn."""
    past = attempts_of(session, place.person_id, quiz.slug)
    resumed = next((each for each in past if each.state is AttemptState.OPEN), None)
    if resumed:
        return resumed
    _refuse_start(terms, place, [each for each in past if each.round == place.round])
    attempt = _drawn_attempt(quiz, terms, place, past)
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return _started_elsewhere(session, place.person_id, quiz.slug)
    record(session, "attempt-started", actor, ("attempt", attempt.id), after={"quiz": quiz.slug})
    close_in_time(session, attempt)
    return attempt


def close_in_time(session: Session, attempt: Attempt) -> None:
    """Have an attempt with a time limit handed in by itself when its grace is over."""
    if attempt.closes_at:
        job = enqueue(session, CLOSE_ATTEMPT, {"attempt_id": attempt.id})
        job.available_at = attempt.closes_at + timedelta(minutes=attempt.grace_minutes)


def _refuse_start(terms: QuizTerms, place: Place, past: Sequence[Attempt]) -> None:
    counted = [PastAttempt(each.state, each.submitted_at) for each in past]
    hindrance = rules.hindrance(terms, counted, clock.now(), place.allowance, place.to_read)
    until = rules.waits_until(terms, counted, place.allowance)
    if hindrance is Hindrance.NO_ATTEMPTS_LEFT:
        raise CannotStart("You have used every attempt. Your manager can give you another.")
    if hindrance is Hindrance.READING:
        raise CannotStart("Read the lessons again first that the page of the quiz names.")
    if hindrance and until:
        raise _too_early(until)


def _too_early(until: datetime) -> CannotStart:
    minutes = round((until - clock.now()).total_seconds() / 60)
    if minutes <= 1:
        return CannotStart("You can try again in a minute. Read the lessons once more.")
    return CannotStart(
        "You can try again in %(minutes)d minutes. Read the lessons once more.", minutes=minutes
    )


def _drawn_attempt(
    quiz: Shown[Quiz], terms: QuizTerms, place: Place, past: Sequence[Attempt]
) -> Attempt:
    seed, now = secrets.randbits(32), clock.now()
    bank = [each for each in quiz.text.questions if each.id in place.only] or quiz.text.questions
    questions = rules.draw(bank, place.objectives, terms.draw, seen_at(past), seed)
    return Attempt(
        person_id=place.person_id,
        organisation_id=place.organisation_id,
        quiz_slug=quiz.slug,
        revision_id=quiz.revision_id,
        local_version_id=place.local_version_id,
        number=past[0].number + 1 if past else 1,
        round=place.round,
        state=AttemptState.OPEN,
        seed=seed,
        drawn=[question.ask(seed).to_json() for question in questions],
        pass_mark=terms.pass_mark,
        minutes=terms.minutes or None,
        grace_minutes=terms.grace_minutes,
        review=terms.review,
        started_at=now,
        closes_at=rules.closes_at(terms.minutes, now, place.allowance.extra_time),
    )


def _started_elsewhere(session: Session, person_id: int, quiz_slug: str) -> Attempt:
    """Another tab was faster: its attempt is the one to go on with."""
    attempt = find_open_attempt(session, person_id, quiz_slug)
    if attempt is None:
        raise CannotStart("This attempt could not be started. Try once more.")
    return attempt
