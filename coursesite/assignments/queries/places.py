"""In which period something happened: the record's own order, where a clock stood wrong.

A server's clock may stand in the past or in the future for a while. What was written then has a
wrong moment, but periods have numbers, and dates that moved and completions name their period.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from coursesite import clock
from coursesite.assignments.models import Extension, Period
from coursesite.assignments.rules import Cause


class Places:
    """When periods were opened and closed, as late or early as their numbers allow."""

    def __init__(
        self,
        periods: Sequence[Period],
        extensions: Iterable[Extension],
        recorded: Mapping[int, datetime],
        time_zone: str,
    ) -> None:
        self._periods = periods
        self._recorded = recorded
        self._moved: defaultdict[int, list[datetime]] = defaultdict(list)
        for moved in extensions:
            if moved.granted and moved.decided_at:
                self._moved[moved.period_id].append(moved.decided_at)
        self.opened: dict[int, datetime] = {}
        self.closed: dict[int, datetime] = {}
        self.numbers = {each.id: each.number for each in periods}
        before: datetime | None = None
        for each in periods:
            at = self._opening(each, clock.start_of(each.assigned_on, time_zone))
            if before and each.cancelled_at is None:
                # What was cancelled may have been open before an earlier one, reopened, was closed.
                at = max(at, before)
            self.opened[each.id] = at
            closing = recorded.get(each.completion_id or 0)
            if closing:
                self.closed[each.id] = before = max(closing, self.opened[each.id])

    def _opening(self, period: Period, morning: datetime) -> datetime:
        """Not after what happened in it; only what was assigned may have been completed before."""
        at = period.opened_at or morning
        if period.cause is Cause.ASSIGNED:
            return at
        after = [
            *self._moved[period.id],
            self._recorded.get(period.completion_id or 0),
            period.cancelled_at,
        ]
        return min([at, *(each for each in after if each)])

    def within(self, period_id: int, at: datetime) -> datetime:
        """A moment in the time of a period."""
        return max(self.opened[period_id], min(at, self.closed.get(period_id, at)))

    def closing(self, completion_id: int) -> Period | None:
        """The latest that a completion closed."""
        closed = (each for each in self._periods if each.completion_id == completion_id)
        return max(closed, key=lambda each: each.number, default=None)

    def number_at(self, at: datetime) -> int:
        """The number of the period that was the latest at a moment."""
        there = (each.number for each in self._periods if self.opened[each.id] <= at)
        return max(there, default=0)
