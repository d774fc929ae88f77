"""What is left of a module or a path, and what somebody does next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from coursesite.assignments import rules as requirements
from coursesite.assignments.rules import Facts
from coursesite.content.rules import Choice, Lesson, Module, Scenario
from coursesite.learning.rules.changes import Asked
from coursesite.paths.rules import Path, Step, StepModule, missing_before
from coursesite.progress.rules import Missing, missing

EVERYBODY = "all"


@dataclass(frozen=True)
class Standing:
    """How far somebody is in the latest round of a module; `round_id` None before the first.

    `asked` is what a round is about that goes only through what changed.
    """

    round_id: int | None = None
    number: int = 1
    read: frozenset[str] = frozenset()
    passed: bool = False
    open_attempt_id: int | None = None
    attested: bool = False
    completed_at: datetime | None = None
    asked: Asked | None = None
    started_at: datetime | None = None


NOT_BEGUN = Standing()


class Doing(StrEnum):
    """What comes next in a module."""

    LESSON = "lesson"
    QUIZ = "quiz"
    ATTESTATION = "attestation"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Next:
    doing: Doing
    lesson_id: str | None = None


def missing_in(module: Module, standing: Standing) -> Missing:
    """What a module still asks; nothing of one that was completed, whatever changed since."""
    if standing.completed_at:
        return Missing((), quiz=False, attestation=False)
    asked = standing.asked
    with_quiz = asked.quiz if asked else module.completion.quiz is not None
    return missing(
        asked.lessons if asked else module.required_lessons,
        standing.read,
        quiz_open=with_quiz and not standing.passed,
        attestation_open=module.completion.attestation and not standing.attested,
    )


def next_in(left: Missing) -> Next:
    """Lessons first, then the quiz, then the attestation."""
    if left.lessons:
        return Next(Doing.LESSON, left.lessons[0])
    if left.quiz:
        return Next(Doing.QUIZ)
    return Next(Doing.ATTESTATION if left.attestation else Doing.NOTHING)


def may_attest(left: Missing) -> bool:
    """The attestation is asked for when all else is done."""
    return left.attestation and not left.lessons and not left.quiz


def minutes_left(module: Module, left: Missing) -> int:
    """The reading time of the lessons that are still to be read."""
    return sum(lesson.minutes for lesson in module.lessons if lesson.id in left.lessons)


class Place(StrEnum):
    """How a module of a path stands for one person."""

    DONE = "done"
    STARTED = "started"
    OPEN = "open"
    WAITING = "waiting"
    IN_PREPARATION = "in-preparation"


@dataclass(frozen=True)
class Progress:
    """What somebody has `done` and `begun` of the modules that are `published`, as slugs."""

    done: Collection[str]
    begun: Collection[str]
    published: Collection[str]


def place_of(path: Path, step: Step, module: StepModule, progress: Progress) -> Place:
    """Done stays done, even when the module was withdrawn since."""
    if module.slug in progress.done:
        return Place.DONE
    if module.slug not in progress.published:
        return Place.IN_PREPARATION
    if missing_before(path, step, progress.done, progress.published):
        return Place.WAITING
    return Place.STARTED if module.slug in progress.begun else Place.OPEN


def next_module(path: Path, progress: Progress) -> str | None:
    """The module to go on with: a required one, begun ones first; None when there is none."""
    places = {
        module.slug: place_of(path, step, module, progress)
        for step in path.steps
        if step.required and not enough(step, progress.done)
        for module in step.modules
    }
    for wanted in (Place.STARTED, Place.OPEN):
        for slug, place in places.items():
            if place is wanted:
                return slug
    return None


def enough(step: Step, done: Collection[str]) -> bool:
    return sum(slug in done for slug in step.slugs) >= step.choose


def lessons_about(module: Module, sources: Collection[str]) -> Sequence[Lesson]:
    """The lessons that rest on one of these facts; where none does, all."""
    about = [
        lesson for lesson in module.lessons if any(fact.id in sources for fact in lesson.cited)
    ]
    return about or module.lessons


def is_for(audience: Collection[str], of: str | None) -> bool:
    """Does a path or a module speak to somebody of this audience?"""
    return EVERYBODY in audience or of in audience


def begun_in(standings: Mapping[str, Standing]) -> frozenset[str]:
    """The modules that were begun and not completed."""
    return frozenset(
        slug
        for slug, each in standings.items()
        if not each.completed_at and (each.read or each.passed or each.open_attempt_id)
    )


@dataclass(frozen=True)
class Again:
    """Since when something is to be done once more; `only` these modules, None is all of them."""

    since: date
    only: frozenset[str] | None = None

    def counts(self, slug: str, completed_on: date) -> bool:
        """Whether a module that was completed on that day need not be done again."""
        return (self.only is not None and slug not in self.only) or completed_on >= self.since


def asked_again(
    facts: Facts, only: frozenset[str] | None, *, completed_before: bool
) -> Again | None:
    """What of a target that was completed before is to be done once more; None if nothing is."""
    to_do = facts.progress is not requirements.Progress.COMPLETED
    if facts.opens_on is None or not (completed_before and to_do):
        return None
    return Again(facts.opens_on, only)


LONGEST_ROUTE = 200


def is_way_through(scenario: Scenario, route: Sequence[object]) -> bool:
    """Is every step of the route a choice that this scenario offers?

    A step is a mapping of scene, choice (their ids), to and quality. Somebody who went back has
    steps of more than one way in their route.
    """
    choices = scenario.decisions
    return 0 < len(route) <= LONGEST_ROUTE and all(_is_step(each, choices) for each in route)


def taken_in(scenario: Scenario, state: Mapping[str, Any] | None) -> tuple[Choice, ...]:
    """The choices of a route that was kept, as far as the scenario still offers them."""
    choices = scenario.decisions
    steps = state.get("route", ()) if state else ()
    taken = (choices.get((step["scene"], step["choice"])) for step in steps)
    return tuple(choice for choice in taken if choice)


def _is_step(step: object, choices: Mapping[tuple[str, str], Choice]) -> bool:
    if not isinstance(step, Mapping) or set(step) != {"scene", "choice", "to", "quality"}:
        return False
    scene, key = step["scene"], step["choice"]
    if not isinstance(scene, str) or not isinstance(key, str):
        return False
    choice = choices.get((scene, key))
    return choice is not None and (choice.target, choice.quality) == (step["to"], step["quality"])
