"""What one person must do, why, by when, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    ContentRenewal,
    Extension,
    Leave,
    Parked,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow
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
    Shift,
    Standing,
    standing,
)
from coursesite.people.models import Organisation, Person
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Required:
    """One target that a person must do; the reason is the assigner's own words, as plain text.

    `renewing` says that what is still valid can be done again now; `refresher` is what renews it
    in its place, if anything does. `changes` are those of texts that ask for it again.
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

    @property
    def changed(self) -> frozenset[str] | None:
        """The modules that are to be learned again, when only they are; None is all."""
        if self.cause is not Cause.CHANGED or any(each.modules is None for each in self.changes):
            return None
        return frozenset().union(*(each.modules or () for each in self.changes))


def requirements_of(session: Session, person_id: int, today: date) -> list[Required]:
    """Everything that is asked of a person now; what is due first comes first."""
    return _found(session, _ASKED, person_id, today)


def all_requirements_of(session: Session, person_id: int, today: date) -> list[Required]:
    """The same, with all that was ever asked of them and is no more."""
    return _found(session, _REQUIREMENTS, person_id, today)


_Asking = sa.Select[*tuple[Any, ...]]


def _found(session: Session, found: _Asking, person_id: int, today: date) -> list[Required]:
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
    )


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


_other = aliased(Period)
_last_number = (
    sa.select(sa.func.max(_other.number))
    .where(_other.requirement_id == Requirement.id)
    .scalar_subquery()
)
_completed_at = (
    sa.select(sa.func.max(_other.completed_at))
    .where(_other.requirement_id == Requirement.id, _other.cancelled_at.is_(None))
    .scalar_subquery()
)
_first_source = (
    sa.select(sa.func.min(RequirementSource.assignment_id))
    .where(RequirementSource.requirement_id == Requirement.id, RequirementSource.ended_on.is_(None))
    .correlate(Requirement)
    .scalar_subquery()
)
_by, _approver, _mover = aliased(Person), aliased(Person), aliased(Person)
_decider = aliased(Person)
_excusing = (
    sa.select(Leave.id)
    .where(
        Leave.person_id == Requirement.person_id,
        Leave.excuse == Requirement.excuse,
        sa.or_(Leave.requirement_id.is_(None), Leave.requirement_id == Requirement.id),
        Leave.taken_back_at.is_(None),
        Leave.starts_on <= sa.bindparam("today", type_=sa.Date),
        sa.or_(Leave.ends_on.is_(None), Leave.ends_on >= sa.bindparam("today", type_=sa.Date)),
    )
    .order_by(Leave.ends_on.is_(None).desc(), Leave.ends_on.desc(), Leave.id.desc())
    .limit(1)
    .correlate(Requirement)
    .scalar_subquery()
)
_last_move = (
    sa.select(sa.func.max(Extension.id))
    .where(
        Extension.period_id == Period.id,
        Extension.granted.is_(True),
        Extension.taken_back_at.is_(None),
    )
    .correlate(Period)
    .scalar_subquery()
)
_changes = (
    sa.select(sa.func.count())
    .select_from(ContentRenewal)
    .where(ContentRenewal.period_id == Period.id)
    .correlate(Period)
    .scalar_subquery()
)
_REQUIREMENTS: _Asking = (
    sa.select(
        Requirement.id,
        Requirement.target_kind,
        Requirement.target_slug,
        Requirement.state,
        Requirement.progress,
        Requirement.excuse,
        Requirement.due_on,
        Requirement.valid_until,
        Requirement.grace_until,
        Period.opens_on,
        sa.func.coalesce(RequirementSource.matched_on, Period.assigned_on).label("assigned_on"),
        Period.first_due_on,
        Period.policy,
        Period.refresher,
        Period.cause,
        Period.id.label("period_id"),
        _changes.label("changes"),
        Assignment.due_rule,
        Assignment.due_days,
        RequirementSource.due_rule.label("given_rule"),
        RequirementSource.due_days.label("given_days"),
        Assignment.reason,
        _by.given_name.label("assigned_by_given"),
        _by.family_name.label("assigned_by_family"),
        Leave.ends_on.label("excused_until"),
        Leave.reason.label("excused_why"),
        _approver.given_name.label("excused_by_given"),
        _approver.family_name.label("excused_by_family"),
        sa.func.coalesce(Extension.decided_reason, Extension.reason).label("moved_why"),
        Extension.leave_id.label("moved_leave_id"),
        Extension.assignment_id.label("moved_assignment_id"),
        _mover.given_name.label("moved_by_given"),
        _mover.family_name.label("moved_by_family"),
        Parked.decision,
        Parked.problem,
        Parked.decided_at,
        _decider.given_name.label("decided_by_given"),
        _decider.family_name.label("decided_by_family"),
        Organisation.time_zone,
        _completed_at.label("completed_at"),
    )
    .select_from(Requirement)
    .join(Organisation, Organisation.id == Requirement.organisation_id)
    .outerjoin(
        Period, sa.and_(Period.requirement_id == Requirement.id, Period.number == _last_number)
    )
    .outerjoin(Assignment, Assignment.id == sa.func.coalesce(Period.assignment_id, _first_source))
    .outerjoin(_by, _by.id == Assignment.created_by_id)
    .outerjoin(
        RequirementSource,
        sa.and_(
            RequirementSource.requirement_id == Requirement.id,
            RequirementSource.assignment_id == Period.assignment_id,
        ),
    )
    .outerjoin(Leave, Leave.id == _excusing)
    .outerjoin(_approver, _approver.id == Leave.approved_by_id)
    .outerjoin(Extension, Extension.id == _last_move)
    .outerjoin(_mover, _mover.id == Extension.decided_by_id)
    .outerjoin(
        Parked,
        sa.and_(
            Parked.assignment_id == Period.assignment_id,
            Parked.person_id == Requirement.person_id,
            Parked.decision.in_((Decision.ASSIGN_ANYWAY, Decision.NEW_DATE)),
        ),
    )
    .outerjoin(_decider, _decider.id == Parked.decided_by_id)
    .where(Requirement.person_id == sa.bindparam("person_id"))
    .order_by(Requirement.due_on.is_(None), Requirement.due_on, Requirement.valid_until)
)
_ASKED = _REQUIREMENTS.where(Requirement.state == RequirementState.ACTIVE)
