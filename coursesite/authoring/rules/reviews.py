"""When a text is to be read again, and how near that day is."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coursesite.content.rules import Fact

SOON = timedelta(days=90)
"""So long before its day a text stands among those that are due soon."""
AHEAD = timedelta(days=45)
"""So long before, whose turn it is hears of it by mail."""
FACTS_HOLD_FOR = timedelta(days=2 * 365 + 1)
"""A source is opened again after two years, whatever day its register names."""
LONGEST = timedelta(days=3 * 366)
"""Nobody can know of a text that it will be right for longer."""


class Turn(StrEnum):
    """How a text stands to the day on which it is to be read again."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Look:
    """Somebody looked at a text whose day was `answered`, and found it right until `until`."""

    answered: date | None
    until: date


def due_by(review_by: date | None, look: Look | None) -> date | None:
    """The day on which a text is to be read again.

    A look holds as long as the text names the day that it answered: whoever writes another day
    into the text means that one.
    """
    if look is not None and look.answered == review_by:
        return look.until
    return review_by


def checked_by(fact: Fact) -> date | None:
    """The day by which a fact is to be checked again: the one that it names, or two years after it
    was checked, whichever comes first. None for what names neither, or is withdrawn.
    """
    if fact.withdrawn is not None:
        return None
    days = [fact.review_by, fact.verified_on and fact.verified_on + FACTS_HOLD_FOR]
    return min((day for day in days if day), default=None)


def turn_of(due: date | None, today: date) -> Turn:
    if due is None:
        return Turn.NEVER
    if due < today:
        return Turn.OVERDUE
    return Turn.SOON if due - today <= SOON else Turn.LATER


def is_told_of(due: date | None, today: date) -> bool:
    """Is this near enough for a mail?"""
    return due is not None and due - today <= AHEAD


def may_hold_until(until: date, today: date) -> bool:
    """Can somebody who looked today say so?"""
    return today < until <= today + LONGEST
