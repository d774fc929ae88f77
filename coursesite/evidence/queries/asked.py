"""What somebody must do, why, and each of its rounds."""

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa

from coursesite import clock
from coursesite.assignments.models import Assignment, Period, Requirement, RequirementSource
from coursesite.assignments.queries.standings import standing_of
from coursesite.evidence.queries.reading import Facts, Reading, plain, target_of, value_of


def requirements_of(read: Reading) -> Iterator[Facts]:
    """All of them, with the rounds that count for the period."""
    stands = standing_of(Requirement, read.today)
    found = sa.select(Requirement, stands).where(Requirement.person_id == read.person.id)
    for requirement, standing in read.session.execute(found.order_by(Requirement.id)).all():
        periods = [each for each in _periods(read, requirement.id) if _overlaps(read, each)]
        yield {
            "id": requirement.id,
            "target": target_of(requirement),
            "state": requirement.state.value,
            "standing": standing.value,
            "standing_as_of": value_of(read.today),
            "due_on": value_of(requirement.due_on),
            "valid_until": value_of(requirement.valid_until),
            "assignments": list(_sources(read, requirement.id)),
            "periods": [plain(each, ("requirement_id",)) for each in periods],
        }


def _periods(read: Reading, requirement_id: int) -> Sequence[Period]:
    found = sa.select(Period).where(Period.requirement_id == requirement_id)
    return read.session.scalars(found.order_by(Period.number)).all()


def _overlaps(read: Reading, period: Period) -> bool:
    """A round counts for the period if it was open in it, or what it brought was valid."""
    first, last = read.about.first_on, read.about.last_on
    end = period.valid_until or (
        clock.day_of(period.completed_at, read.zone) if period.completed_at else date.max
    )
    return (last is None or period.opens_on <= last) and (first is None or end >= first)


def _sources(read: Reading, requirement_id: int) -> Iterator[Facts]:
    found = (
        sa.select(RequirementSource, Assignment)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(RequirementSource.requirement_id == requirement_id)
        .order_by(Assignment.id)
    )
    for source, assignment in read.session.execute(found):
        yield {
            "assignment": assignment.id,
            "why": assignment.reason,
            "made_at": value_of(assignment.created_at),
            "ended_at": value_of(assignment.ended_at),
            "due_rule": assignment.due_rule.value,
            "due_on": value_of(assignment.due_on),
            "due_days": assignment.due_days,
            "validity_months": assignment.validity_months,
            "window_days": assignment.window_days,
            "grace_days": assignment.grace_days,
            "expiry_mode": assignment.expiry_mode.value,
            "matched_on": value_of(source.matched_on),
            "matched_until": value_of(source.ended_on),
        }
