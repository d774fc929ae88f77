"""What a learner does in a module, one use-case each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.audit.services import Actor
from coursesite.content.rules import Check, Module, Scenario, Verdict, judge_check
from coursesite.content.services import keep_local_version
from coursesite.errors import Conflict, Invalid
from coursesite.learning.queries import asked_again_on, standing_in
from coursesite.learning.rules import is_way_through, missing_in
from coursesite.learning.services.certifying import Learner
from coursesite.learning.services.finishing import targets_of, tell
from coursesite.learning.services.quizzing import close_overtaken
from coursesite.progress import services as progress
from coursesite.progress.models import ModuleRound
from coursesite.progress.services import Before
from coursesite.revisions.shelf import Shown


class TooEarly(Conflict):
    """The attestation says that all was read and passed: it cannot be given before."""


@dataclass(frozen=True)
class SeenModule:
    """The revision that somebody had before them, and those of what their organisations say in it.

    `local` is None where the page did not say: then what is live counts.
    """

    shown: Shown[Module]
    local: tuple[int, ...] | None = None


class NothingToRenew(Conflict):
    """No renewal is open for this module, or for a path that holds it."""


def read_lesson(
    session: Session, learner: Learner, seen: SeenModule, lesson_id: str, actor: Actor
) -> None:
    """Record that a lesson was read, on the texts that the person had before them."""
    shown = seen.shown
    shown.text.get_lesson(lesson_id)
    round = _begin(session, learner, shown.slug)
    local = keep_local_version(session, learner.organisation_id, shown, seen.local)
    if progress.read_lesson(session, round, lesson_id, Before(shown.revision_id, local)):
        tell(session, learner, shown.slug, actor)


def answer_check(
    session: Session, learner: Learner, slug: str, check: Check, chosen: Collection[str]
) -> Verdict:
    """Say at once how good an answer is; a right one is recorded as done, never as a mark."""
    verdict = judge_check(check, chosen)
    if verdict.right:
        round = _begin(session, learner, slug)
        progress.do_block(session, round, check.id, {"chosen": sorted(chosen)})
    return verdict


def play_scenario(
    session: Session,
    learner: Learner,
    shown: Shown[Module],
    scenario: Scenario,
    route: Sequence[Any],
) -> None:
    """Record that a scenario was played, and the route; one that it does not have is refused."""
    if not is_way_through(scenario, route):
        raise Invalid("This scenario was changed in the meantime. Load the page and play it again.")
    round = _begin(session, learner, shown.slug)
    progress.play_scenario(session, round, scenario.id, shown.revision_id, route)


def accept_attestation(
    session: Session, learner: Learner, shown: Shown[Module], actor: Actor
) -> None:
    """Record that the person accepted the attestation as this revision words it."""
    left = missing_in(shown.text, standing_in(session, learner.id, shown.slug))
    if left.lessons or left.quiz:
        raise TooEarly("Read every lesson and pass the quiz first; then you can confirm.")
    round = progress.begin(session, learner.id, shown.slug)
    if progress.accept_attestation(session, round, shown.revision_id):
        tell(session, learner, shown.slug, actor)


def begin_again(session: Session, learner: Learner, slug: str, actor: Actor) -> bool:
    """Begin the next round of a module whose renewal is open; the earlier one stays as it was.

    Who is learning only what changed may go through all of it instead. Whether an open attempt was
    closed with it, since it completes nothing any more.
    """
    round = progress.begin(session, learner.id, slug)
    since = asked_again_on(session, learner.id, targets_of(session, slug))
    only_changes = round.since_revision_id is not None
    if round.completed_at is None and not only_changes:
        return False
    done = round.completed_at and clock.day_of(round.completed_at, learner.time_zone)
    if since is None or (done and done >= since):
        raise NothingToRenew("This module is complete; nothing asks you to renew it yet.")
    progress.begin_again(session, round)
    assignments.started(session, learner.id, targets_of(session, slug))
    return close_overtaken(session, learner, slug, actor)


def _begin(session: Session, learner: Learner, slug: str) -> ModuleRound:
    """The round that somebody is in; whatever they do first in it, they have begun."""
    round = progress.begin(session, learner.id, slug)
    assignments.started(session, learner.id, targets_of(session, slug))
    return round
