"""Every requirement of a person in one question, with what explains it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

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
from coursesite.assignments.queries.led import days_away, is_extended
from coursesite.assignments.rules import Decision, RequirementState
from coursesite.people.models import Organisation, Person

Asking = sa.Select[*tuple[Any, ...]]

_other = aliased(Period)
_last_number = (
    sa.select(sa.func.max(_other.number))
    .where(_other.requirement_id == Requirement.id, _other.cancelled_at.is_(None))
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
_ruled = aliased(Extension)
_by_a_rule = sa.exists().where(_ruled.period_id == Period.id, _ruled.assignment_id.is_not(None))
_last_move = (
    sa.select(sa.func.max(Extension.id))
    .where(
        Extension.period_id == Period.id,
        Extension.granted.is_(True),
        Extension.taken_back_at.is_(None),
        sa.or_(Extension.leave_id.is_(None), is_extended(), ~_by_a_rule.correlate(Period)),
    )
    .correlate(Period)
    .scalar_subquery()
)
"""An absence beside a changed rule moves no date of its own: its days are in the rule's, `away`."""
_asked_until = (
    sa.select(sa.func.max(Extension.due_on))
    .where(Extension.period_id == Period.id, Extension.decided_at.is_(None))
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
_source, _leading, _subject = aliased(RequirementSource), aliased(Assignment), aliased(Person)
_sources = (
    sa.select(sa.literal(1))
    .select_from(_source)
    .join(_leading, _leading.id == _source.assignment_id)
    .where(_source.requirement_id == Requirement.id)
    .correlate(Requirement)
)
_unasked_since = _sources.with_only_columns(sa.func.max(_source.ended_on)).scalar_subquery()
_paused = _sources.where(_leading.paused_at.is_not(None), _leading.ended_at.is_(None)).exists()
_left_on = (
    sa.select(_subject.left_on)
    .where(_subject.id == Requirement.person_id)
    .correlate(Requirement)
    .scalar_subquery()
)
REQUIREMENTS: Asking = (
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
        _asked_until.label("asked_until"),
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
        sa.case((Extension.assignment_id.is_not(None), days_away()), else_=0).label("away"),
        _mover.given_name.label("moved_by_given"),
        _mover.family_name.label("moved_by_family"),
        Parked.decision,
        Parked.problem,
        Parked.decided_at,
        _decider.given_name.label("decided_by_given"),
        _decider.family_name.label("decided_by_family"),
        Organisation.time_zone,
        _completed_at.label("completed_at"),
        _unasked_since.label("unasked_since"),
        _paused.label("paused"),
        _left_on.label("left_on"),
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
            RequirementSource.assignment_id == Assignment.id,
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
ASKED = REQUIREMENTS.where(Requirement.state == RequirementState.ACTIVE)
