"""People who are alike in all that decides what an assignment does for them, counted: one SELECT.

However many they are, what comes back grows with the days on which something happened to them. A
moment is told as the quarter of an hour in which it lies: no day begins within one, in any zone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    Parked,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import (
    Whom,
    absent_people,
    anchor_completed_at,
    has_source,
    is_open_period,
    is_requirement,
    latest,
    looked_at,
    matching,
    posted_on,
)
from coursesite.assignments.queries.led import days_away, has_live_source, is_extended, may_move
from coursesite.assignments.rules import (
    Anchors,
    Candidate,
    Cause,
    Criterion,
    Decision,
    Due,
    DueRule,
    Excuse,
    Followed,
    Held,
    Plan,
    Progress,
    RequirementState,
    due_on,
)
from coursesite.people.models import Organisation, Person, Unit
from coursesite.progress.models import Completion

QUARTER = 900
AT_ONCE = 1_000
NO_ROW = 0
"""An id that nothing has."""
Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class Alike:
    """So many people who are alike, one of them by number, and how they stand.

    `more` are the columns that were asked for beside these.
    """

    people: int
    person_id: int
    period_id: int | None
    open_due_on: date | None
    excuse: Excuse | None
    absent: bool
    matches: bool = True
    more: dict[str, Any] = field(default_factory=dict)


Found = tuple[Alike, Candidate]
Led = tuple[Alike, Followed]


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
    zone = _zone(session, plan)
    done = aliased(Completion)
    left_out = Parked.decision == Decision.LEAVE_OUT
    completed = _quarter(session, done.completed_at) if whom.done_by_any else sa.null()
    absent = Person.id.in_(absent_people(plan.organisation_id, today)) if more else sa.null()
    key: list[Any] = [
        Requirement.due_on.label("open_due_on"),
        (left_out if whom.assignment_id is not None else sa.null()).label("left_out"),
        Requirement.state.label("state"),
        Requirement.progress.label("progress"),
        _past_or_not(today).label("valid_until"),
        completed.label("completed"),
        _anchor(session, plan, today).label("anchor"),
        absent.label("absent"),
        (Requirement.excuse if more else sa.null()).label("excuse"),
    ]
    required = is_requirement(plan) if whom.held_by_any else Requirement.id == NO_ROW
    each = _of_people(plan, key, more).outerjoin(Requirement, required)
    each = each.where(*looked_at(plan, today, whom))
    if more:
        each = each.outerjoin(Period, is_open_period())
    if whom.done_by_any:
        each = each.outerjoin(done, done.id == _deciding(plan, today))
    if whom.assignment_id is not None:
        parked = sa.and_(Parked.person_id == Person.id, Parked.assignment_id == whom.assignment_id)
        each = each.outerjoin(Parked, parked).where(~has_source(whom.assignment_id))
    elif whom.held_by_any:
        each = each.where(~sa.func.coalesce(_is_left(today, more), sa.false()))
    for row in _counted(session, each, key):
        held = None
        if row.state is not None:
            held = Held(row.state, row.progress, row.valid_until, row.open_due_on)
        anchors = _anchors(plan.due.rule, row.anchor, today, zone)
        completed_on = _day(row.completed, zone)
        yield _alike(row, more), Candidate(anchors, held, completed_on, bool(row.left_out))


def _settled(session: Session, plan: Plan, today: date, whom: Whom, others: int) -> Iterator[Found]:
    """All who were not told apart: how many, and one of them by number."""
    reached = looked_at(plan, today, whom)
    everybody = _of(plan, sa.select(sa.func.count()).select_from(Person)).where(*reached)
    number = (session.scalar(everybody) or 0) - others
    if number <= 0:
        return
    one = _of(plan, sa.select(Person.id).join(Requirement, is_requirement(plan)))
    one = one.where(*reached, _is_settled(today)).order_by(Person.id).limit(1)
    held = Held(RequirementState.ACTIVE, Progress.COMPLETED, today, None)
    alike = Alike(number, session.scalar(one) or NO_ROW, None, None, None, absent=False)
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
    asked = [each for each in key if not _is_nothing(each)]
    period = [Period.id.label("period")] if more else []
    people = sa.select(*asked, *more, Person.id.label("one"), *period)
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


def led_alike(
    session: Session, assignment_id: int, plan: Plan, today: date, more: Sequence[Column] = ()
) -> Iterator[Led]:
    """Those whom an assignment leads to, or led to, as the rules see a change of it."""
    zone = _zone(session, plan)
    from_assigning = plan.due.rule is DueRule.AFTER_ASSIGNMENT
    key: list[Any] = [
        RequirementSource.ended_on.is_(None).label("led"),
        sa.func.coalesce(matching(plan.conditions, today), sa.false()).label("matches"),
        (RequirementSource.matched_on if from_assigning else sa.null()).label("matched_on"),
        may_move().label("may_move"),
        (Period.assignment_id == assignment_id).label("own"),
        has_live_source(matching=True, but=assignment_id).label("led_by_others"),
        _anchor(session, plan, today).label("anchor"),
        _others(session, assignment_id, today).label("others"),
        days_away(session).label("away"),
        sa.false().label("absent"),
        *_standing(),
    ]
    each = (
        sa.select(*key, *more, Person.id.label("one"), Period.id.label("period"))
        .select_from(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Period, is_open_period())
        .where(
            RequirementSource.assignment_id == assignment_id,
            Requirement.state != RequirementState.ENDED,
        )
    )
    dues = _dues(session, plan)
    for row in _counted(session, each, key):
        anchors = _anchors(plan.due.rule, row.anchor, row.matched_on or today, zone)
        yield (
            _alike(row, more),
            Followed(
                led=row.led,
                matches=row.matches,
                anchors=anchors,
                stored=row.open_due_on if row.may_move else None,
                own=bool(row.own),
                led_by_others=row.led_by_others,
                others=_dates_of(row.others, dues, zone),
                away=row.away,
            ),
        )


def _standing() -> list[Column]:
    """All but the rule's own that decides who is told of it."""
    return [Period.due_on.label("open_due_on"), Requirement.excuse.label("excuse")]


def _counted(session: Session, each: sa.Select[Any], columns: Sequence[Any]) -> Iterator[Any]:
    people = each.subquery("people")
    key = [column for column in people.c if column.name not in {"one", "period"}]
    period = sa.func.min(people.c.period) if "period" in people.c else sa.null()
    nothing = [column for column in columns if column.name not in people.c]
    found = sa.select(
        *key,
        *nothing,
        sa.func.count().label("people"),
        sa.func.min(people.c.one).label("one"),
        period.label("period"),
    ).group_by(*key)
    return iter(session.execute(found, execution_options={"yield_per": AT_ONCE}))


def _is_nothing(column: Any) -> bool:
    return isinstance(column.element, sa.sql.elements.Null)


def _alike(row: Any, more: Sequence[Column]) -> Alike:
    named = [column.name for column in more if isinstance(column, sa.Label)]
    return Alike(
        people=row.people,
        person_id=row.one,
        period_id=row.period,
        open_due_on=row.open_due_on,
        excuse=row.excuse,
        absent=bool(row.absent),
        matches=bool(getattr(row, "matches", True)),
        more={name: getattr(row, name) for name in named},
    )


def everybody_of(session: Session, plan: Plan) -> tuple[Organisation, Whom]:
    """The organisation; and everybody, told whether anybody there must do it, or has done it.

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
    found = session.execute(sa.select(Organisation, held, done).where(own)).one()
    return found[0], Whom(held_by_any=found[1], done_by_any=found[2])


def _zone(session: Session, plan: Plan) -> str:
    return session.get_one(Organisation, plan.organisation_id).time_zone


def _past_or_not(today: date) -> Column:
    """What is valid until today or later, is so until today; nothing else is asked of it."""
    until, day = Requirement.valid_until, sa.literal(today, sa.Date)
    yesterday = sa.literal(today - timedelta(days=1), sa.Date)
    return sa.case((until.is_(None), None), (until >= today, day), else_=yesterday)


def _quarter(session: Session, moment: Any) -> Column:
    """In which quarter of an hour since 1970 it lies."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.strftime("%s", moment), sa.Integer) // QUARTER
    return sa.cast(sa.func.floor(sa.extract("epoch", moment) / QUARTER), sa.BigInteger)


def _anchor(session: Session, plan: Plan, today: date) -> Column:
    """The one thing that the due date is counted from, if it is one of the person's own."""
    found: dict[DueRule, Column] = {
        DueRule.AFTER_POSTING: posted_on(today),
        DueRule.AFTER_HIRE: Person.hired_on.expression,
        DueRule.AFTER_FIRST_SIGN_IN: _quarter(session, Person.first_signed_in_at),
    }
    if plan.due.rule is DueRule.AFTER_TARGET:
        return _quarter(session, anchor_completed_at(plan.due_target).element)
    return found.get(plan.due.rule, sa.null())


def _anchors(rule: DueRule, anchor: Any, assigned_on: date, zone: str) -> Anchors:
    """Only what this rule counts from is told."""
    if rule is DueRule.AFTER_POSTING:
        return Anchors(assigned_on, posted_on=anchor)
    if rule is DueRule.AFTER_HIRE:
        return Anchors(assigned_on, hired_on=anchor)
    day = _day(anchor, zone) if rule in MOMENTS else None
    return Anchors(assigned_on, first_signed_in_on=day, target_completed_on=day)


MOMENTS = {DueRule.AFTER_FIRST_SIGN_IN, DueRule.AFTER_TARGET}


def _day(quarter: int | None, zone: str) -> date | None:
    if quarter is None:
        return None
    return datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(ZoneInfo(zone)).date()


def _others(session: Session, assignment_id: int, today: date) -> Column:
    """By other assignments, what those count from that had their date from this one.

    One after the other with the days of absences, as in `7:2026-03-01:0|9:1986204:14`.
    """
    source, other = aliased(RequirementSource), aliased(Assignment)
    completed = (
        sa.select(sa.func.max(Completion.completed_at))
        .where(
            Completion.person_id == Person.id,
            Completion.target_slug == other.due_target,
            Completion.revoked_at.is_(None),
        )
        .correlate(Person, other)
        .scalar_subquery()
    )
    anchor = sa.case(
        (other.due_rule == DueRule.AFTER_ASSIGNMENT, _text(source.matched_on)),
        (other.due_rule == DueRule.AFTER_POSTING, _text(posted_on(today))),
        (other.due_rule == DueRule.AFTER_HIRE, _text(Person.hired_on)),
        (
            other.due_rule == DueRule.AFTER_FIRST_SIGN_IN,
            _text(_quarter(session, Person.first_signed_in_at)),
        ),
        (other.due_rule == DueRule.AFTER_TARGET, _text(_quarter(session, completed))),
        else_="",
    )
    told = _text(other.id).concat(":").concat(sa.func.coalesce(anchor, ""))
    told = told.concat(":").concat(_text(days_away(session, source)))
    found = (
        sa.select(sa.func.aggregate_strings(told, "|"))
        .select_from(source)
        .join(other, other.id == source.assignment_id)
        .where(
            source.requirement_id == Requirement.id,
            source.assignment_id != assignment_id,
            source.ended_on.is_(None),
            other.ended_at.is_(None),
        )
        .correlate(Requirement, Person)
        .scalar_subquery()
    )
    concerned = sa.and_(
        Period.assignment_id == assignment_id, Period.cause == Cause.ASSIGNED, ~is_extended()
    )
    return sa.case((concerned, found), else_=None)


def _text(column: Any) -> Column:
    return sa.cast(column, sa.String)


def _dues(session: Session, plan: Plan) -> Mapping[str, Due]:
    """When each assignment that stands is due, by its number."""
    columns = (Assignment.id, Assignment.due_rule, Assignment.due_on, Assignment.due_days)
    found = sa.select(*columns).where(
        Assignment.organisation_id == plan.organisation_id, Assignment.ended_at.is_(None)
    )
    return {str(id): Due(rule, on, days) for id, rule, on, days in session.execute(found)}


def _dates_of(others: str | None, dues: Mapping[str, Due], zone: str) -> tuple[date, ...]:
    dates = []
    for each in filter(None, (others or "").split("|")):
        id, anchor, away = each.split(":")
        due = dues.get(id)
        if due is None:
            continue
        if due.rule in MOMENTS:
            anchors = _anchors(due.rule, int(anchor) if anchor else None, date.min, zone)
        else:
            day = date.fromisoformat(anchor) if anchor else None
            anchors = Anchors(day or date.min, posted_on=day, hired_on=day)
        found = due_on(due, anchors)
        if found is not None:
            dates.append(found + timedelta(days=int(away)))
    return tuple(dates)
