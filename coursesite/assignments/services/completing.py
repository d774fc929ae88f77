"""Beginning and completing what is required."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.rules import (
    FOLLOWED,
    Cause,
    Policy,
    Progress,
    Renewal,
    Validity,
    granted,
    validity_of,
)
from coursesite.assignments.services.book import Book, book_of
from coursesite.assignments.services.correcting import late, note_late
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.renewing import next_period, open_due
from coursesite.assignments.services.resting import bring_up
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

    A completion from before the period opened closes it only if it is still valid, or if the
    period is overdue: then what was done last has expired. Where no period is open, a repetition
    counts if it is valid for longer than what stood before.
    """
    today, completed_on = _days(session, completion)
    book = book_of(session)
    if book.waits(completion.person_id, completion.target_slug):
        people_changed(session, completion.person_id)
    requirement = find_requirement(session, completion)
    if requirement is None:
        own = book.own_policy(completion.target_kind, completion.target_slug)
        return validity_of(own.terms, completed_on)
    if book.closed_by(requirement.id, completion.id):
        return Validity(requirement.valid_until, requirement.grace_until)
    catch_up(session, requirement, today)
    stored = Validity(requirement.valid_until, requirement.grace_until)
    period = book.open_period(requirement.id)
    validity, policy = _granted(book, requirement, period, completed_on)
    if period is None and not _is_better(requirement, stored, validity):
        return stored
    if period is None:
        period = _repetition(session, requirement, completed_on)
    elif completed_on < period.opens_on and not (
        validity.covers(today)
        or (period.due_on < today and _is_later(book, period, completion, (stored, validity)))
    ):
        return validity
    _close(session, requirement, period, completion, (validity, policy))
    note_late(session, [late(requirement, completed_on)], today)
    return validity


def renewed_by(session: Session, completion: Completion) -> list[Requirement]:
    """What a completion renews as its refresher; the renewal must have opened by that day."""
    _today, completed_on = _days(session, completion)
    key = f"{completion.target_kind}:{completion.target_slug}"
    return book_of(session).renewed_by(completion.person_id, key, completed_on)


def catch_up(session: Session, requirement: Requirement, today: date) -> None:
    """Let the days that have passed do what they should have, if nobody noticed yet."""
    if book_of(session).unsettled(requirement.person_id, today):
        bring_up(session, [requirement.person_id], today)
    else:
        open_due(session, [requirement], today)


def _granted(
    book: Book, requirement: Requirement, period: Period | None, completed_on: date
) -> tuple[Validity, Policy]:
    """By the strictest terms. Only what was done in the renewal's window renews."""
    policies = book.policies([requirement.id]).get(requirement.id)
    if not policies:
        policies = [book.own_policy(requirement.target_kind, requirement.target_slug)]
    if period and period.cause is Cause.CHANGED:
        last = book.last_completed(requirement.id)
        renewal = Renewal(last.valid_until if last else None, at_least=last is not None)
    else:
        renewal = Renewal(requirement.valid_until, period.opens_on if period else None)
    return granted(policies, completed_on, renewal)


def _is_later(
    book: Book, period: Period, completion: Completion, ends: tuple[Validity, Validity]
) -> bool:
    """Whether it was done after all that counted, and was valid for longer, if not until today."""
    last = book.last_completed(period.requirement_id)
    known_at = last.completed_at if last else None
    if period.cause not in FOLLOWED or (known_at and known_at >= completion.completed_at):
        return False
    stored, validity = (each.valid_until or date.min for each in ends)
    return validity > stored


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
    given: tuple[Validity, Policy],
) -> None:
    validity, policy = given
    period.completed_at, period.completion_id = completion.completed_at, completion.id
    period.valid_until, period.grace_until = validity.valid_until, validity.grace_until
    period.policy = policy.to_json()
    with counting(session, requirement):
        hold(requirement, validity)


def hold(requirement: Requirement, validity: Validity) -> None:
    """It is completed, and nothing is open."""
    requirement.progress, requirement.due_on = Progress.COMPLETED, None
    requirement.valid_until = validity.valid_until
    requirement.grace_until = validity.grace_until


def _repetition(session: Session, requirement: Requirement, completed_on: date) -> Period:
    return next_period(
        session, requirement, cause=Cause.REPEATED, opens_on=completed_on, due_on=completed_on
    )


def find_requirement(session: Session, completion: Completion) -> Requirement | None:
    target = (completion.target_kind, completion.target_slug)
    return book_of(session).requirement(completion.person_id, *target)


def _days(session: Session, completion: Completion) -> tuple[date, date]:
    """Today, and the day of the completion, where the organisation is."""
    zone = book_of(session).zone(completion.organisation_id)
    return clock.today(zone), clock.day_of(completion.completed_at, zone)
