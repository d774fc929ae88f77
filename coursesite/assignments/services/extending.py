"""Later due dates: asked for by learners, given by those who look after them, taken back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension, Leave, Period, Requirement
from coursesite.assignments.queries.resting import last_completed, open_periods
from coursesite.assignments.queries.text_changes import changed_by
from coursesite.assignments.rules import Reason, ReasonCode, Validity, days_still, held, may_extend
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.outcome import (
    NOT_ONESELF,
    DatesWrong,
    Outcome,
    approver,
    checked,
    iso,
    words,
)
from coursesite.assignments.services.reaching import today_of
from coursesite.assignments.services.refusals import HOLDS_NO_MORE, LATER_FIRST
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Forbidden, said

NOT_OPEN = said("There is nothing to finish at the moment.")
NOT_LATER = said("The new date must lie after the one that holds now, and must not have passed.")


def ask_extension(
    session: Session, requirement: Requirement, due_on: date, text: str, actor: Actor
) -> Extension:
    """The learner asks for a later date; nothing moves before somebody has decided."""
    today = today_of(session, requirement.organisation_id)
    period = open_periods(session, [requirement.id]).get(requirement.id)
    if period is None:
        raise Conflict(NOT_OPEN)
    if _waits(session, period):
        raise Conflict("You have asked already; nobody has decided yet.")
    if not may_extend(due_on, period.due_on, today):
        raise DatesWrong(NOT_LATER)
    asked = Extension(
        period_id=period.id,
        due_on=due_on,
        reason_code=ReasonCode.OTHER,
        reason=words(text),
        asked_by_id=approver(actor),
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    after = _facts(requirement, asked)
    record(session, "extension-asked", actor, _subject(asked), after=after, reason=asked.reason)
    return asked


def give_extension(
    session: Session, held: Sequence[Requirement], due_on: date, reason: Reason, actor: Actor
) -> Outcome:
    """A later date for the open periods of these requirements, which are of one organisation."""
    reason, giver = checked(reason), approver(actor)
    today = today_of(session, held[0].organisation_id) if held else date.max
    periods = open_periods(session, [each.id for each in held])
    made, left_out = {}, {}
    with counting(session, *held):
        for each in held:
            why = _why_not(each, periods.get(each.id), due_on, (giver, today))
            if why:
                left_out[each.person_id] = why
                continue
            given = _given(periods[each.id], due_on, reason, giver)
            _carry_out(session, each, periods[each.id], given, ("extension-given", actor))
            made[each.person_id] = given.id
    return Outcome(list(made), left_out, made)


def decide_extension(
    session: Session, asked: Extension, actor: Actor, *, granted: bool, reason: str
) -> None:
    """Grant what was asked for, or refuse it."""
    reason, decider = words(reason), approver(actor)
    requirement, period = _of(session, asked)
    today = today_of(session, requirement.organisation_id)
    if asked.asked_by_id == decider:
        raise Forbidden(NOT_ONESELF)
    if granted and not _is_open(period):
        raise Conflict(NOT_OPEN)
    if granted and not may_extend(asked.due_on, period.due_on, today):
        raise Conflict(NOT_LATER)
    _claim(session, asked)
    asked.granted, asked.decided_reason = granted, reason
    asked.decided_by_id, asked.decided_at = decider, clock.now()
    if not granted:
        facts = _facts(requirement, asked)
        record(session, "extension-refused", actor, _subject(asked), after=facts, reason=reason)
        return
    asked.previous_due_on = period.due_on
    with counting(session, requirement):
        _carry_out(session, requirement, period, asked, ("extension-granted", actor))


def take_back_extension(session: Session, given: Extension, actor: Actor, *, reason: str) -> None:
    """The date moves back by as many days; later extensions must be taken back first."""
    reason = words(reason)
    requirement, period = _of(session, given)
    today_of(session, requirement.organisation_id)
    session.refresh(given)
    if requirement.person_id == approver(actor):
        raise Forbidden(NOT_ONESELF)
    if not given.granted or given.taken_back_at or given.leave_id or given.assignment_id:
        raise Conflict(HOLDS_NO_MORE)
    if _has_later(session, given):
        raise Conflict(LATER_FIRST)
    before = {"due_on": iso(period.due_on)}
    with counting(session, requirement):
        undo(session, requirement, period, given)
    mark_taken_back(given, approver(actor), reason)
    record(
        session,
        "extension-taken-back",
        actor,
        _subject(given),
        before=before,
        after=_facts(requirement, given) | {"due_on": iso(period.due_on)},
        reason=reason,
    )


def move_for(session: Session, requirement: Requirement, period: Period, leave: Leave) -> None:
    """Move the date by the days of an absence that is over; inside of counting()."""
    days = days_still(leave.rest, period.assigned_on)
    if not days:
        return
    reason = Reason(leave.reason_code, leave.reason)
    due_on = period.due_on + timedelta(days=days)
    moved = _given(period, due_on, reason, leave.approved_by_id)
    moved.leave_id = leave.id
    site = Actor(None, requirement.organisation_id, "site")
    _carry_out(session, requirement, period, moved, ("due-date-moved", site))


def undo(session: Session, requirement: Requirement, period: Period, given: Extension) -> None:
    """Move the date back by as many days, if it still matters; inside of counting()."""
    if _is_open(period):
        _move(session, requirement, period, period.due_on - timedelta(days=given.days))


def _why_not(
    requirement: Requirement, period: Period | None, due_on: date, whom: tuple[int, date]
) -> str | None:
    giver, today = whom
    if requirement.person_id == giver:
        return NOT_ONESELF
    if period is None:
        return NOT_OPEN
    return None if may_extend(due_on, period.due_on, today) else NOT_LATER


def _given(period: Period, due_on: date, reason: Reason, giver: int) -> Extension:
    now = clock.now()
    return Extension(
        period_id=period.id,
        due_on=due_on,
        previous_due_on=period.due_on,
        reason_code=reason.code,
        reason=reason.text,
        asked_by_id=giver,
        asked_at=now,
        decided_by_id=giver,
        decided_at=now,
        granted=True,
    )


def _carry_out(
    session: Session,
    requirement: Requirement,
    period: Period,
    given: Extension,
    what: tuple[str, Actor],
) -> None:
    (kind, actor), before = what, {"due_on": iso(period.due_on)}
    session.add(given)
    _move(session, requirement, period, given.due_on)
    session.flush()
    after, reason = _facts(requirement, given), given.decided_reason or given.reason
    record(session, kind, actor, _subject(given), before=before, after=after, reason=reason)


def _move(session: Session, requirement: Requirement, period: Period, due_on: date) -> None:
    """Whoever renews later is in grace until then."""
    period.due_on = requirement.due_on = due_on
    if requirement.valid_until is not None:
        last = last_completed(session, requirement.id)
        before = Validity(last.valid_until, last.grace_until) if last else Validity()
        validity = held(before, due_on=due_on, changed_by=changed_by(session, period.id))
        requirement.grace_until = validity.grace_until


def _of(session: Session, extension: Extension) -> tuple[Requirement, Period]:
    """Both as they are now, and nobody else changes them meanwhile."""
    period = session.get_one(Period, extension.period_id, populate_existing=True)
    requirement = session.get_one(
        Requirement, period.requirement_id, populate_existing=True, with_for_update=True
    )
    return requirement, period


def _claim(session: Session, asked: Extension) -> None:
    """Only one decision is taken."""
    waiting = sa.and_(Extension.id == asked.id, Extension.decided_at.is_(None))
    decided = sa.update(Extension).where(waiting).values(decided_at=clock.now())
    if session.execute(decided.returning(Extension.id)).first() is None:
        raise Conflict("Somebody has decided about this already.")


def _waits(session: Session, period: Period) -> bool:
    waiting = sa.select(Extension.id).where(
        Extension.period_id == period.id, Extension.decided_at.is_(None)
    )
    return session.scalars(waiting).first() is not None


def _has_later(session: Session, given: Extension) -> bool:
    later = sa.select(Extension.id).where(
        Extension.period_id == given.period_id,
        Extension.decided_at > given.decided_at,
        Extension.granted.is_(True),
        Extension.leave_id.is_(None),
        Extension.assignment_id.is_(None),
        Extension.taken_back_at.is_(None),
    )
    return session.scalars(later).first() is not None


def mark_taken_back(row: Extension | Leave, by_id: int, reason: str) -> None:
    row.taken_back_at, row.taken_back_by_id, row.taken_back_reason = clock.now(), by_id, reason


def _is_open(period: Period) -> bool:
    return period.completed_at is None and period.cancelled_at is None


def _subject(extension: Extension) -> tuple[str, object]:
    return ("extension", extension.id)


def _facts(requirement: Requirement, extension: Extension) -> dict[str, Any]:
    return {
        "person_id": requirement.person_id,
        "target": f"{requirement.target_kind}:{requirement.target_slug}",
        "due_on": iso(extension.due_on),
        "reason_code": extension.reason_code,
        "leave_id": extension.leave_id,
    }
