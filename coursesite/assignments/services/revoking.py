"""Revoking completions, which then must be done again, and restoring them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.queries.targets import find_target
from coursesite.assignments.rules import Progress, Reason, Validity
from coursesite.assignments.services.completing import (
    completed,
    find_open,
    find_requirement,
    next_period,
)
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.outcome import (
    NOT_ONESELF,
    Outcome,
    approver,
    checked,
    words,
)
from coursesite.assignments.services.reaching import today_of
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Forbidden, said
from coursesite.people.models import Organisation
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means

DAYS_TO_DO_AGAIN = 30
REVOKED_ALREADY = said("This was revoked already.")


def revoke_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """They count no more, and stay on record. What was learned here must be done again.

    What somebody had only entered is taken back: what it had closed is open as before.
    """
    reason, by_id = checked(reason), approver(actor)
    done, left_out = [], {}
    for each in completions:
        today = today_of(session, each.organisation_id)
        session.refresh(each)
        if each.person_id == by_id:
            left_out[each.person_id] = NOT_ONESELF
        elif each.revoked_at:
            left_out[each.person_id] = REVOKED_ALREADY
        else:
            _revoke(session, each, reason, actor, today)
            done.append(each.person_id)
    return Outcome(done, left_out)


def restore_completion(
    session: Session, completion: Completion, actor: Actor, *, reason: str
) -> None:
    """The revocation was a mistake: it counts again, if nothing better came meanwhile."""
    reason = words(reason)
    today_of(session, completion.organisation_id)
    session.refresh(completion)
    if completion.person_id == approver(actor):
        raise Forbidden(NOT_ONESELF)
    if completion.revoked_at is None:
        raise Conflict("This completion counts already.")
    before = {"revoked_reason": completion.revoked_reason}
    completion.revoked_at = completion.revoked_reason = None
    session.flush()
    _count_again(session, completion)
    facts, subject = _facts(completion), ("completion", completion.id)
    kind = "completion-restored"
    record(session, kind, actor, subject, before=before, after=facts, reason=reason)


def _revoke(
    session: Session, completion: Completion, reason: Reason, actor: Actor, today: date
) -> None:
    completion.revoked_at, completion.revoked_reason = clock.now(), reason.text
    session.flush()
    requirement = find_requirement(session, completion)
    period = _last_completed(session, requirement) if requirement else None
    if requirement and period and period.completion_id == completion.id:
        renewal = find_open(session, requirement)
        with counting(session, requirement):
            if renewal:
                renewal.cancelled_at = clock.now()
                session.flush()
            if completion.means is Means.LEARNED:
                _ask_again(session, requirement, completion, today)
            else:
                _reopen(session, requirement, period, today)
    after = {**_facts(completion), "reason_code": reason.code}
    subject = ("completion", completion.id)
    record(session, "completion-revoked", actor, subject, after=after, reason=reason.text)


def _ask_again(
    session: Session, requirement: Requirement, completion: Completion, today: date
) -> None:
    """Not before the day after it was completed: one day has one completion."""
    zone = session.get_one(Organisation, requirement.organisation_id).time_zone
    next_day = clock.day_of(completion.completed_at, zone) + timedelta(days=1)
    due_on = today + timedelta(days=DAYS_TO_DO_AGAIN)
    again = next_period(session, requirement, opens_on=max(today, next_day), due_on=due_on)
    again.assigned_on = today
    requirement.progress, requirement.due_on = Progress.REVOKED, due_on
    requirement.valid_until = requirement.grace_until = None


def _reopen(session: Session, requirement: Requirement, period: Period, today: date) -> None:
    """As it was before: the earlier validity if that still holds, else the open period."""
    period.cancelled_at = clock.now()
    session.flush()
    earlier = _last_completed(session, requirement)
    if earlier and Validity(earlier.valid_until, earlier.grace_until).covers(today):
        _hold(requirement, earlier)
        return
    period.cancelled_at = period.completed_at = period.completion_id = None
    period.valid_until = period.grace_until = None
    begun = _has_begun(session, requirement)
    requirement.progress = Progress.IN_PROGRESS if begun else Progress.NOT_STARTED
    requirement.due_on = period.due_on
    requirement.valid_until = earlier.valid_until if earlier else None
    requirement.grace_until = earlier.grace_until if earlier else None


def _count_again(session: Session, completion: Completion) -> None:
    requirement = find_requirement(session, completion)
    period = _last_completed(session, requirement) if requirement else None
    if requirement is None or period is None or period.completion_id != completion.id:
        completed(session, completion)
        return
    again = find_open(session, requirement)
    with counting(session, requirement):
        if again:
            again.cancelled_at = clock.now()
        _hold(requirement, period)


def _hold(requirement: Requirement, period: Period) -> None:
    requirement.progress, requirement.due_on = Progress.COMPLETED, None
    requirement.valid_until, requirement.grace_until = period.valid_until, period.grace_until


def _last_completed(session: Session, requirement: Requirement) -> Period | None:
    found = sa.select(Period).where(
        Period.requirement_id == requirement.id,
        Period.completed_at.is_not(None),
        Period.cancelled_at.is_(None),
    )
    return session.scalars(found.order_by(Period.number.desc())).first()


def _has_begun(session: Session, requirement: Requirement) -> bool:
    target = find_target(session, requirement.target_kind, requirement.target_slug)
    found = sa.select(ModuleRound.id).where(
        ModuleRound.person_id == requirement.person_id,
        ModuleRound.module_slug.in_(target.modules if target else ()),
        ModuleRound.completed_at.is_(None),
    )
    return session.scalars(found).first() is not None


def _facts(completion: Completion) -> dict[str, Any]:
    return {
        "person_id": completion.person_id,
        "target": f"{completion.target_kind}:{completion.target_slug}",
        "completed_at": completion.completed_at.isoformat(),
        "means": completion.means,
    }
