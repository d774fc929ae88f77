"""News by mail: what is no reminder, and that each person chooses how often to hear of."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from coursesite.notifications.rules.hours import Hours, next_open

COLLECTED = timedelta(minutes=15)
"""So long the first piece of news waits for what follows it: one mail holds all of them."""


class Topic(StrEnum):
    """What news is about: drafts of the course, or those who ask for more time."""

    AUTHORING = "authoring"
    REQUESTS = "requests"


class Often(StrEnum):
    """How often somebody wants the news of a topic."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    NEVER = "never"


def ready_at(now: datetime, often: Often, time_zone: str, hours: Hours) -> datetime:
    """When a mail with this piece of news is made: never while it is quiet.

    Daily is the next time that quiet ends, so that nobody gets two in one day.
    """
    if often is Often.AT_ONCE:
        return next_open(now + COLLECTED, time_zone, hours)
    first = next_open(now, time_zone, hours)
    if first > now:
        return first
    tomorrow = now.astimezone(ZoneInfo(time_zone)).date() + timedelta(days=1)
    return next_open(datetime.combine(tomorrow, time.min, ZoneInfo(time_zone)), time_zone, hours)
