"""The people whom an assignment leads to, or led to, and what decides how a change affects them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    Extension,
    Leave,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import (
    AnyRow,
    Clause,
    anchor_completed_at,
    anchors_of,
    is_open_period,
    matching,
    posted_on,
)
from coursesite.assignments.queries.dates import days_between, latest_day
from coursesite.assignments.rules import (
    Cause,
    Due,
    Followed,
    Plan,
    Progress,
    RequirementState,
    due_on,
)
from coursesite.people.models import Organisation, Person, Unit
from coursesite.progress.models import Completion

TO_DO = (Progress.NOT_STARTED, Progress.IN_PROGRESS)


def led_by(
    session: Session, assignment_id: int, plan: Plan, today: date, ids: tuple[int, int]
) -> Sequence[AnyRow]:
    """Some of them by requirement: those from one id to another, both included."""
    found = (
        sa.select(
            RequirementSource.ended_on.is_(None).label("led"),
            RequirementSource.matched_on,
            sa.func.coalesce(matching(plan.conditions, today), sa.false()).label("matches"),
            *requirement_columns(),
            Requirement.person_id,
            Period.due_on.label("open_due_on"),
            Period.assignment_id.label("dated_by"),
            may_move().label("may_move"),
            has_live_source(matching=True, but=assignment_id).label("led_by_others"),
            days_away().label("away"),
            Person.hired_on,
            Person.first_signed_in_at,
            Organisation.time_zone,
            posted_on(today).label("posted_on"),
            anchor_completed_at(plan.due_target),
        )
        .select_from(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Period, is_open_period())
        .where(
            RequirementSource.assignment_id == assignment_id,
            RequirementSource.requirement_id.between(*ids),
            Requirement.state != RequirementState.ENDED,
        )
        .order_by(RequirementSource.requirement_id)
    )
    return session.execute(found).all()


def led_ids(session: Session, assignment_id: int, page: tuple[int, int]) -> Sequence[int]:
    """Some of their requirements, in order: those after an id, and at most so many."""
    after_id, most = page
    found = (
        sa.select(RequirementSource.requirement_id)
        .where(
            RequirementSource.assignment_id == assignment_id,
            RequirementSource.requirement_id > after_id,
        )
        .order_by(RequirementSource.requirement_id)
        .limit(most)
    )
    return session.scalars(found).all()


def number_led(session: Session, assignment_id: int) -> int:
    """How many there are, those whom it no longer leads to included."""
    return session.scalar(sa.select(_led(assignment_id))) or 0


def number_matching(session: Session, plan: Plan, today: date) -> int:
    """How many people a plan is for."""
    return session.scalar(sa.select(_matching(plan, today))) or 0


def numbers_before_change(
    session: Session, assignment_id: int, plan: Plan, today: date
) -> tuple[int, int]:
    """How many people a plan is for, and to how many the assignment leads, or led."""
    found = session.execute(sa.select(_matching(plan, today), _led(assignment_id))).one()
    return found[0], found[1]


def _led(assignment_id: int) -> sa.ScalarSelect[int]:
    own = RequirementSource.assignment_id == assignment_id
    return sa.select(sa.func.count()).select_from(RequirementSource).where(own).scalar_subquery()


def _matching(plan: Plan, today: date) -> sa.ScalarSelect[int]:
    here = Person.organisation_id == plan.organisation_id
    return (
        sa.select(sa.func.count())
        .select_from(Person)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(here, matching(plan.conditions, today))
        .scalar_subquery()
    )


def followed(row: AnyRow, assignment_id: int, others: Collection[date]) -> Followed:
    """A row as the rules see it."""
    return Followed(
        led=row.led,
        matches=row.matches,
        anchors=anchors_of(row, row.matched_on),
        stored=row.open_due_on if row.may_move else None,
        own=row.dated_by == assignment_id,
        led_by_others=row.led_by_others,
        others=tuple(others),
        away=row.away,
    )


def requirement_columns() -> list[Any]:
    """All that decides where a requirement is counted, and its open period."""
    return [
        Requirement.id,
        Requirement.state,
        Requirement.unit_id,
        Requirement.target_kind,
        Requirement.target_slug,
        Requirement.progress,
        Requirement.excuse,
        Requirement.due_on,
        Requirement.valid_until,
        Requirement.grace_until,
        Period.id.label("period_id"),
    ]


AssignmentId = int | sa.orm.InstrumentedAttribute[int]
"""One, or that of each row."""


def has_live_source(*, matching: bool, but: AssignmentId = 0) -> Clause:
    """Whether an assignment, but for one, leads to a requirement, or led to it and still stands."""
    source, assignment = aliased(RequirementSource), aliased(Assignment)
    found = (
        sa.select(source.requirement_id)
        .join(assignment, assignment.id == source.assignment_id)
        .where(
            source.requirement_id == Requirement.id,
            source.assignment_id != but,
            assignment.ended_at.is_(None),
        )
    )
    if matching:
        found = found.where(source.ended_on.is_(None))
    return found.correlate(Requirement, RequirementSource).exists()


def other_dates(
    session: Session, assignment_id: int, today: date, ids: tuple[int, int]
) -> dict[int, list[date]]:
    """By other assignments, the dates of those requirements that had theirs from this one.

    Of those from one id to another, both included.
    """
    dates: defaultdict[int, list[date]] = defaultdict(list)
    for row in session.execute(_others(session, assignment_id, today, ids)):
        due = due_on(Due(row.due_rule, row.fixed_on, row.due_days), anchors_of(row, row.matched_on))
        if due is not None:
            dates[row.id].append(due + timedelta(days=row.away))
    return dict(dates)


def _others(
    session: Session, assignment_id: int, today: date, ids: tuple[int, int]
) -> sa.Select[*tuple[Any, ...]]:
    anchor = sa.select(sa.func.max(Completion.completed_at)).where(
        Completion.person_id == Person.id,
        Completion.target_slug == Assignment.due_target,
        Completion.revoked_at.is_(None),
    )
    return (
        sa.select(
            Requirement.id,
            RequirementSource.matched_on,
            Assignment.due_rule,
            Assignment.due_on.label("fixed_on"),
            Assignment.due_days,
            Person.hired_on,
            Person.first_signed_in_at,
            Organisation.time_zone,
            posted_on(today).label("posted_on"),
            anchor.correlate(Person, Assignment).scalar_subquery().label("anchor_completed_at"),
            days_away().label("away"),
        )
        .select_from(Requirement)
        .join(Period, is_open_period())
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .join(Person, Person.id == Requirement.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Requirement.id.between(*ids),
            Period.assignment_id == assignment_id,
            Period.cause == Cause.ASSIGNED,
            RequirementSource.assignment_id != assignment_id,
            RequirementSource.ended_on.is_(None),
            Assignment.ended_at.is_(None),
            ~is_extended(),
        )
    )


def is_extended() -> Clause:
    """A date that somebody extended stays as it is; an absence adds its days to any date."""
    return (
        sa.exists()
        .where(
            Extension.period_id == Period.id,
            Extension.granted.is_(True),
            Extension.taken_back_at.is_(None),
            Extension.assignment_id.is_(None),
            Extension.leave_id.is_(None),
        )
        .correlate(Period)
    )


def days_away(source: Any = RequirementSource) -> sa.ColumnElement[int]:
    """For how many days absences that are over stopped the clock of the open period.

    Since the assignment leads to it or, where it leads to it no more, since then.
    """
    since = sa.func.coalesce(source.ended_on, source.matched_on)
    first = latest_day(Leave.starts_on, Period.assigned_on, since)
    total = (
        sa.select(sa.func.sum(days_between(first, Leave.ends_on) + 1))
        .select_from(Extension)
        .join(Leave, Leave.id == Extension.leave_id)
        .where(
            Extension.period_id == Period.id,
            Extension.taken_back_at.is_(None),
            Leave.ends_on >= first,
        )
        .correlate(Period, source)
    )
    return sa.func.coalesce(total.scalar_subquery(), 0)


def may_move() -> Clause:
    """Whether the open date came from an assignment: a renewal is due when what it renews ends."""
    first = sa.and_(Period.id.is_not(None), Requirement.valid_until.is_(None))
    return sa.and_(first, Requirement.progress.in_(TO_DO), ~is_extended())
