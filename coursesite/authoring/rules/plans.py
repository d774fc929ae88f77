"""Publishing at a time: when that can be, and what keeps a plan from being carried out."""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_AHEAD = timedelta(days=366)


class PlanState(StrEnum):
    """What became of a plan; refused means that something stood in the way when its time came."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"
    CANCELLED = "cancelled"


def may_wait_until(moment: datetime, now: datetime) -> bool:
    """After now, and within a year."""
    return now < moment <= now + LONGEST_AHEAD
