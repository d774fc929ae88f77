"""On which day somebody gets what has gathered for them."""

from datetime import date

from coursesite.notifications.rules import Digest, Hours

URGENT_DAYS = 7


def is_sent_on(digest: Digest, today: date, first_due_on: date | None, hours: Hours) -> bool:
    """Daily: on every day. Weekly: on the first working day, or when something cannot wait.

    `first_due_on` is the earliest due date among what is asked of the person themselves.
    """
    if digest is Digest.DAILY or today.isoweekday() == _first(hours):
        return True
    return first_due_on is not None and (first_due_on - today).days <= URGENT_DAYS


def _first(hours: Hours) -> int:
    """Monday, or the first of the organisation's days after it; a week from Sunday begins so."""
    days = set(hours.days)
    return next(day for day in range(1, 8) if day in days)
