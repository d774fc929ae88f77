"""What one person must do, why, by when, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.queries.requirement_rows import ASKED, REQUIREMENTS, Asking
from coursesite.assignments.queries.text_changes import TextChange, changes_in
from coursesite.assignments.rules import (
    Cause,
    Decision,
    Facts,
    Given,
    Moved,
    Policy,
    Problem,
    Progress,
    RequirementState,
    Said,
    Shift,
    Standing,
    Unasked,
    explain,
    explain_unasked,
    standing,
)
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Required:
    """One target that a person must do; the reason is the assigner's own words, as plain text.

    `renewing` says that what is still valid can be done again now; `refresher` is what renews it
    in its place, if anything does. `changes` are those of texts that ask for it again.
    `asked_until` is the date that was asked for in place of the due date, while nobody has decided.
    `unasked` tells of one that is suspended or ended why it is.
    """

    requirement_id: int
    kind: TargetKind
    slug: str
    state: RequirementState
    facts: Facts
    standing: Standing
    reason: str
    assigned_by: str
    renewing: bool
    refresher: tuple[TargetKind, str] | None = None
    cause: Cause = Cause.ASSIGNED
    changes: Sequence[TextChange] = ()
    asked_until: date | None = None
    unasked: Unasked | None = None

    def explained(self, today: date) -> Said:
        """The sentence that explains how it stands, or why it is not asked any more."""
        if self.unasked is not None:
            return explain_unasked(self.unasked)
        return explain(self.facts, today)

    @property
    def changed(self) -> frozenset[str] | None:
        """The modules that are to be learned again, when only they are; None is all."""
        if self.cause is not Cause.CHANGED or any(each.modules is None for each in self.changes):
            return None
        return frozenset().union(*(each.modules or () for each in self.changes))


def requirements_of(session: Session, person_id: int, today: date) -> list[Required]:
    """Everything that is asked of a person now; what is due first comes first."""
    return _found(session, ASKED, person_id, today)


def all_requirements_of(session: Session, person_id: int, today: date) -> list[Required]:
    """The same, with all that was ever asked of them and is no more."""
    return _found(session, REQUIREMENTS, person_id, today)


def _found(session: Session, found: Asking, person_id: int, today: date) -> list[Required]:
    rows = session.execute(found, {"person_id": person_id, "today": today}).all()
    changed = [row.period_id for row in rows if row.changes]
    changes = changes_in(session, changed) if changed else {}
    return [_required(row, today, changes.get(row.period_id, ())) for row in rows]


def _required(row: AnyRow, today: date, changes: Sequence[TextChange]) -> Required:
    facts = _facts(row)
    still_to_do = row.progress in {Progress.NOT_STARTED, Progress.IN_PROGRESS}
    return Required(
        requirement_id=row.id,
        kind=row.target_kind,
        slug=row.target_slug,
        state=row.state,
        facts=facts,
        standing=standing(facts, today),
        reason=row.reason or "",
        assigned_by=_called(row, "assigned_by"),
        renewing=row.valid_until is not None and still_to_do,
        refresher=_refresher(row) if still_to_do else None,
        cause=row.cause or Cause.ASSIGNED,
        changes=changes if still_to_do else (),
        asked_until=row.asked_until,
        unasked=None if row.state is RequirementState.ACTIVE else _unasked(row),
    )


def _unasked(row: AnyRow) -> Unasked:
    return Unasked(row.state, row.unasked_since, row.left_on, paused=row.paused)


def _refresher(row: AnyRow) -> tuple[TargetKind, str] | None:
    if row.refresher is None:
        return None
    kind, slug = row.refresher.split(":", 1)
    return TargetKind(kind), slug


def _facts(row: AnyRow) -> Facts:
    completed_on = _day(row, row.completed_at) if row.completed_at else None
    first, moved = row.valid_until is None, _moved(row)
    rule, days = row.given_rule, row.given_days
    if rule is None or (moved and moved.shift is Shift.RULE):
        rule, days = row.due_rule, row.due_days
    return Facts(
        progress=row.progress,
        excuse=row.excuse,
        due_on=row.due_on,
        valid_until=row.valid_until,
        grace_until=row.grace_until,
        opens_on=row.opens_on,
        assigned_on=row.assigned_on,
        due_rule=rule if first else None,
        due_days=days if first else None,
        first_due_on=row.first_due_on,
        completed_on=completed_on,
        excused_until=row.excused_until,
        excused_by=_called(row, "excused_by"),
        excused_why=row.excused_why or "",
        assigned_by=_called(row, "assigned_by"),
        given=None if moved and moved.shift is Shift.RULE else _given(row),
        moved=moved,
        away=row.away,
        **_terms(row.policy),
    )


def _given(row: AnyRow) -> Given | None:
    """What a manager decided, if the assignment reached them with an impossible date."""
    if row.decision is None or row.decided_at is None:
        return None
    problem, on = Problem(row.problem), _day(row, row.decided_at)
    return Given(Decision(row.decision), problem, _called(row, "decided_by"), on)


def _day(row: AnyRow, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(row.time_zone)).date()


def _moved(row: AnyRow) -> Moved | None:
    """What moved the date, if anything on record did."""
    if row.moved_why is None:
        return None
    shift = Shift.EXTENSION
    if row.moved_assignment_id is not None:
        shift = Shift.RULE
    if row.moved_leave_id is not None:
        shift = Shift.ABSENCE
    return Moved(shift, _called(row, "moved_by"), row.moved_why)


def _terms(policy: dict[str, Any] | None) -> dict[str, Any]:
    terms = Policy.from_json(policy).terms if policy else None
    return {"months": terms.months, "expiry": terms.mode} if terms else {}


def _called(row: AnyRow, who: str) -> str:
    given, family = (getattr(row, f"{who}_{part}") for part in ("given", "family"))
    return f"{given or ''} {family or ''}".strip()
