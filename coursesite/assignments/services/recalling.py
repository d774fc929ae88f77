"""What older versions of the site did not write down, found again in what they did.

Rows from before opened periods, terms and dates were kept say nothing of when an assignment came,
which date it gave, and by which terms a completion is valid. Building them from nothing then ends
elsewhere. Each of these is filled in so that it leads to the very dates that people have; nothing
that somebody was told moves.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Period, RequirementSource
from coursesite.assignments.queries.pasts import Past, pasts_after
from coursesite.assignments.rules import Cause, ExpiryMode, Policy, Terms
from coursesite.assignments.services.checking import deviations

PIECE = 500
DATES = ("valid until", "grace until")


def without_facts(session: Session) -> Iterator[int]:
    """The requirements of which something was not written down."""
    sources = sa.select(RequirementSource.requirement_id).where(
        RequirementSource.matched_at.is_(None)
    )
    periods = sa.select(Period.requirement_id).where(_lacks())
    yield from session.scalars(sources.union(periods).order_by(sa.literal_column("1")))


def _lacks() -> sa.ColumnElement[bool]:
    unopened = sa.and_(Period.cause == Cause.ASSIGNED, Period.opened_at.is_(None))
    closed = (Period.completion_id.is_not(None), Period.cancelled_at.is_(None))
    return sa.or_(unopened, sa.and_(*closed, Period.policy.is_(None)))


def recall_facts(session: Session) -> int:
    """Write down what is lacking; of how many requirements."""
    lacking = set(without_facts(session))
    number, after_id = len(lacking), min(lacking, default=1) - 1
    while lacking:
        pasts = pasts_after(session, after_id, PIECE)
        for past in pasts:
            if past.row.id in lacking:
                _recall(past)
        after_id = pasts[-1].row.id
        lacking = {each for each in lacking if each > after_id}
        session.flush()
        session.expunge_all()
    return number


def _recall(past: Past) -> None:
    for period in past.periods:
        if period.opened_at is None:
            period.opened_at = clock.start_of(period.assigned_on, past.time_zone)
    for source, assignment in past.sources:
        if source.matched_at is None:
            source.due_on = source.due_on or _given(past, source, assignment)
            source.matched_at = clock.start_of(source.matched_on, past.time_zone)
    for number, period in enumerate(past.standing_periods, 1):
        if period.completion_id is not None and period.policy is None:
            _recall_policy(past, number, period)


def _given(past: Past, source: RequirementSource, assignment: Assignment) -> date:
    """The date that the assignment gave: the one that people have, unless another gave that."""
    assigned = [each for each in past.periods if each.cause is Cause.ASSIGNED]
    theirs = next((each for each in assigned if each.assigned_on >= source.matched_on), None)
    theirs = theirs or next(iter(reversed(assigned)), None)
    if theirs is None:
        return assignment.due_on or source.matched_on
    moved = {each.period_id for each in past.extensions if each.granted}
    later = source.matched_on > theirs.assigned_on
    dated_it = theirs.assignment_id == source.assignment_id
    if dated_it and later and theirs.id not in moved:
        return theirs.due_on
    return theirs.first_due_on


def _recall_policy(past: Past, number: int, period: Period) -> None:
    """Terms by which the completion is valid as long as it was said to be."""
    leading = [assignment for _source, assignment in past.sources]
    its = sorted(leading, key=lambda each: (each.id != period.assignment_id, each.id))
    for policy in _policies(past, number, period, its):
        period.policy = policy.to_json()
        wrong = {each.what for each in deviations(past)}
        if not wrong & {f"{number}. {name}" for name in DATES}:
            return
    period.policy = _first(its).to_json()


def _first(its: Sequence[Assignment]) -> Policy:
    return Policy(its[0].terms, its[0].id) if its else Policy()


def _policies(
    past: Past, number: int, period: Period, its: Sequence[Assignment]
) -> Iterator[Policy]:
    """Those that stand now, and then terms that lead from some day to that end."""
    yield from (Policy(each.terms, each.id) for each in its)
    first = _first(its)
    yield Policy(Terms(None, first.terms.window_days), first.assignment_id)
    if period.valid_until is None or period.completed_at is None:
        return
    before = past.standing_periods[number - 2].valid_until if number > 1 else None
    grace = (period.grace_until - period.valid_until).days if period.grace_until else 0
    completed_on = past.day(period.completed_at)
    for base, mode in ((before, ExpiryMode.PREVIOUS), (completed_on, ExpiryMode.COMPLETION)):
        if base is not None:
            for months in _months(base, period.valid_until):
                terms = Terms(months, first.terms.window_days, grace, mode)
                yield Policy(terms, first.assignment_id)
    last_day = f"{period.valid_until:%m-%d}"
    for months in _months(completed_on, period.valid_until):
        fixed = Terms(months, first.terms.window_days, grace, ExpiryMode.CALENDAR, last_day)
        yield Policy(fixed, first.assignment_id)


def _months(first: date, last: date) -> Iterator[int]:
    months = (last.year - first.year) * 12 + last.month - first.month
    yield from (each for each in (months, months - 1, months + 1) if each > 0)
