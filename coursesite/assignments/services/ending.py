"""What becomes of requirements when an assignment ends: only what nothing else asks for ends."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    Extension,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow, anchors_of, is_open_period, posted_on
from coursesite.assignments.rules import (
    Due,
    RequirementState,
    due_on,
    earliest_open,
    state_of,
)
from coursesite.assignments.services.counting import count, place_of
from coursesite.assignments.services.reaching import lock
from coursesite.assignments.services.standings import Counted
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion


def end_sources(session: Session, assignment: Assignment, today: date) -> dict[str, int]:
    """Detach an ended assignment from its requirements; how many ended, rest or got a new date."""
    lock(session, assignment.plan)
    session.execute(
        sa.update(RequirementSource)
        .where(
            RequirementSource.assignment_id == assignment.id, RequirementSource.ended_on.is_(None)
        )
        .values(ended_on=today),
        execution_options={"synchronize_session": False},
    )
    rows = session.execute(_led_to_by(assignment.id)).all()
    states = {row.id: state_of(led_to=row.led_to, may_return=row.may_return) for row in rows}
    dates = _other_dates(session, assignment.id, today)
    _write(session, rows, states, dates)
    found = Counter(states[row.id] for row in rows if states[row.id] is not row.state)
    return {**{str(state): number for state, number in found.items()}, "moved": len(dates)}


def _write(
    session: Session,
    rows: Sequence[AnyRow],
    states: dict[int, RequirementState],
    dates: dict[int, date],
) -> None:
    requirements, moved, cancelled, changes = [], [], [], []
    for row in rows:
        due = dates.get(row.id, row.due_on)
        if states[row.id] is RequirementState.ENDED:
            due = None
            cancelled.append({"id": row.period_id, "cancelled_at": clock.now()})
        elif due != row.due_on:
            moved.append({"id": row.period_id, "due_on": due, "assignment_id": None})
        requirements.append({"id": row.id, "state": states[row.id], "due_on": due})
        changes.append((place_of(row), _place_after(row, states[row.id], due)))
    updates = (
        (Requirement, requirements),
        (Period, moved),
        (Period, [each for each in cancelled if each["id"]]),
    )
    for table, values in updates:
        if values:
            session.execute(sa.update(table), values)
    count(session, changes)


def _place_after(row: AnyRow, state: RequirementState, due: date | None) -> Counted | None:
    place = place_of(row)
    if place is None or state is not RequirementState.ACTIVE:
        return None
    return place._replace(due_on=due or date.max)


def _led_to_by(assignment_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
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
            _has_live_source(matching=True).label("led_to"),
            _has_live_source(matching=False).label("may_return"),
        )
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .outerjoin(Period, is_open_period())
        .where(
            RequirementSource.assignment_id == assignment_id,
            Requirement.state != RequirementState.ENDED,
        )
    )


def _has_live_source(*, matching: bool) -> sa.ColumnElement[bool]:
    source, assignment = aliased(RequirementSource), aliased(Assignment)
    found = (
        sa.select(source.requirement_id)
        .join(assignment, assignment.id == source.assignment_id)
        .where(source.requirement_id == Requirement.id, assignment.ended_at.is_(None))
    )
    if matching:
        found = found.where(source.ended_on.is_(None))
    return found.correlate(Requirement).exists()


def _other_dates(session: Session, assignment_id: int, today: date) -> dict[int, date]:
    """By the other assignments, the dates of those requirements that had theirs from this one."""
    dates: defaultdict[int, list[date]] = defaultdict(list)
    for row in session.execute(_others(assignment_id, today)):
        due = due_on(Due(row.due_rule, row.fixed_on, row.due_days), anchors_of(row, row.matched_on))
        if due is not None:
            dates[row.id].append(due)
    return {id: earliest_open(days, today) for id, days in dates.items()}


def _others(assignment_id: int, today: date) -> sa.Select[*tuple[Any, ...]]:
    """A date that somebody extended stays as it is."""
    extended = sa.exists().where(
        Extension.period_id == Period.id,
        Extension.granted.is_(True),
        Extension.taken_back_at.is_(None),
    )
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
        )
        .select_from(Requirement)
        .join(Period, is_open_period())
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .join(Person, Person.id == Requirement.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Period.assignment_id == assignment_id,
            RequirementSource.ended_on.is_(None),
            Assignment.ended_at.is_(None),
            ~extended,
        )
    )
