"""Changing what an assignment reminds of."""

from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.audit.services import Actor, record
from coursesite.reminding.models import AssignmentLadder
from coursesite.reminding.rules import Ladder, Level


def keep_ladder(
    session: Session, assignment: Assignment, ladder: Ladder, actor: Actor, *, enabled: bool
) -> None:
    """From the next day's reminders on, these steps hold; nothing is sent by this."""
    known = session.get(AssignmentLadder, assignment.id)
    before = _facts(known.ladder, known.enabled) if known else None
    session.merge(
        AssignmentLadder(
            assignment_id=assignment.id,
            enabled=enabled,
            own=list(ladder.own),
            manager=list(ladder.manager),
            above=list(ladder.above),
            since=ladder.since,
            changed_at=clock.now(),
        )
    )
    subject, after = ("assignment", assignment.id), _facts(ladder, enabled)
    record(session, "reminders-changed", actor, subject, before=before, after=after)
    session.flush()


def _facts(ladder: Ladder, enabled: bool) -> dict[str, Any]:
    days = {level.value: list(ladder.days(level)) for level in Level}
    since = {"since": ladder.since.isoformat()} if ladder.since else {}
    return {"enabled": enabled, **days, **since}
