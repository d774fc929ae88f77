"""Requirements with their periods, excuses and counts, as assigning and finishing leave them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    Extension,
    Leave,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.rules import (
    Cause,
    Excuse,
    Policy,
    Progress,
    ReasonCode,
    RequirementState,
    Validity,
)
from coursesite.assignments.services.counting import count, place_of
from coursesite.audit.models import Event
from coursesite.demo.services.writing import Walked
from coursesite.people.models import Person

EXCUSED = 0.03
EXTENDED = 0.04


@dataclass
class Cycle:
    """One period that was finished, with the days on which it was assigned, opened and due."""

    walked: Walked
    assigned_on: date
    opens_on: date
    due_on: date


@dataclass
class Required:
    """What one person was asked, since when, and how far they are."""

    person: Person
    since: date
    due_on: date
    is_account: bool = False
    cycles: list[Cycle] = field(default_factory=list)
    begun: Walked | None = None

    @property
    def walked(self) -> list[Walked]:
        return [cycle.walked for cycle in self.cycles] + ([self.begun] if self.begun else [])

    @property
    def progress(self) -> Progress:
        if self.cycles:
            return Progress.COMPLETED
        return Progress.IN_PROGRESS if self.walked else Progress.NOT_STARTED


def write_required(
    session: Session,
    assignment: Assignment,
    required: Sequence[Required],
    chance: Random,
    today: date,
) -> Sequence[Requirement]:
    """Everything that the assignment led to; the requirements, in order."""
    rows = [_requirement(assignment, each) for each in required]
    session.add_all(rows)
    session.flush()
    periods = []
    for each, row in zip(required, rows, strict=True):
        session.add(
            RequirementSource(
                requirement_id=row.id,
                assignment_id=assignment.id,
                matched_on=each.since,
                matched_at=_start_of(each.since, each.person),
                due_on=each.due_on,
                due_rule=assignment.due_rule,
                due_days=assignment.due_days,
            )
        )
        periods.append(list(_periods(assignment, each, row)))
        session.add_all(periods[-1])
    session.flush()
    for each, row, made in zip(required, rows, periods, strict=True):
        if not each.cycles and not each.is_account:
            _excuse_or_extend(session, assignment, (row, made[-1]), chance, today)
    session.add(_event(assignment, len(required)))
    session.flush()
    count(session, ((None, place_of(row)) for row in rows))
    return rows


def _requirement(assignment: Assignment, required: Required) -> Requirement:
    validity = required.cycles[-1].walked.validity if required.cycles else Validity()
    return Requirement(
        person_id=required.person.id,
        organisation_id=assignment.organisation_id,
        unit_id=required.person.unit_id,
        target_kind=assignment.target_kind,
        target_slug=assignment.target_slug,
        state=RequirementState.ACTIVE,
        created_at=assignment.created_at,
        progress=required.progress,
        excuse=Excuse.NONE,
        due_on=None if required.cycles else required.due_on,
        valid_until=validity.valid_until,
        grace_until=validity.grace_until,
    )


def _periods(assignment: Assignment, required: Required, row: Requirement) -> Iterator[Period]:
    """One for each time it was finished; an open one for what was never finished."""
    for number, cycle in enumerate(required.cycles, 1):
        yield Period(
            requirement_id=row.id,
            number=number,
            cause=Cause.ASSIGNED if number == 1 else Cause.RENEWAL,
            assignment_id=assignment.id if number == 1 else None,
            opened_at=_start_of(cycle.opens_on, required.person),
            assigned_on=cycle.assigned_on,
            opens_on=cycle.opens_on,
            due_on=cycle.due_on,
            first_due_on=cycle.due_on,
            completed_at=cycle.walked.completed_at,
            completion_id=cycle.walked.completion_id,
            valid_until=cycle.walked.validity.valid_until,
            grace_until=cycle.walked.validity.grace_until,
            policy=Policy(assignment.terms, assignment.id).to_json(),
        )
    if not required.cycles:
        yield Period(
            requirement_id=row.id,
            assignment_id=assignment.id,
            opened_at=_start_of(required.since, required.person),
            assigned_on=required.since,
            opens_on=required.since,
            due_on=required.due_on,
            first_due_on=required.due_on,
        )


def _start_of(day: date, person: Person) -> datetime:
    return clock.start_of(day, person.organisation.time_zone)


def _excuse_or_extend(
    session: Session,
    assignment: Assignment,
    held: tuple[Requirement, Period],
    chance: Random,
    today: date,
) -> None:
    (row, period), drawn = held, chance.random()
    if drawn < EXCUSED:
        _excuse(session, assignment, row, today, absent=drawn < EXCUSED / 2)
    elif drawn < EXCUSED + EXTENDED:
        _extend(session, assignment, row, period, today)


def _excuse(
    session: Session, assignment: Assignment, row: Requirement, today: date, *, absent: bool
) -> None:
    """A waiver of this one, or an absence, which lets everything rest."""
    row.excuse = Excuse.ABSENT if absent else Excuse.WAIVED
    session.add(
        Leave(
            person_id=row.person_id,
            requirement_id=None if absent else row.id,
            excuse=row.excuse,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=150),
            reason_code=ReasonCode.PARENTAL_LEAVE if absent else ReasonCode.OTHER_TRAINING,
            reason="On parental leave" if absent else "Takes the national course this spring",
            approved_by_id=assignment.created_by_id,
            created_at=clock.now() - timedelta(days=30),
        )
    )


def _extend(
    session: Session, assignment: Assignment, row: Requirement, period: Period, today: date
) -> None:
    """A later day, asked for by the person and granted."""
    before = period.due_on
    period.due_on = row.due_on = max(before, today) + timedelta(days=21)
    session.add(
        Extension(
            period_id=period.id,
            due_on=period.due_on,
            previous_due_on=before,
            reason_code=ReasonCode.OPERATIONS,
            reason="Cover for two colleagues who are ill",
            asked_by_id=row.person_id,
            asked_at=clock.now() - timedelta(days=6),
            decided_by_id=assignment.created_by_id,
            decided_at=clock.now() - timedelta(days=5),
            granted=True,
        )
    )


def _event(assignment: Assignment, people: int) -> Event:
    return Event(
        kind="assignment-made",
        organisation_id=assignment.organisation_id,
        actor_id=assignment.created_by_id,
        subject_type="assignment",
        subject_id=str(assignment.id),
        after={
            "target": f"{assignment.target_kind}:{assignment.target_slug}",
            "reach": {"new": people, "completed": 0, "moved": 0, "unchanged": 0},
        },
        reason=assignment.reason,
        origin="site",
        happened_at=assignment.created_at,
        recorded_at=assignment.created_at,
    )
