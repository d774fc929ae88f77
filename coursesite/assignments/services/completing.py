"""Beginning and completing what is required; opening renewals."""

from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Parked, Period, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.queries.targets import find_target
from coursesite.assignments.rules import (
    ExpiryMode,
    Progress,
    RequirementState,
    Terms,
    Validity,
    refresher_of,
    renewal_opens_on,
    strictest,
    validity_of,
)
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.reaching import today_of
from coursesite.people.models import Organisation
from coursesite.people.services import people_changed
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind


def started(session: Session, person_id: int, targets: Collection[tuple[TargetKind, str]]) -> None:
    """The person has begun with these paths and modules; again does nothing."""
    keys = [f"{kind}:{slug}" for kind, slug in targets]
    refreshed = sa.select(Period.requirement_id).where(
        Period.requirement_id == Requirement.id, is_open_period(), Period.refresher.in_(keys)
    )
    itself = sa.tuple_(Requirement.target_kind, Requirement.target_slug).in_(list(targets))
    begun = session.scalars(
        sa.select(Requirement)
        .where(
            Requirement.person_id == person_id,
            Requirement.progress == Progress.NOT_STARTED,
            sa.or_(itself, refreshed.exists()),
        )
        .order_by(Requirement.id)
        .with_for_update()
    ).all()
    with counting(session, *begun):
        for requirement in begun:
            requirement.progress = Progress.IN_PROGRESS


def completed(session: Session, completion: Completion) -> Validity:
    """Close the open period with this completion; how long what was completed is valid.

    A completion from before the period opened closes it only if it is still valid. Where no
    period is open, a repetition counts if it is valid for longer than what stood before.
    """
    today, completed_on = _days(session, completion)
    _wake_those_who_waited(session, completion)
    requirement = find_requirement(session, completion)
    if requirement is None:
        return validity_of(_own_terms(session, completion), completed_on)
    stored = Validity(requirement.valid_until, requirement.grace_until)
    if _counts_already(session, requirement, completion):
        return stored
    period = find_open(session, requirement)
    validity = _validity(session, requirement, period, completion, completed_on)
    if period is None and not _is_better(requirement, stored, validity):
        return stored
    if period is None:
        period = _repetition(session, requirement, completed_on)
    elif completed_on < period.opens_on and not validity.covers(today):
        return validity
    _close(session, requirement, period, completion, validity)
    return validity


def renewed_by(session: Session, completion: Completion) -> list[Requirement]:
    """What a completion renews as its refresher; the renewal must have opened by that day."""
    _today, completed_on = _days(session, completion)
    found = (
        sa.select(Requirement)
        .join(Period, is_open_period())
        .where(
            Requirement.person_id == completion.person_id,
            Requirement.state != RequirementState.ENDED,
            Period.refresher == f"{completion.target_kind}:{completion.target_slug}",
            Period.opens_on <= completed_on,
        )
        .order_by(Requirement.id)
    )
    return list(session.scalars(found))


def open_renewals(session: Session) -> int:
    """Open the next period of everybody whose window has begun; how many."""
    opened = 0
    for organisation_id in session.scalars(sa.select(Organisation.id)).all():
        today = today_of(session, organisation_id)
        due = _renewable(session, organisation_id, today)
        with counting(session, *due):
            for requirement, opens_on in due.items():
                _open_renewal(session, requirement, opens_on, today)
        opened += len(due)
    return opened


def _validity(
    session: Session,
    requirement: Requirement,
    period: Period | None,
    completion: Completion,
    completed_on: date,
) -> Validity:
    """By the strictest terms. Only what was done in the renewal's window renews."""
    old = requirement.valid_until
    found = []
    for terms in _terms(session, requirement) or [_own_terms(session, completion)]:
        opens_on = period.opens_on if period else _window_opens_on(old, terms)
        renews = opens_on is not None and completed_on >= opens_on
        found.append(validity_of(terms, completed_on, old if renews else None))
    return strictest(found)


def _window_opens_on(valid_until: date | None, terms: Terms) -> date | None:
    return renewal_opens_on(valid_until, terms.window_days) if valid_until else None


def _is_better(requirement: Requirement, stored: Validity, validity: Validity) -> bool:
    if requirement.progress is Progress.REVOKED:
        return True
    if stored.valid_until is None:
        return False
    return validity.valid_until is None or validity.valid_until > stored.valid_until


def _close(
    session: Session,
    requirement: Requirement,
    period: Period,
    completion: Completion,
    validity: Validity,
) -> None:
    period.completed_at, period.completion_id = completion.completed_at, completion.id
    period.valid_until, period.grace_until = validity.valid_until, validity.grace_until
    with counting(session, requirement):
        requirement.progress, requirement.due_on = Progress.COMPLETED, None
        requirement.valid_until = validity.valid_until
        requirement.grace_until = validity.grace_until


def _repetition(session: Session, requirement: Requirement, completed_on: date) -> Period:
    period = next_period(session, requirement, opens_on=completed_on, due_on=completed_on)
    period.assigned_on = completed_on
    return period


def _open_renewal(session: Session, requirement: Requirement, opens_on: date, today: date) -> None:
    if requirement.valid_until is None:
        return
    until = requirement.valid_until
    period = next_period(session, requirement, opens_on=opens_on, due_on=until)
    period.assigned_on = today
    period.refresher = refresher_of(period.number, _terms(session, requirement))
    requirement.progress, requirement.due_on = Progress.NOT_STARTED, until


def next_period(
    session: Session, requirement: Requirement, *, opens_on: date, due_on: date
) -> Period:
    last = sa.select(sa.func.max(Period.number)).where(Period.requirement_id == requirement.id)
    period = Period(
        requirement_id=requirement.id,
        number=(session.scalar(last) or 0) + 1,
        opens_on=opens_on,
        due_on=due_on,
        first_due_on=due_on,
    )
    session.add(period)
    return period


def _renewable(session: Session, organisation_id: int, today: date) -> dict[Requirement, date]:
    """The completed requirements whose window is open, with the day on which it opened."""
    widest = sa.select(sa.func.max(Assignment.window_days)).where(
        Assignment.organisation_id == organisation_id, Assignment.ended_at.is_(None)
    )
    horizon = today + timedelta(days=session.scalar(widest) or 0)
    completed_ = (
        sa.select(Requirement)
        .where(
            Requirement.organisation_id == organisation_id,
            Requirement.state == RequirementState.ACTIVE,
            Requirement.progress == Progress.COMPLETED,
            Requirement.valid_until <= horizon,
        )
        .order_by(Requirement.id)
    )
    requirements = session.scalars(completed_.with_for_update()).all()
    windows = _windows(session, completed_)
    opened = {
        each: renewal_opens_on(each.valid_until, windows.get(each.id, 0))
        for each in requirements
        if each.valid_until
    }
    return {each: day for each, day in opened.items() if day <= today}


def _windows(session: Session, requirements: sa.Select[Requirement]) -> dict[int, int]:
    """The widest window of the assignments that lead to each."""
    ids = requirements.with_only_columns(Requirement.id).order_by(None)
    widest = sa.func.max(Assignment.window_days)
    found = (
        sa.select(RequirementSource.requirement_id, widest)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(
            RequirementSource.requirement_id.in_(ids),
            RequirementSource.ended_on.is_(None),
            Assignment.ended_at.is_(None),
        )
        .group_by(RequirementSource.requirement_id)
    )
    return dict(iter(session.execute(found)))


def _wake_those_who_waited(session: Session, completion: Completion) -> None:
    """Somebody may be parked until this was completed: then look again at what reaches them."""
    waited = (
        sa.select(Parked.id)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .where(
            Parked.person_id == completion.person_id,
            Parked.decided_at.is_(None),
            Assignment.due_target == completion.target_slug,
        )
    )
    if session.scalars(waited).first() is not None:
        people_changed(session, completion.person_id)


def find_requirement(session: Session, completion: Completion) -> Requirement | None:
    return session.scalars(
        sa.select(Requirement)
        .where(
            Requirement.person_id == completion.person_id,
            Requirement.target_kind == completion.target_kind,
            Requirement.target_slug == completion.target_slug,
            Requirement.state != RequirementState.ENDED,
        )
        .with_for_update()
    ).one_or_none()


def find_open(session: Session, requirement: Requirement) -> Period | None:
    return session.scalars(
        sa.select(Period).where(
            Period.requirement_id == requirement.id,
            Period.completed_at.is_(None),
            Period.cancelled_at.is_(None),
        )
    ).one_or_none()


def _counts_already(session: Session, requirement: Requirement, completion: Completion) -> bool:
    found = sa.select(Period.id).where(
        Period.requirement_id == requirement.id,
        Period.completion_id == completion.id,
        Period.cancelled_at.is_(None),
    )
    return session.scalars(found).first() is not None


def _terms(session: Session, requirement: Requirement) -> list[Terms]:
    """Of the assignments that lead to the requirement, or while none does, of those that may."""
    found = (
        sa.select(Assignment, RequirementSource.ended_on)
        .join(RequirementSource, RequirementSource.assignment_id == Assignment.id)
        .where(RequirementSource.requirement_id == requirement.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    rows = session.execute(found).all()
    leading = [assignment.terms for assignment, ended_on in rows if ended_on is None]
    return leading or [assignment.terms for assignment, _ended_on in rows]


def _own_terms(session: Session, completion: Completion) -> Terms:
    """What a path says itself, for those who were not assigned it."""
    target = find_target(session, completion.target_kind, completion.target_slug)
    return Terms(target.valid_months if target else None, mode=ExpiryMode.COMPLETION)


def _days(session: Session, completion: Completion) -> tuple[date, date]:
    """Today, and the day of the completion, where the organisation is."""
    zone = sa.select(Organisation.time_zone).where(Organisation.id == completion.organisation_id)
    time_zone = session.scalars(zone).one()
    completed_on = completion.completed_at.astimezone(ZoneInfo(time_zone)).date()
    return clock.today(time_zone), completed_on
