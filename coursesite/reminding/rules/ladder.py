"""The ladder of an assignment: so many days before and after the day on which it is due.

A renewal is due on the day of expiry, so the same ladder is relative to both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FARTHEST = 365
MOST_STEPS = 8


class Level(StrEnum):
    """Whom a step tells: the person, their manager, the level above the manager."""

    OWN = "own"
    MANAGER = "manager"
    ABOVE = "above"


@dataclass(frozen=True)
class Ladder:
    """Days relative to the due date, in rising order: -30 is thirty days before it.

    Steps that came before `since` are told to nobody; None is none of them.
    """

    own: tuple[int, ...] = (-30, -7, 0, 7)
    manager: tuple[int, ...] = (7,)
    above: tuple[int, ...] = (14,)
    since: date | None = None

    def days(self, level: Level) -> tuple[int, ...]:
        return {Level.OWN: self.own, Level.MANAGER: self.manager, Level.ABOVE: self.above}[level]

    @property
    def earliest(self) -> int:
        """The first day on which anybody is told anything."""
        return min((*self.own, *self.manager, *self.above), default=0)


DEFAULT_LADDER = Ladder()


@dataclass(frozen=True)
class Step:
    """A step that is due for a period, by the name that it is sent under once."""

    level: Level
    name: str


def latest(days: Iterable[int], due_on: date, today: date, since: date | None = None) -> int | None:
    """The last of these days that has come, or None: what was missed before it is not made up."""
    passed = (today - due_on).days
    first = (since - due_on).days if since else -FARTHEST
    return max((each for each in days if first <= each <= passed), default=None)


def step_name(level: Level, day: int, due_on: date, first_due_on: date) -> str:
    """As in -7, +7, manager+7; a date that was moved is told anew: -7@2027-03-01."""
    number = f"{day:+d}" if day else "0"
    name = number if level is Level.OWN else f"{level}{number}"
    return name if due_on == first_due_on else f"{name}@{due_on.isoformat()}"


def steps_due(
    ladder: Ladder, due_on: date, first_due_on: date, today: date, told: frozenset[str]
) -> list[Step]:
    """What is to be told today of one open period: of each level the latest step, if it was not.

    So a day without mail, a new ladder or a moved date makes one message, not one for each step.
    """
    found = []
    for level in Level:
        day = latest(ladder.days(level), due_on, today, ladder.since)
        if day is not None:
            name = step_name(level, day, due_on, first_due_on)
            if name not in told:
                found.append(Step(level, name))
    return found


def horizon(ladder: Ladder, today: date) -> date:
    """The last due date of which anybody is told something by today."""
    return today - timedelta(days=ladder.earliest)
