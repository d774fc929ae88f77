"""Proving requirements and periods: what is kept must be what the facts alone lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coursesite import clock
from coursesite.assignments.models import Period
from coursesite.assignments.queries.pasts import Past
from coursesite.assignments.rules import (
    Excuse,
    Progress,
    RequirementState,
    days_still,
    excuse_on,
    renewal_opens_on,
)
from coursesite.assignments.rules.ledger import Cycle, Ledger, build


@dataclass(frozen=True)
class Deviation:
    """Something that is kept, and is not what the facts lead to."""

    requirement_id: int
    person_id: int
    what: str
    kept: str
    built: str


def deviations(past: Past) -> Iterator[Deviation]:
    """All that is wrong about one requirement."""
    ledger = build(past.facts())
    kept = _kept(past)
    for what, right in _built(past, ledger).items():
        if kept[what] != right:
            id, person_id = past.row.id, past.row.person_id
            yield Deviation(id, person_id, what, str(kept[what]), str(right))


def _kept(past: Past) -> dict[str, Any]:
    row = past.row
    periods = past.standing_periods
    found: dict[str, Any] = {
        "ended": row.state is RequirementState.ENDED,
        "unit": row.unit_id,
        "excuse": row.excuse,
        "periods": len(periods),
        "progress": row.progress,
        "due": row.due_on,
        "valid until": row.valid_until,
        "grace until": row.grace_until,
        "renewal": "open" if periods and periods[-1].completed_at is None else "none",
        "days of absence": _days_given(past),
    }
    for number, period in enumerate(periods, 1):
        found |= {f"{number}. {name}": value for name, value in _of_period(period).items()}
    return found


def _of_period(period: Period) -> Mapping[str, Any]:
    return {
        "cause": period.cause,
        "assigned": period.assigned_on,
        "opens": period.opens_on,
        "due": period.due_on,
        "first due": period.first_due_on,
        "completion": period.completion_id,
        "valid until": period.valid_until,
        "grace until": period.grace_until,
    }


def _of_cycle(cycle: Cycle) -> Mapping[str, Any]:
    return {
        "cause": cycle.cause,
        "assigned": cycle.assigned_on,
        "opens": cycle.opens_on,
        "due": cycle.due_on,
        "first due": cycle.first_due_on,
        "completion": cycle.completion_id,
        "valid until": cycle.validity.valid_until,
        "grace until": cycle.validity.grace_until,
    }


def _built(past: Past, ledger: Ledger) -> dict[str, Any]:
    ended = ledger.state is RequirementState.ENDED
    found: dict[str, Any] = {
        "ended": ended,
        "unit": past.unit_id,
        "periods": len(ledger.cycles),
        "due": ledger.due_on,
        "days of absence": _days_owed(past, ledger),
    }
    if not ended:
        today = clock.today(past.time_zone)
        found |= {
            "progress": ledger.progress,
            "excuse": excuse_on((leave.rest for leave in past.leaves), today),
            "valid until": ledger.validity.valid_until,
            "grace until": ledger.validity.grace_until,
        }
        if _should_open(past, ledger, today):
            found["renewal"] = "open"
    if len(ledger.cycles) == len(past.standing_periods):
        for number, cycle in enumerate(ledger.cycles, 1):
            found |= {f"{number}. {name}": value for name, value in _of_cycle(cycle).items()}
    return found


def _should_open(past: Past, ledger: Ledger, today: date) -> bool:
    """Whether the window has begun, by the terms of today."""
    until = ledger.validity.valid_until
    if until is None or ledger.progress is not Progress.COMPLETED:
        return False
    standing = [each for each in past.sources if each[1].ended_at is None]
    leading = [each for each in standing if each[0].ended_on is None] or standing
    window = max((assignment.window_days for _source, assignment in leading), default=0)
    return renewal_opens_on(until, window) <= today


def _days_given(past: Past) -> int:
    """By how many days absences moved the date of the period that is open."""
    period = _open(past)
    moved = [
        each
        for each in past.extensions
        if each.leave_id and not each.taken_back_at and period and each.period_id == period.id
    ]
    return sum(each.days for each in moved)


def _days_owed(past: Past, ledger: Ledger) -> int:
    """The days of the absences that are over, but for those from before the period was opened."""
    period = _open(past)
    if period is None or ledger.state is RequirementState.ENDED:
        return _days_given(past)
    today = clock.today(past.time_zone)
    return sum(
        days_still(leave.rest, period.assigned_on)
        for leave in past.leaves
        if leave.excuse is Excuse.ABSENT
        and leave.ends_on
        and leave.ends_on < today
        and not (leave.settled_at and period.opened_at and leave.settled_at < period.opened_at)
    )


def _open(past: Past) -> Period | None:
    periods = past.standing_periods
    return periods[-1] if periods and periods[-1].completed_at is None else None
