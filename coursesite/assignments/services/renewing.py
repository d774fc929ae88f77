"""Opening renewals: each on its own day, whenever that is noticed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Period, Requirement
from coursesite.assignments.rules import (
    Cause,
    Policy,
    Progress,
    RequirementState,
    Terms,
    refresher_of,
    renewal_opens_on,
)
from coursesite.assignments.services.book import Before, Book, book_of
from coursesite.assignments.services.by_days import everywhere
from coursesite.assignments.services.correcting import late, note_late
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.reaching import today_of

MANY = 500
NO_WINDOW = Policy(Terms(window_days=0))


def open_renewals(session: Session) -> int:
    """Open the next period of everybody whose window has begun; how many."""
    return everywhere(session, renewable_there, open_some)


def renewable_there(session: Session, organisation_id: int) -> Iterator[Sequence[int]]:
    """The requirements of an organisation that may be due, some at a time; only read.

    All requirements are looked through: from a cold disk that takes long, so nobody should wait.
    """
    today = today_of(session, organisation_id, locked=False)
    found = _renewable(session, organisation_id, today)
    ids = session.scalars(found.with_only_columns(Requirement.id)).all()
    for first in range(0, len(ids), MANY):
        yield ids[first : first + MANY]


def open_some(session: Session, organisation_id: int, ids: Sequence[int]) -> int:
    """Of these, open the renewals that are still to be opened."""
    today = today_of(session, organisation_id)
    found = _renewable(session, organisation_id, today).where(Requirement.id.in_(ids))
    return open_due(session, session.scalars(found.with_for_update()).all(), today)


def open_due(session: Session, requirements: Sequence[Requirement], today: date) -> int:
    """Of these, open the renewals whose window has begun; how many."""
    valid = [each for each in requirements if _may_open(each)]
    if not valid:
        return 0
    policies = book_of(session).policies([each.id for each in valid])
    opening = {
        each: by
        for each in valid
        if _opens_on(each, _widest(by := policies.get(each.id, ()))) <= today
    }
    with counting(session, *opening):
        _open(session, opening)
    note_late(
        session, [late(each, _opens_on(each, _widest(opening[each]))) for each in opening], today
    )
    return len(opening)


def next_period(
    session: Session, requirement: Requirement, *, cause: Cause, opens_on: date, due_on: date
) -> Period:
    """The period after all that there were, to be opened now."""
    return next_periods(session, {requirement: (opens_on, due_on)}, cause)[requirement.id]


def next_periods(
    session: Session, opening: Mapping[Requirement, tuple[date, date]], cause: Cause
) -> dict[int, Period]:
    """The same of several, by requirement: for each, from when and by when."""
    book = book_of(session)
    before = book.before([each.id for each in opening])
    periods = {
        each.id: _period(each, before.get(each.id, Before()).number, cause, *days)
        for each, days in opening.items()
    }
    for period in periods.values():
        book.add(period)
    return periods


def _period(
    requirement: Requirement, last_number: int, cause: Cause, opens_on: date, due_on: date
) -> Period:
    return Period(
        requirement_id=requirement.id,
        number=last_number + 1,
        cause=cause,
        opened_at=clock.now(),
        assigned_on=opens_on,
        opens_on=opens_on,
        due_on=due_on,
        first_due_on=due_on,
    )


def _may_open(requirement: Requirement) -> bool:
    """Completed, with an end to come, and nothing open."""
    there = requirement.state is not RequirementState.ENDED
    completed = requirement.progress is Progress.COMPLETED
    return there and completed and requirement.valid_until is not None


def _widest(policies: Collection[Policy]) -> Policy:
    return max(policies, key=lambda each: each.terms.window_days, default=NO_WINDOW)


def _opens_on(requirement: Requirement, policy: Policy) -> date:
    until = requirement.valid_until
    return renewal_opens_on(until, policy.terms.window_days) if until else date.max


def _renewable(session: Session, organisation_id: int, today: date) -> sa.Select[Requirement]:
    """Those that may be due, by id: also of people whom nothing asks at the moment."""
    widest = sa.select(sa.func.max(Assignment.window_days)).where(
        Assignment.organisation_id == organisation_id, Assignment.ended_at.is_(None)
    )
    horizon = today + timedelta(days=session.scalar(widest) or 0)
    return (
        sa.select(Requirement)
        .where(
            Requirement.organisation_id == organisation_id,
            Requirement.state != RequirementState.ENDED,
            Requirement.progress == Progress.COMPLETED,
            Requirement.valid_until <= horizon,
        )
        .order_by(Requirement.id)
    )


def _open(session: Session, opening: Mapping[Requirement, Collection[Policy]]) -> None:
    if not opening:
        return
    book = book_of(session)
    before = book.before([each.id for each in opening])
    begun = _begun(book, opening)
    for requirement, policies in opening.items():
        if requirement.valid_until is None:
            continue
        until, policy = requirement.valid_until, _widest(policies)
        opens_on = renewal_opens_on(until, policy.terms.window_days)
        last = before.get(requirement.id, Before())
        period = _period(requirement, last.number, Cause.RENEWAL, opens_on, until)
        period.assigned_on = max(opens_on, last.known_on)
        period.policy = policy.to_json()
        period.refresher = refresher_of(period.number, [each.terms for each in policies])
        book.add(period)
        started = begun(requirement, period.refresher, opens_on)
        requirement.progress = Progress.IN_PROGRESS if started else Progress.NOT_STARTED
        requirement.due_on = until


def _begun(
    book: Book, opening: Collection[Requirement]
) -> Callable[[Requirement, str | None, date], bool]:
    """Who has begun already: somebody may be faster than the job that opens a renewal."""
    modules = {f"{each.kind}:{each.slug}": each.modules for each in book.targets()}
    zone = book.zone(next(iter(opening)).organisation_id)
    rounds = book.rounds({each.person_id for each in opening})

    def has_begun(requirement: Requirement, refresher: str | None, opens_on: date) -> bool:
        itself = f"{requirement.target_kind}:{requirement.target_slug}"
        slugs = (*modules.get(itself, ()), *modules.get(refresher or "", ()))
        starts = (rounds.get((requirement.person_id, slug)) for slug in slugs)
        return any(each and clock.day_of(each, zone) >= opens_on for each in starts)

    return has_begun
