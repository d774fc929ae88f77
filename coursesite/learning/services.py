"""What a learner does in a module, one use-case each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.content.rules import Check, Module, Scenario, Verdict, judge_check
from coursesite.errors import Conflict, Invalid, NotFound
from coursesite.learning.queries import standing_in
from coursesite.learning.rules import is_way_through, missing_in
from coursesite.people.rules import Audience
from coursesite.progress import services as progress
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import QuizTerms
from coursesite.quizzes.services import Place, start_attempt, submit_attempt
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Learner:
    """Who learns, and in whose name what they complete is certified."""

    id: int
    organisation_id: int
    audience: Audience | None
    time_zone: str
    language: str
    issuer: str


def read_lesson(session: Session, learner: Learner, shown: Shown[Module], lesson_id: str) -> None:
    """Record that a lesson was read, on the revision that the person had before them."""
    shown.text.get_lesson(lesson_id)
    round = progress.begin(session, learner.id, shown.slug)
    progress.read_lesson(session, round, lesson_id, shown.revision_id)


def answer_check(
    session: Session, learner: Learner, slug: str, check: Check, chosen: Collection[str]
) -> Verdict:
    """Say at once how good an answer is; a right one is recorded as done, never as a mark."""
    verdict = judge_check(check, chosen)
    if verdict.right:
        round = progress.begin(session, learner.id, slug)
        progress.do_block(session, round, check.id, {"chosen": sorted(chosen)})
    return verdict


def play_scenario(
    session: Session, learner: Learner, slug: str, scenario: Scenario, route: Sequence[object]
) -> None:
    """Record that a scenario was played, and the route; one that it does not have is refused."""
    if not is_way_through(scenario, route):
        raise Invalid("This scenario was changed in the meantime. Load the page and play it again.")
    round = progress.begin(session, learner.id, slug)
    progress.do_block(session, round, scenario.id, {"route": list(route)})


class TooEarly(Conflict):
    """The attestation says that all was read and passed: it cannot be given before."""


def accept_attestation(session: Session, learner: Learner, shown: Shown[Module]) -> None:
    """Record that the person accepted the attestation as this revision words it."""
    left = missing_in(shown.text, standing_in(session, learner.id, shown.slug))
    if left.lessons or left.quiz:
        raise TooEarly("Read every lesson and pass the quiz first; then you can confirm.")
    round = progress.begin(session, learner.id, shown.slug)
    progress.accept_attestation(session, round, shown.revision_id)


def start_quiz(
    session: Session, learner: Learner, shown: Shown[Module], terms: QuizTerms, actor: Actor
) -> Attempt:
    """The person's open attempt at the module's quiz, or a new one."""
    quiz = QUIZZES.find_live(session, shown.slug, shown.language)
    if quiz is None:
        raise NotFound("The questions of this module are still in preparation.")
    round = progress.begin(session, learner.id, shown.slug)
    objectives = len(shown.text.objectives)
    place = Place(learner.id, learner.organisation_id, round.number, objectives)
    return start_attempt(session, quiz, terms, place, actor)


def hand_in(session: Session, learner: Learner, attempt: Attempt, actor: Actor) -> None:
    """Mark an attempt."""
    submit_attempt(session, attempt, actor)
