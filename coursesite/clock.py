"""The only reader of the time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today(time_zone: str) -> date:
    """The day it is now in an organisation's IANA time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def day_of(moment: datetime, time_zone: str) -> date:
    """The day that an aware moment falls on in that time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def start_of(day: date, time_zone: str) -> datetime:
    """The first moment of a day in that time zone, in UTC."""
    midnight = datetime.combine(day, time.min, ZoneInfo(time_zone))
    return midnight.astimezone(UTC)
