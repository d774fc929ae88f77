"""What was done long before counts, although it has expired, once there is no time left.

Before that day it closes nothing: there is still time to do it. See `completed`.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import Excuse, Progress, RequirementState
from coursesite.assignments.services.by_days import everywhere
from coursesite.assignments.services.completing import completed
from coursesite.assignments.services.reaching import today_of
from coursesite.assignments.services.renewing import open_due
from coursesite.progress.models import Completion

MANY = 500


def count_lapsed(session: Session) -> int:
    """Let the latest completion count of everybody who is late with the first round; how many."""
    return everywhere(session, lapsed_there, count_some_lapsed)


def lapsed_there(session: Session, organisation_id: int) -> Iterator[Sequence[int]]:
    """The requirements of an organisation for which that may be so, some at a time; only read."""
    today = today_of(session, organisation_id, locked=False)
    found = _late(organisation_id, today).with_only_columns(Requirement.id)
    ids = session.scalars(found).all()
    for first in range(0, len(ids), MANY):
        yield ids[first : first + MANY]


def count_some_lapsed(session: Session, organisation_id: int, ids: Sequence[int]) -> int:
    """Of these, close the round that is late, and open the renewal that is late instead."""
    today = today_of(session, organisation_id)
    found = _late(organisation_id, today).where(Requirement.id.in_(ids))
    held = session.scalars(found.with_for_update()).all()
    done = _latest(session, [each.id for each in held])
    for each in held:
        completed(session, done[each.id])
    open_due(session, held, today)
    return len(held)


def _late(organisation_id: int, today: date) -> sa.Select[Requirement]:
    """Nothing was valid before, and somebody whom nothing excuses had completed it once."""
    done = sa.exists().where(*_of_requirement()).correlate(Requirement)
    return (
        sa.select(Requirement)
        .where(
            Requirement.organisation_id == organisation_id,
            Requirement.due_on < today,
            Requirement.state != RequirementState.ENDED,
            Requirement.excuse == Excuse.NONE,
            Requirement.progress.in_((Progress.NOT_STARTED, Progress.IN_PROGRESS)),
            Requirement.valid_until.is_(None),
            done,
        )
        .order_by(Requirement.id)
    )


def _latest(session: Session, ids: Sequence[int]) -> dict[int, Completion]:
    found = (
        sa.select(Requirement.id, Completion)
        .join(Completion, sa.and_(*_of_requirement()))
        .where(Requirement.id.in_(ids))
        .order_by(Completion.completed_at, Completion.id)
    )
    return {row.id: row.Completion for row in session.execute(found)}


def _of_requirement() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Completion.person_id == Requirement.person_id,
        Completion.target_kind == Requirement.target_kind,
        Completion.target_slug == Requirement.target_slug,
        Completion.revoked_at.is_(None),
    )
