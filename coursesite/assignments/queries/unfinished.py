"""Assignments of which something has not been carried out yet for all whom it concerns."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment
from coursesite.jobs.models import Task
from coursesite.jobs.rules import UNDER_WAY, TaskState

STOPPED = (TaskState.FAILED, TaskState.CANCELLED)


def unfinished(session: Session) -> set[int]:
    """Those of which a job has not reached everybody: it is under way, or stopped half-way."""
    return set(session.scalars(_with_task((*UNDER_WAY, *STOPPED))))


def stopped_half_way(session: Session) -> Sequence[int]:
    """Those of which nobody carries the rest out."""
    return session.scalars(_with_task(STOPPED).order_by(Assignment.id)).all()


def _with_task(states: Sequence[TaskState]) -> sa.Select[int]:
    return (
        sa.select(Assignment.id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.state.in_(states))
    )
