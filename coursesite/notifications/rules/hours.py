"""When reminders may reach people: hours and days of the week, where the organisation is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)
A_WEEK = 7


@dataclass(frozen=True)
class Hours:
    """From the first moment to before the last one, on these days (1 is Monday, 7 Sunday)."""

    starts_at: time = time(7)
    ends_at: time = time(19)
    days: tuple[int, ...] = MONDAY_TO_FRIDAY

    def holds(self, local: datetime) -> bool:
        """Whether this wall-clock time is not quiet."""
        return local.isoweekday() in self.days and self.starts_at <= local.time() < self.ends_at


DEFAULT_HOURS = Hours()


def next_open(moment: datetime, time_zone: str, hours: Hours = DEFAULT_HOURS) -> datetime:
    """The moment itself when it is not quiet, else the next one that is not, in UTC."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    if hours.holds(local):
        return moment.astimezone(UTC)
    first = local.date() if local.time() < hours.starts_at else local.date() + timedelta(days=1)
    return opens_at(_next_day(first, hours), time_zone, hours)


def opens_at(day: date, time_zone: str, hours: Hours = DEFAULT_HOURS) -> datetime:
    """When that day's quiet ends, in UTC; an hour that the clocks skip is the one after it."""
    return datetime.combine(day, hours.starts_at, ZoneInfo(time_zone)).astimezone(UTC)


def _next_day(day: date, hours: Hours) -> date:
    days = (day + timedelta(days=number) for number in range(A_WEEK))
    return next(each for each in days if each.isoweekday() in hours.days)
