"""When a requirement rests, for how long the clock stood still, and what may be put off."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coursesite.assignments.rules.words import Excuse

ONE_DAY = timedelta(days=1)


class ReasonCode(StrEnum):
    """The kind of reason; the text beside it says the rest."""

    LEAVE = "leave"
    PARENTAL_LEAVE = "parental-leave"
    SECONDMENT = "secondment"
    OTHER_TRAINING = "other-training"
    DUTIES = "duties"
    OPERATIONS = "operations"
    TECHNICAL = "technical"
    IRREGULAR = "irregular"
    OTHER = "other"


@dataclass(frozen=True)
class Reason:
    code: ReasonCode
    text: str


@dataclass(frozen=True)
class Rest:
    """From the first day to the last, both included; without a last day until it is taken back."""

    excuse: Excuse
    starts_on: date
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= (self.ends_on or date.max)

    def meets(self, other: "Rest") -> bool:
        """Whether there is a day on which both hold."""
        last = min(self.ends_on or date.max, other.ends_on or date.max)
        return max(self.starts_on, other.starts_on) <= last


def excuse_on(rests: Iterable[Rest], day: date) -> Excuse:
    """Why a requirement rests on a day; a waiver is shown before an absence."""
    holding = {rest.excuse for rest in rests if rest.holds(day)}
    return next((each for each in (Excuse.WAIVED, Excuse.ABSENT) if each in holding), Excuse.NONE)


def rested_otherwise_since(rests: Collection[Rest], noted: Excuse, today: date) -> date:
    """The first of the days up to yesterday on which, by these rests, it was not as was noted.

    Today where that was so yesterday. Before the first rest there was none.
    """
    turns = {each.starts_on for each in rests}
    turns |= {each.ends_on + ONE_DAY for each in rests if each.ends_on}
    since = today
    for turn in sorted((each for each in turns if each < today), reverse=True):
        if excuse_on(rests, turn) is noted:
            break
        since = turn
    return since


def days_still(rest: Rest, assigned_on: date) -> int:
    """For how many days an absence that is over stopped the clock of a period."""
    if rest.excuse is not Excuse.ABSENT or rest.ends_on is None:
        return 0
    return max((rest.ends_on - max(rest.starts_on, assigned_on)).days + 1, 0)


def may_extend(due_on: date, stored: date, today: date) -> bool:
    """Only to a later day, and to one that has not passed."""
    return due_on > stored and due_on >= today
