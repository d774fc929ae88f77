"""Who waits for a decision, as nobody could meet the date that an assignment gives them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Parked
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.rules import Decision, Effect, Reached

Pairs = Sequence[tuple[AnyRow, Reached]]


def waits(row: AnyRow) -> bool:
    """Whether a candidate is parked, and nobody has decided about them yet."""
    return row.parked_id is not None and row.decided_at is None


def write_parked(session: Session, assignment_id: int, reached: Pairs, assigned: Pairs) -> None:
    """Park whom the assignment cannot be given to; who is `assigned` waits no more.

    Whoever had waited, and then was reached no more, is parked anew: behind all who wait already.
    """
    now = clock.now()
    parked = [pair for pair in reached if pair[1].effect is Effect.PARKED]
    over = [row.parked_id for row, _ in parked if row.parked_id and not waits(row)]
    if over:
        session.execute(
            sa.delete(Parked).where(Parked.id.in_(over)),
            execution_options={"synchronize_session": False},
        )
    fresh = list(_newly_parked(assignment_id, parked, now))
    if fresh:
        session.execute(sa.insert(Parked), fresh)
    for changed in (list(_still_parked(parked)), list(_resolved(assigned, now))):
        if changed:
            session.execute(sa.update(Parked), changed)


def let_go(session: Session, person_id: int, assignment_ids: Collection[int]) -> None:
    """Nobody has to decide about somebody whom these assignments do not reach any more."""
    session.execute(
        sa.update(Parked)
        .where(
            Parked.person_id == person_id,
            Parked.assignment_id.in_(assignment_ids),
            Parked.decided_at.is_(None),
        )
        .values(decided_at=clock.now(), decision=Decision.RESOLVED),
        execution_options={"synchronize_session": "fetch"},
    )


def _newly_parked(assignment_id: int, parked: Pairs, now: datetime) -> Iterator[dict[str, Any]]:
    for row, reached in parked:
        if not waits(row):
            yield {
                "assignment_id": assignment_id,
                "person_id": row.person_id,
                "problem": reached.problem,
                "due_on": reached.due_on,
                "parked_at": now,
            }


def _still_parked(parked: Pairs) -> Iterator[dict[str, Any]]:
    for row, reached in parked:
        if waits(row):
            yield {"id": row.parked_id, "problem": reached.problem, "due_on": reached.due_on}


def _resolved(assigned: Pairs, now: datetime) -> Iterator[dict[str, Any]]:
    for row, _reached in assigned:
        if waits(row):
            yield {"id": row.parked_id, "decided_at": now, "decision": Decision.RESOLVED}
