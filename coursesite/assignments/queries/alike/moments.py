"""What a due date is counted from; a moment is told as the quarter of an hour in which it lies."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.queries.alike.counting import Column
from coursesite.assignments.queries.candidates import anchor_completed_at, posted_on
from coursesite.assignments.rules import Anchors, DueRule, Plan
from coursesite.people.models import Organisation, Person

QUARTER = 900
MOMENTS = {DueRule.AFTER_FIRST_SIGN_IN, DueRule.AFTER_TARGET}


def zone_of(session: Session, plan: Plan) -> str:
    return session.get_one(Organisation, plan.organisation_id).time_zone


def quarter(session: Session, moment: Any) -> Column:
    """In which quarter of an hour since 1970 it lies."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.strftime("%s", moment), sa.Integer) // QUARTER
    return sa.cast(sa.func.floor(sa.extract("epoch", moment) / QUARTER), sa.BigInteger)


def day_of(quarter: int | None, zone: str) -> date | None:
    if quarter is None:
        return None
    return datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(ZoneInfo(zone)).date()


def anchor(session: Session, plan: Plan, today: date) -> Column:
    """The one thing that the due date is counted from, if it is one of the person's own."""
    found: dict[DueRule, Column] = {
        DueRule.AFTER_POSTING: posted_on(today),
        DueRule.AFTER_HIRE: Person.hired_on.expression,
        DueRule.AFTER_FIRST_SIGN_IN: quarter(session, Person.first_signed_in_at),
    }
    if plan.due.rule is DueRule.AFTER_TARGET:
        return quarter(session, anchor_completed_at(plan.due_target).element)
    return found.get(plan.due.rule, sa.null())


def anchors_of(rule: DueRule, anchor: Any, assigned_on: date, zone: str) -> Anchors:
    """Only what this rule counts from is told."""
    if rule is DueRule.AFTER_POSTING:
        return Anchors(assigned_on, posted_on=anchor)
    if rule is DueRule.AFTER_HIRE:
        return Anchors(assigned_on, hired_on=anchor)
    day = day_of(anchor, zone) if rule in MOMENTS else None
    return Anchors(assigned_on, first_signed_in_on=day, target_completed_on=day)
