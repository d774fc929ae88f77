"""What an assignment that ends or rests leaves: what nothing else asks for ends, or rests too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Period, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.queries.led import (
    has_live_source,
    led_ids,
    other_dates,
    requirement_columns,
)
from coursesite.assignments.rules import RequirementState, earliest_open, state_of
from coursesite.assignments.services.counting import count, place_of
from coursesite.assignments.services.history import keep
from coursesite.assignments.services.moving import Move, Mover, record_moves
from coursesite.assignments.services.reaching import lock
from coursesite.assignments.services.standings import Counted


@dataclass(frozen=True)
class Some:
    """What one step did: up to whom, for how many, and to which effect by name."""

    last_id: int
    people: int
    numbers: Mapping[str, int]


def end_some(
    session: Session, assignment: Assignment, today: date, mover: Mover, page: tuple[int, int]
) -> Some | None:
    """Detach it from the requirements after an id, at most so many; None when there are no more."""
    ids = led_ids(session, assignment.id, page)
    if not ids:
        return None
    lock(session, ids)
    own = RequirementSource.assignment_id == assignment.id
    here = RequirementSource.requirement_id.between(ids[0], ids[-1])
    session.execute(
        sa.update(RequirementSource)
        .where(own, here, RequirementSource.ended_on.is_(None))
        .values(ended_on=today),
        execution_options={"synchronize_session": False},
    )
    rows = session.execute(_led_to_by(assignment.id, (ids[0], ids[-1]))).all()
    numbers = _detach(session, rows, today, mover) if rows else {}
    keep(session, assignment.organisation_id, [row.id for row in rows])
    session.expire_all()
    return Some(ids[-1], len(ids), numbers)


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


def _led_to_by(assignment_id: int, ids: tuple[int, int]) -> sa.Select[*tuple[Any, ...]]:
    """Those that stand, and those that have ended but for their open period.

    Whoever moves or leaves while an assignment ends in steps is brought into line by that.
    """
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
            Requirement.id.between(*ids),
            sa.or_(Requirement.state != RequirementState.ENDED, Period.id.is_not(None)),
        )
        .order_by(Requirement.id)
    )
