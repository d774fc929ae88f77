"""Calendar months, due dates, and which of them are impossible."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from coursesite.assignments.rules.words import DueRule, Problem

WORKING_DAY_MINUTES = 8 * 60
MONDAY_TO_FRIDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: 31 January + 1 = 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of_year(day: int, month: int) -> str | None:
    """A day of every year as month and day, as in `08-31`; None if no year has it."""
    try:
        return f"{date(2000, month, day):%m-%d}"
    except ValueError:
        return None


@dataclass(frozen=True)
class Due:
    """By when: a fixed day, or so many days after something."""

    rule: DueRule
    on: date | None = None
    days: int | None = None


@dataclass(frozen=True)
class Anchors:
    """The days that a due date can be counted from; None where it has not happened."""

    assigned_on: date
    posted_on: date | None = None
    hired_on: date | None = None
    first_signed_in_on: date | None = None
    target_completed_on: date | None = None

    def day(self, rule: DueRule) -> date | None:
        return {
            DueRule.AFTER_ASSIGNMENT: self.assigned_on,
            DueRule.AFTER_POSTING: self.posted_on,
            DueRule.AFTER_HIRE: self.hired_on,
            DueRule.AFTER_FIRST_SIGN_IN: self.first_signed_in_on,
            DueRule.AFTER_TARGET: self.target_completed_on,
        }.get(rule)


def due_on(due: Due, anchors: Anchors) -> date | None:
    """The last day to finish on; None while the day that it is counted from is missing."""
    if due.rule is DueRule.FIXED:
        return due.on
    anchor = anchors.day(due.rule)
    return anchor + timedelta(days=due.days or 0) if anchor else None


def earliest_open(days: Iterable[date], today: date) -> date:
    """Which of several due dates counts: the earliest that has not passed, else the last one."""
    days = sorted(days)
    return next((day for day in days if day >= today), days[-1])


def problem_with(due: date | None, minutes: int, today: date) -> Problem | None:
    """Why nobody can be asked to finish by this day, or None.

    Monday to Friday hold eight hours each, today's included; what is needed is the target's
    `minutes` and one working day.
    """
    if due is None:
        return Problem.NO_ANCHOR
    if due < today:
        return Problem.PASSED
    needed = minutes + WORKING_DAY_MINUTES
    return None if _working_minutes(today, due) >= needed else Problem.TOO_SOON


def _working_minutes(first: date, last: date) -> int:
    weeks, rest = divmod((last - first).days + 1, 7)
    days = sum((first.weekday() + day) % 7 < MONDAY_TO_FRIDAY for day in range(rest))
    return (weeks * MONDAY_TO_FRIDAY + days) * WORKING_DAY_MINUTES
