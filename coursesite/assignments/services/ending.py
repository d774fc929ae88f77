"""What an assignment that ends or rests leaves: what nothing else asks for ends, or rests too."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Period, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.queries.led import has_live_source, other_dates, requirement_columns
from coursesite.assignments.rules import RequirementState, earliest_open, state_of
from coursesite.assignments.services.counting import count, place_of
from coursesite.assignments.services.history import keep
from coursesite.assignments.services.moving import Move, Mover, record_moves
from coursesite.assignments.services.reaching import BATCH, lock
from coursesite.assignments.services.standings import Counted


def end_sources(
    session: Session, assignment: Assignment, today: date, mover: Mover
) -> dict[str, int]:
    """Detach an assignment from its requirements; how many ended, rest or got a new date."""
    lock(session, assignment.plan)
    session.execute(
        sa.update(RequirementSource)
        .where(
            RequirementSource.assignment_id == assignment.id, RequirementSource.ended_on.is_(None)
        )
        .values(ended_on=today),
        execution_options={"synchronize_session": False},
    )
    found: Counter[str] = Counter()
    after_id = 0
    while rows := session.execute(_led_to_by(assignment.id, after_id)).all():
        found += _detach(session, rows, today, mover)
        keep(session, assignment.organisation_id, [row.id for row in rows])
        after_id = rows[-1].id
    return dict(found)


def _detach(session: Session, rows: Sequence[AnyRow], today: date, mover: Mover) -> Counter[str]:
    states = {row.id: state_of(led_to=row.led_to, may_return=row.may_return) for row in rows}
    others = other_dates(session, mover.assignment_id, today, (rows[0].id, rows[-1].id))
    dates = {id: earliest_open(days, today) for id, days in others.items()}
    moves = _write(session, rows, states, dates)
    record_moves(session, moves, mover)
    found = Counter(str(states[row.id]) for row in rows if states[row.id] is not row.state)
    return found + Counter(moved=len(dates))


def _write(
    session: Session,
    rows: Sequence[AnyRow],
    states: dict[int, RequirementState],
    dates: dict[int, date],
) -> list[Move]:
    requirements, moved, cancelled, changes, moves = [], [], [], [], []
    for row in rows:
        due = dates.get(row.id, row.due_on)
        if states[row.id] is RequirementState.ENDED:
            due = None
            cancelled.append({"id": row.period_id, "cancelled_at": clock.now()})
        elif due != row.due_on:
            moved.append({"id": row.period_id, "due_on": due, "assignment_id": None})
            moves.append(Move(row.period_id, row.due_on, due))
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
    return moves


def _place_after(row: AnyRow, state: RequirementState, due: date | None) -> Counted | None:
    place = place_of(row)
    if place is None or state is not RequirementState.ACTIVE:
        return None
    return place._replace(due_on=due or date.max)


def _led_to_by(assignment_id: int, after_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *requirement_columns(),
            has_live_source(matching=True).label("led_to"),
            has_live_source(matching=False).label("may_return"),
        )
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .outerjoin(Period, is_open_period())
        .where(
            RequirementSource.assignment_id == assignment_id,
            Requirement.id > after_id,
            Requirement.state != RequirementState.ENDED,
        )
        .order_by(Requirement.id)
        .limit(BATCH)
    )
