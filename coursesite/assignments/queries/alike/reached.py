"""Those whom a plan reaches."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Parked, Requirement
from coursesite.assignments.queries.alike.counting import (
    Alike,
    Column,
    alike_of,
    counted,
    is_nothing,
)
from coursesite.assignments.queries.alike.moments import (
    anchor,
    anchors_of,
    day_of,
    quarter,
    zone_of,
)
from coursesite.assignments.queries.candidates import (
    EVERYBODY,
    Whom,
    absent_people,
    has_source,
    is_requirement,
    latest,
    looked_at,
)
from coursesite.assignments.rules import (
    Anchors,
    Candidate,
    Criterion,
    Decision,
    Held,
    Plan,
    Progress,
    RequirementState,
)
from coursesite.people.models import Organisation, Person, Unit
from coursesite.progress.models import Completion

NO_ROW = 0
"""An id that nothing has."""
Found = tuple[Alike, Candidate]


def everybody_of(session: Session, plan: Plan, day: date) -> tuple[Organisation, Whom, int]:
    """The organisation; and everybody, told whether anybody there must do it, or has done it;
    and how many the plan is for on that day.

    What nobody must, or has, is asked of nobody: of a million people that takes seconds.
    """
    held, done = (
        sa.exists().where(
            table.organisation_id == plan.organisation_id,
            table.target_kind == plan.kind,
            table.target_slug == plan.slug,
        )
        for table in (Requirement, Completion)
    )
    own = Organisation.id == plan.organisation_id
    number = _count_of(plan, day, EVERYBODY)
    found = session.execute(sa.select(Organisation, held, done, number).where(own)).one()
    return found[0], Whom(held_by_any=found[1], done_by_any=found[2]), found[3]


def _count_of(plan: Plan, today: date, whom: Whom) -> sa.ScalarSelect[int]:
    people = _of(plan, sa.select(sa.func.count()).select_from(Person))
    return people.where(*looked_at(plan, today, whom)).scalar_subquery()


def candidates_alike(
    session: Session, plan: Plan, today: date, whom: Whom, more: Sequence[Column] = ()
) -> Iterator[Found]:
    """Those whom the plan reaches, as the rules see them.

    Without `more` nothing is told beside what the rules look at: neither periods nor absences.
    Those for whom nothing can change, often nearly all, are not told apart: they are who is left.
    """
    apart = whom.assignment_id is None and whom.held_by_any
    others = 0
    for alike, candidate in _told_apart(session, plan, today, whom, more):
        others += alike.people
        yield alike, candidate
    if apart:
        yield from _settled(session, plan, today, whom, others)


def _told_apart(
    session: Session, plan: Plan, today: date, whom: Whom, more: Sequence[Column]
) -> Iterator[Found]:
    zone = zone_of(session, plan)
    done = aliased(Completion)
    left_out = Parked.decision == Decision.LEAVE_OUT
    completed = quarter(session, done.completed_at) if whom.done_by_any else sa.null()
    absent = Person.id.in_(absent_people(plan.organisation_id, today)) if more else sa.null()
    key: list[Any] = [
        Requirement.due_on.label("open_due_on"),
        (left_out if whom.assignment_id is not None else sa.null()).label("left_out"),
        Requirement.state.label("state"),
        Requirement.progress.label("progress"),
        _past_or_not(today).label("valid_until"),
        completed.label("completed"),
        anchor(session, plan, today).label("anchor"),
        absent.label("absent"),
        (Requirement.excuse if more else sa.null()).label("excuse"),
    ]
    required = is_requirement(plan) if whom.held_by_any else Requirement.id == NO_ROW
    each = _of_people(plan, key, more).outerjoin(Requirement, required)
    each = each.where(*looked_at(plan, today, whom))
    if whom.done_by_any:
        each = each.outerjoin(done, done.id == _deciding(plan, today))
    if whom.assignment_id is not None:
        parked = sa.and_(Parked.person_id == Person.id, Parked.assignment_id == whom.assignment_id)
        each = each.outerjoin(Parked, parked).where(~has_source(whom.assignment_id))
    elif whom.held_by_any:
        each = each.where(~sa.func.coalesce(_is_left(today, more), sa.false()))
    for row in counted(session, each, key):
        held = None
        if row.state is not None:
            held = Held(row.state, row.progress, row.valid_until, row.open_due_on)
        anchors = anchors_of(plan.due.rule, row.anchor, today, zone)
        completed_on = day_of(row.completed, zone)
        candidate = Candidate(anchors, held, completed_on, bool(row.left_out))
        yield alike_of(row, more, whom.one_of), candidate


def _settled(session: Session, plan: Plan, today: date, whom: Whom, others: int) -> Iterator[Found]:
    """All who were not told apart: how many, and one of them by number."""
    reached = looked_at(plan, today, whom)
    one = _of(plan, sa.select(Person.id).join(Requirement, is_requirement(plan)))
    one = one.where(*reached, _is_settled(today)).order_by(Person.id).limit(1)
    found = sa.select(_count_of(plan, today, whom), one.scalar_subquery())
    people, first = session.execute(found).one()
    number = people * whom.one_of - others
    if number <= 0:
        return
    held = Held(RequirementState.ACTIVE, Progress.COMPLETED, today, None)
    alike = Alike(number, first or NO_ROW, None, None, absent=False, one_of=whom.one_of)
    yield alike, Candidate(Anchors(today), held)


def _is_settled(today: date) -> Column:
    """What `reach` takes for completed and valid, whatever the rule says of dates."""
    until, lasting = Requirement.valid_until, Requirement.progress == Progress.COMPLETED
    valid = sa.or_(until >= today, until.is_(None) & lasting)
    return sa.and_(Requirement.state != RequirementState.ENDED, valid)


def _is_left(today: date, more: Sequence[Column]) -> Column:
    """Whom nothing changes for; those with an open period are told apart where it is asked for."""
    settled = _is_settled(today)
    return sa.and_(settled, Requirement.due_on.is_(None)) if more else settled


def _of_people(plan: Plan, key: Sequence[Any], more: Sequence[Column]) -> sa.Select[Any]:
    """What is the same for all is not asked of each."""
    asked = [each for each in key if not is_nothing(each)]
    people = sa.select(*asked, *more, Person.id.label("one"))
    return _of(plan, people.select_from(Person))


def _of(plan: Plan, people: sa.Select[Any]) -> sa.Select[Any]:
    """With their units, if a condition names one."""
    if any(each.kind is Criterion.UNIT for each in plan.conditions):
        return people.outerjoin(Unit, Unit.id == Person.unit_id)
    return people


def _deciding(plan: Plan, today: date) -> Column:
    """The last completion, where nothing else decides: an open period, or what is still valid."""
    decided = sa.or_(Requirement.due_on.is_not(None), _is_settled(today))
    return sa.case((decided, NO_ROW), else_=latest(plan))


def _past_or_not(today: date) -> Column:
    """What is valid until today or later, is so until today; nothing else is asked of it."""
    until, day = Requirement.valid_until, sa.literal(today, sa.Date)
    yesterday = sa.literal(today - timedelta(days=1), sa.Date)
    return sa.case((until.is_(None), None), (until >= today, day), else_=yesterday)
