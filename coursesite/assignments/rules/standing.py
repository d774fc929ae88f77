"""How a requirement stands on a day, and the facts that decide and explain it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coursesite.assignments.rules.words import (
    Decision,
    DueRule,
    Excuse,
    ExpiryMode,
    Problem,
    Progress,
    Standing,
)

SOON_DAYS = 30


class Shift(StrEnum):
    """What moved a due date: somebody gave more time, an absence, a changed or ended assignment."""

    EXTENSION = "extension"
    ABSENCE = "absence"
    RULE = "rule"


@dataclass(frozen=True)
class Moved:
    """The last time that a due date was moved: what did it, who, and the reason given."""

    shift: Shift
    by: str
    why: str


@dataclass(frozen=True)
class Given:
    """What a manager decided when the rule's own date could not be kept: who, when, and what.

    `problem` is what was wrong with that date.
    """

    decision: Decision
    problem: Problem
    by: str
    on: date


@dataclass(frozen=True)
class Facts:
    """The first five decide how a requirement stands; the rest only explains it.

    `due_on` belongs to the open period; `valid_until` and `grace_until` to the last completion.
    `months` and `expiry` are the terms that gave them; `away` are the days of absences in a date
    that a changed rule gave. People are named as they are called.
    """

    progress: Progress
    excuse: Excuse = Excuse.NONE
    due_on: date | None = None
    valid_until: date | None = None
    grace_until: date | None = None
    opens_on: date | None = None
    assigned_on: date | None = None
    due_rule: DueRule | None = None
    due_days: int | None = None
    first_due_on: date | None = None
    completed_on: date | None = None
    excused_until: date | None = None
    excused_by: str = ""
    excused_why: str = ""
    assigned_by: str = ""
    given: Given | None = None
    moved: Moved | None = None
    away: int = 0
    months: int | None = None
    expiry: ExpiryMode | None = None


def standing(facts: Facts, today: date) -> Standing:
    """The first state, in the order of the words, that is true today."""
    if facts.excuse is not Excuse.NONE:
        return Standing(facts.excuse.value)
    if facts.progress is Progress.REVOKED:
        return Standing.REVOKED
    if facts.progress is Progress.COMPLETED and facts.valid_until is None:
        return Standing.COMPLETED
    if facts.valid_until is not None:
        return _validity_standing(facts.valid_until, facts.grace_until, today)
    return _open_standing(facts, today)


def _validity_standing(valid_until: date, grace_until: date | None, today: date) -> Standing:
    if today <= valid_until:
        return Standing.COMPLETED
    return Standing.IN_GRACE if grace_until and today <= grace_until else Standing.EXPIRED


def _open_standing(facts: Facts, today: date) -> Standing:
    if facts.due_on and facts.due_on < today:
        return Standing.OVERDUE
    if facts.due_on and (facts.due_on - today).days <= SOON_DAYS:
        return Standing.DUE_SOON
    if facts.progress is Progress.IN_PROGRESS:
        return Standing.IN_PROGRESS
    if facts.opens_on and facts.opens_on > today:
        return Standing.NOT_YET_OPEN
    return Standing.NOT_STARTED
