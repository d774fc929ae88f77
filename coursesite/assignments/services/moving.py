"""Keeping on record that the end or the change of an assignment moved due dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension
from coursesite.assignments.rules import ReasonCode


@dataclass(frozen=True)
class Mover:
    """The assignment that moved dates, who did it, and why."""

    assignment_id: int
    by_id: int
    reason: str


@dataclass(frozen=True)
class Move:
    """The due date of an open period, before and after."""

    period_id: int
    before: date
    after: date


def record_moves(session: Session, moves: Sequence[Move], mover: Mover) -> None:
    """The dates themselves are written by who moves them."""
    if not moves:
        return
    now = clock.now()
    decided = {
        "assignment_id": mover.assignment_id,
        "reason_code": ReasonCode.OTHER,
        "reason": mover.reason,
        "asked_by_id": mover.by_id,
        "asked_at": now,
        "decided_by_id": mover.by_id,
        "decided_at": now,
        "granted": True,
    }
    rows = [
        {
            **decided,
            "period_id": each.period_id,
            "previous_due_on": each.before,
            "due_on": each.after,
        }
        for each in moves
    ]
    session.execute(sa.insert(Extension), rows)
