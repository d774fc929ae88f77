"""After how many years somebody who left is erased."""

from datetime import date, timedelta

from coursesite.assignments.rules import add_months

SHORTEST_YEARS, LONGEST_YEARS = 1, 50
LONGEST_HOLD = 10
"""So many years a hold lasts at most: then somebody looks again whether it is still needed."""

MONTHS = 12

ERASE = "erase-people"
"""The kind of job that erases people."""


def erased_from(left_on: date, years: int) -> date:
    """The first day on which somebody is erased whose last day was this one."""
    return add_months(left_on, MONTHS * years) + timedelta(days=1)


def left_before(today: date, years: int) -> date:
    """Whoever left before this day is to be erased today, and nobody else."""
    day = add_months(today, -MONTHS * years)
    return day + timedelta(days=1) if add_months(day, MONTHS * years) < today else day
