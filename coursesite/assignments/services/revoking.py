"""Revoking completions, which then must be done again, and restoring them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.rules import Cause, Progress, Reason, Validity, held
from coursesite.assignments.services.book import Book, book_of
from coursesite.assignments.services.completing import (
    catch_up,
    completed,
    find_requirement,
    hold,
)
from coursesite.assignments.services.correcting import late, note_late
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.outcome import (
    NOT_ONESELF,
    Outcome,
    approver,
    checked,
    words,
)
from coursesite.assignments.services.reaching import today_of
from coursesite.assignments.services.refusals import COUNTS_ALREADY, REVOKED_ALREADY
from coursesite.assignments.services.renewing import next_period
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Forbidden
from coursesite.people.models import Organisation
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means

DAYS_TO_DO_AGAIN = 30
LEARNED_HERE = frozenset({Means.LEARNED, Means.CHANGES, Means.REFRESHED})


def revoke_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """They count no more, and stay on record. What was learned here must be done again.

    What somebody had only entered is taken back: what it had closed is open as before.
    """
    return _revoke_all(session, completions, checked(reason), actor, LEARNED_HERE)


def take_back_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """They should not have come about: whatever they had closed is open as before."""
    return _revoke_all(session, completions, checked(reason), actor, frozenset())


def _revoke_all(
    session: Session,
    completions: Sequence[Completion],
    reason: Reason,
    actor: Actor,
    asking_again: Collection[Means],
) -> Outcome:
    by_id = approver(actor)
    done, left_out = [], {}
    _look_again(session, completions)
    for each in completions:
        if each.person_id == by_id:
            left_out[each.person_id] = NOT_ONESELF
        elif each.revoked_at:
            left_out[each.person_id] = REVOKED_ALREADY
        else:
            _note_revoked(session, each, reason, actor)
            _revoke(session, each, again=each.means in asking_again)
            done.append(each.person_id)
    return Outcome(done, left_out)


def _look_again(session: Session, completions: Sequence[Completion]) -> None:
    """As they stand now, and nobody else revokes anything of their organisations meanwhile."""
    for organisation_id in sorted({each.organisation_id for each in completions}):
        today_of(session, organisation_id)
    ids = [each.id for each in completions]
    found = sa.select(Completion).where(Completion.id.in_(ids))
    session.scalars(found, execution_options={"populate_existing": True}).all()


def restore_completion(
    session: Session, completion: Completion, actor: Actor, *, reason: str
) -> None:
    """The revocation was a mistake: it counts again, if nothing better came meanwhile."""
    reason = words(reason)
    today = today_of(session, completion.organisation_id)
    session.refresh(completion)
    if completion.person_id == approver(actor):
        raise Forbidden(NOT_ONESELF)
    if completion.revoked_at is None:
        raise Conflict(COUNTS_ALREADY)
    before = {"revoked_reason": completion.revoked_reason}
    _note_from(session, completion, completion.revoked_at, today)
    completion.revoked_at = completion.revoked_reason = None
    session.flush()
    facts, subject = _facts(completion), ("completion", completion.id)
    kind = "completion-restored"
    record(session, kind, actor, subject, before=before, after=facts, reason=reason)
    _count_again(session, completion, today)


def _note_revoked(session: Session, completion: Completion, reason: Reason, actor: Actor) -> None:
    completion.revoked_at, completion.revoked_reason = clock.now(), reason.text
    after = {**_facts(completion), "reason_code": reason.code}
    subject = ("completion", completion.id)
    record(session, "completion-revoked", actor, subject, after=after, reason=reason.text)


def _revoke(session: Session, completion: Completion, *, again: bool) -> None:
    """What it had closed is to be done `again`, or open as before."""
    requirement = find_requirement(session, completion)
    book = book_of(session)
    period = book.last_completed(requirement.id) if requirement else None
    if requirement and period and period.completion_id == completion.id:
        renewal = book.open_period(requirement.id)
        today = clock.today(book.zone(completion.organisation_id))
        with counting(session, requirement):
            if renewal:
                renewal.cancelled_at = clock.now()
                book.write_closed()
            if again:
                _ask_again(session, requirement, completion, today)
            else:
                _reopen(session, requirement, period)
                _note_from(session, completion, completion.completed_at, today)
        catch_up(session, requirement, today)


def _note_from(session: Session, completion: Completion, moment: datetime, today: date) -> None:
    """From that moment on it counts otherwise than was known."""
    requirement = find_requirement(session, completion)
    if requirement:
        zone = book_of(session).zone(requirement.organisation_id)
        note_late(session, [late(requirement, clock.day_of(moment, zone))], today)


def _ask_again(
    session: Session, requirement: Requirement, completion: Completion, today: date
) -> None:
    """Not before the day after it was completed: one day has one completion."""
    zone = session.get_one(Organisation, requirement.organisation_id).time_zone
    next_day = clock.day_of(completion.completed_at, zone) + timedelta(days=1)
    due_on = today + timedelta(days=DAYS_TO_DO_AGAIN)
    opens_on = max(today, next_day)
    again = next_period(session, requirement, cause=Cause.REVOKED, opens_on=opens_on, due_on=due_on)
    again.assigned_on = today
    requirement.progress, requirement.due_on = Progress.REVOKED, due_on
    requirement.valid_until = requirement.grace_until = None


def _reopen(session: Session, requirement: Requirement, period: Period) -> None:
    """As it was before: the period that was open, or what stood before nobody asked for it."""
    period.cancelled_at = clock.now()
    book_of(session).write_closed()
    earlier = book_of(session).last_completed(requirement.id)
    before = Validity(earlier.valid_until, earlier.grace_until) if earlier else Validity()
    if period.cause is Cause.REPEATED and earlier:
        hold(requirement, before)
        return
    period.cancelled_at = period.completed_at = period.completion_id = period.policy = None
    period.valid_until = period.grace_until = None
    requirement.progress = _progress_in(session, requirement, period)
    requirement.due_on = period.due_on
    renews = period.cause in {Cause.RENEWAL, Cause.CHANGED}
    validity = held(
        before if renews else Validity(),
        due_on=period.due_on,
        changed_by=book_of(session).changed_by(period),
    )
    requirement.valid_until, requirement.grace_until = validity.valid_until, validity.grace_until


def _progress_in(session: Session, requirement: Requirement, period: Period) -> Progress:
    if period.cause is Cause.REVOKED:
        return Progress.REVOKED
    begun = _has_begun(book_of(session), requirement, period)
    return Progress.IN_PROGRESS if begun else Progress.NOT_STARTED


def _has_begun(book: Book, requirement: Requirement, period: Period) -> bool:
    """A renewal begins with the first round since it opened; the first time, with any round since
    the last completion that counts.
    """
    person_id = requirement.person_id
    asked = {f"{requirement.target_kind}:{requirement.target_slug}", period.refresher}
    rounds = book.rounds([person_id])
    starts = [
        rounds[person_id, slug]
        for target in book.targets()
        if f"{target.kind}:{target.slug}" in asked
        for slug in target.modules
        if (person_id, slug) in rounds
    ]
    if period.cause is Cause.ASSIGNED:
        last = book.last_completion(requirement)
        return any(last is None or start > last for start in starts)
    opened = clock.start_of(period.opens_on, book.zone(requirement.organisation_id))
    return any(start >= opened for start in starts)


def _count_again(session: Session, completion: Completion, today: date) -> None:
    requirement = find_requirement(session, completion)
    book = book_of(session)
    period = book.last_completed(requirement.id) if requirement else None
    if requirement is None or period is None or period.completion_id != completion.id:
        completed(session, completion)
        return
    again = book.open_period(requirement.id)
    with counting(session, requirement):
        if again:
            again.cancelled_at = clock.now()
        hold(requirement, Validity(period.valid_until, period.grace_until))
    catch_up(session, requirement, today)


def _facts(completion: Completion) -> dict[str, Any]:
    return {
        "person_id": completion.person_id,
        "target": f"{completion.target_kind}:{completion.target_slug}",
        "completed_at": completion.completed_at.isoformat(),
        "means": completion.means,
    }
