"""Those whom an assignment leads to, or led to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Assignment, Period, Requirement, RequirementSource
from coursesite.assignments.queries.alike.counting import Alike, Column, alike_of, counted
from coursesite.assignments.queries.alike.moments import (
    MOMENTS,
    anchor,
    anchors_of,
    quarter,
    zone_of,
)
from coursesite.assignments.queries.candidates import (
    Whom,
    is_open_period,
    matching,
    posted_on,
)
from coursesite.assignments.queries.led import (
    days_away,
    has_live_source,
    is_extended,
    may_move,
)
from coursesite.assignments.queries.picking import is_picked
from coursesite.assignments.rules import (
    Anchors,
    Cause,
    Due,
    DueRule,
    Followed,
    Plan,
    RequirementState,
    due_on,
)
from coursesite.people.models import Person, Unit
from coursesite.progress.models import Completion

Led = tuple[Alike, Followed]


def led_alike(
    session: Session, whom: Whom, plan: Plan, today: date, more: Sequence[Column] = ()
) -> Iterator[Led]:
    """Those whom an assignment leads to, or led to, as the rules see a change of it.

    `whom` are those for whom it is new: of these, as many are looked at.
    """
    assignment_id = whom.assignment_id or 0
    zone = zone_of(session, plan)
    from_assigning = plan.due.rule is DueRule.AFTER_ASSIGNMENT
    key: list[Any] = [
        RequirementSource.ended_on.is_(None).label("led"),
        sa.func.coalesce(matching(plan.conditions, today), sa.false()).label("matches"),
        (RequirementSource.matched_on if from_assigning else sa.null()).label("matched_on"),
        may_move().label("may_move"),
        (Period.assignment_id == assignment_id).label("own"),
        has_live_source(matching=True, but=assignment_id).label("led_by_others"),
        anchor(session, plan, today).label("anchor"),
        _others(session, assignment_id, today).label("others"),
        days_away().label("away"),
        sa.false().label("absent"),
        *_standing(),
    ]
    each = (
        sa.select(*key, *more, Person.id.label("one"))
        .select_from(RequirementSource)
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Period, is_open_period())
        .where(
            RequirementSource.assignment_id == assignment_id,
            is_picked(RequirementSource.requirement_id, whom.one_of),
            Requirement.state != RequirementState.ENDED,
        )
    )
    dues = _dues(session, plan)
    for row in counted(session, each, key):
        anchors = anchors_of(plan.due.rule, row.anchor, row.matched_on or today, zone)
        yield (
            alike_of(row, more, whom.one_of),
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
            _text(quarter(session, Person.first_signed_in_at)),
        ),
        (other.due_rule == DueRule.AFTER_TARGET, _text(quarter(session, completed))),
        else_="",
    )
    told = _text(other.id).concat(":").concat(sa.func.coalesce(anchor, ""))
    told = told.concat(":").concat(_text(days_away(source)))
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
            anchors = anchors_of(due.rule, int(anchor) if anchor else None, date.min, zone)
        else:
            day = date.fromisoformat(anchor) if anchor else None
            anchors = Anchors(day or date.min, posted_on=day, hired_on=day)
        found = due_on(due, anchors)
        if found is not None:
            dates.append(found + timedelta(days=int(away)))
    return tuple(dates)
