"""What one person must do, why, by when, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    ContentRenewal,
    Leave,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.queries.text_changes import TextChange, changes_in
from coursesite.assignments.rules import (
    Cause,
    Facts,
    Progress,
    RequirementState,
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
    rows = session.execute(_REQUIREMENTS, {"person_id": person_id, "today": today}).all()
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
        facts=facts,
        standing=standing(facts, today),
        reason=row.reason or "",
        assigned_by=f"{row.given_name or ''} {row.family_name or ''}".strip(),
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
    completed_on = (
        row.completed_at.astimezone(ZoneInfo(row.time_zone)).date() if row.completed_at else None
    )
    first = row.valid_until is None
    return Facts(
        progress=row.progress,
        excuse=row.excuse,
        due_on=row.due_on,
        valid_until=row.valid_until,
        grace_until=row.grace_until,
        opens_on=row.opens_on,
        assigned_on=row.assigned_on,
        due_rule=row.due_rule if first else None,
        due_days=row.due_days if first else None,
        first_due_on=row.first_due_on,
        completed_on=completed_on,
        excused_until=row.excused_until,
    )


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
    .scalar_subquery()
)
_excused_until = (
    sa.select(sa.func.max(Leave.ends_on))
    .where(
        Leave.person_id == Requirement.person_id,
        Leave.excuse == Requirement.excuse,
        sa.or_(Leave.requirement_id.is_(None), Leave.requirement_id == Requirement.id),
        Leave.taken_back_at.is_(None),
        Leave.starts_on <= sa.bindparam("today", type_=sa.Date),
        Leave.ends_on >= sa.bindparam("today", type_=sa.Date),
    )
    .correlate(Requirement)
    .scalar_subquery()
)
_changes = (
    sa.select(sa.func.count())
    .select_from(ContentRenewal)
    .where(ContentRenewal.period_id == Period.id)
    .correlate(Period)
    .scalar_subquery()
)
_REQUIREMENTS = (
    sa.select(
        Requirement.id,
        Requirement.target_kind,
        Requirement.target_slug,
        Requirement.progress,
        Requirement.excuse,
        Requirement.due_on,
        Requirement.valid_until,
        Requirement.grace_until,
        Period.opens_on,
        Period.assigned_on,
        Period.first_due_on,
        Period.refresher,
        Period.cause,
        Period.id.label("period_id"),
        _changes.label("changes"),
        Assignment.due_rule,
        Assignment.due_days,
        Assignment.reason,
        Person.given_name,
        Person.family_name,
        Organisation.time_zone,
        _completed_at.label("completed_at"),
        _excused_until.label("excused_until"),
    )
    .select_from(Requirement)
    .join(Organisation, Organisation.id == Requirement.organisation_id)
    .outerjoin(
        Period, sa.and_(Period.requirement_id == Requirement.id, Period.number == _last_number)
    )
    .outerjoin(Assignment, Assignment.id == sa.func.coalesce(Period.assignment_id, _first_source))
    .outerjoin(Person, Person.id == Assignment.created_by_id)
    .where(
        Requirement.person_id == sa.bindparam("person_id"),
        Requirement.state == RequirementState.ACTIVE,
    )
    .order_by(Requirement.due_on.is_(None), Requirement.due_on, Requirement.valid_until)
)
