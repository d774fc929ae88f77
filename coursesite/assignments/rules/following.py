"""What a changed assignment does for somebody whom it leads to, or led to."""

from dataclasses import dataclass
from datetime import date, timedelta

from coursesite.assignments.rules.days import Anchors, due_on, earliest_open, problem_with
from coursesite.assignments.rules.reaching import Ask, Effect, Reached
from coursesite.assignments.rules.words import DueRule


@dataclass(frozen=True)
class Followed:
    """One person, and all that decides what the change does for them.

    `led` says whether the assignment leads to them now, `matches` whether it will. `stored` is the
    date of the open period, if it may move: not of a renewal, and not one that somebody extended.
    `own` says that this assignment gave it. `others` are the dates by all other assignments.
    `away` are the days for which absences that are over stopped the clock since the assignment
    leads to them or, where it leads to them no more, since then; `others` have theirs in them.
    """

    led: bool
    matches: bool
    anchors: Anchors
    stored: date | None = None
    own: bool = False
    led_by_others: bool = False
    others: tuple[date, ...] = ()
    away: int = 0


@dataclass(frozen=True)
class Turn:
    """What turns: whether other dates are asked for, or for how many days nothing was asked."""

    dates_change: bool = False
    days_paused: int = 0


def follow(ask: Ask, person: Followed, today: date, turn: Turn) -> Reached | None:
    """The effect of the change on somebody; None for those whom it does not concern."""
    if not person.matches:
        return _let_go(person, today) if person.led else None
    if not person.led:
        return Reached(Effect.RESTORED, _after_pause(ask, person, turn))
    if person.stored is None or not turn.dates_change:
        return Reached(Effect.JOINED, person.stored)
    return _move(ask, person, person.stored, today)


def _after_pause(ask: Ask, person: Followed, turn: Turn) -> date | None:
    """The days of a pause do not count towards so many days; a fixed date stays fixed.

    Those of an absence in it have moved the date already.
    """
    stands_still = person.own and ask.due.rule is not DueRule.FIXED
    if person.stored is None or not stands_still or person.led_by_others:
        return person.stored
    return person.stored + timedelta(days=max(turn.days_paused - person.away, 0))


def _let_go(person: Followed, today: date) -> Reached:
    """What other assignments still ask for goes on, with the date that they give."""
    if not person.led_by_others:
        return Reached(Effect.SUSPENDED, person.stored)
    if person.own and person.others and person.stored:
        return _with(person.stored, earliest_open(person.others, today))
    return Reached(Effect.JOINED, person.stored)


def _move(ask: Ask, person: Followed, stored: date, today: date) -> Reached:
    due = due_on(ask.due, person.anchors)
    if due is not None:
        due += timedelta(days=person.away)
    problem = problem_with(due, ask.minutes, today)
    if problem or due is None:
        kept = Effect.KEPT if person.own and due != stored else Effect.JOINED
        return Reached(kept, stored, problem if kept is Effect.KEPT else None)
    before = person.others if person.own else (stored,)
    return _with(stored, earliest_open((due, *before), today))


def _with(stored: date, due: date) -> Reached:
    return Reached(Effect.JOINED if due == stored else Effect.MOVED, due)
