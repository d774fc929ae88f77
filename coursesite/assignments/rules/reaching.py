"""What an assignment does for one person whom it reaches."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coursesite.assignments.rules.days import Anchors, Due, due_on, earliest_open, problem_with
from coursesite.assignments.rules.validity import Terms, Validity, validity_of
from coursesite.assignments.rules.words import Problem, Progress, RequirementState


class Effect(StrEnum):
    """NEW opens a period; COMPLETED counts an earlier completion.

    JOINED and MOVED are one more reason for what the person must do already, or has done; MOVED
    brings another date. A changed assignment leads to RESTORED again, SUSPENDED no more, and those
    who are KEPT have a date that they keep, as nobody could meet the new one.
    """

    NEW = "new"
    COMPLETED = "completed"
    JOINED = "joined"
    MOVED = "moved"
    RESTORED = "restored"
    SUSPENDED = "suspended"
    KEPT = "kept"
    PARKED = "parked"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Held:
    """The requirement that a person has for the target already."""

    state: RequirementState
    progress: Progress
    valid_until: date | None
    open_due_on: date | None


@dataclass(frozen=True)
class Candidate:
    """One person whom the assignment reaches, and all that decides what it does for them."""

    anchors: Anchors
    held: Held | None = None
    completed_on: date | None = None
    left_out: bool = False


@dataclass(frozen=True)
class Ask:
    """What an assignment asks of everybody; `minutes` is the target's length."""

    due: Due
    terms: Terms
    minutes: int


@dataclass(frozen=True)
class Reached:
    """The effect on one person, with the days that belong to it.

    `due_on` is the date that counts from now on, `given` the one that this assignment gives.
    """

    effect: Effect
    due_on: date | None = None
    problem: Problem | None = None
    validity: Validity | None = None
    given: date | None = None


def reach(ask: Ask, person: Candidate, today: date, anyway_on: date | None = None) -> Reached:
    """What the assignment does for this person if it is carried out today.

    `anyway_on` is a date that somebody has decided on, however little time it leaves.
    """
    if person.left_out:
        return Reached(Effect.LEFT_OUT)
    given = anyway_on or due_on(ask.due, person.anchors)
    if person.held and _is_settled(person.held, today):
        return Reached(Effect.JOINED, given=given)
    validity = _earlier_completion(ask, person, today)
    if validity:
        return Reached(Effect.COMPLETED, given, validity=validity, given=given)
    if anyway_on:
        return _with_date(person, anyway_on, today)
    return _by_date(ask, person, given, today)


def _by_date(ask: Ask, person: Candidate, due: date | None, today: date) -> Reached:
    problem = problem_with(due, ask.minutes, today)
    if problem or due is None:
        return Reached(Effect.PARKED, due, problem)
    return _with_date(person, due, today)


def _with_date(person: Candidate, due: date, today: date) -> Reached:
    stored = person.held.open_due_on if person.held else None
    if stored is None:
        return Reached(Effect.NEW, due, given=due)
    counts = earliest_open((stored, due), today)
    effect = Effect.JOINED if counts == stored else Effect.MOVED
    return Reached(effect, counts, given=due)


def _is_settled(held: Held, today: date) -> bool:
    """Whether no date of ours concerns it: what is valid, and its renewal, which has its own date.

    So nobody whose certificate has lapsed is in grace again as one more assignment asks for it.
    """
    if held.state is RequirementState.ENDED:
        return False
    if held.valid_until is None:
        return held.progress is Progress.COMPLETED
    return today <= held.valid_until or held.open_due_on is not None


def _earlier_completion(ask: Ask, person: Candidate, today: date) -> Validity | None:
    """What a completion from before is still good for, or None."""
    if person.completed_on is None or (person.held and person.held.open_due_on):
        return None
    validity = validity_of(ask.terms, person.completed_on)
    return validity if validity.covers(today) else None
