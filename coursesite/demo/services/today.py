"""What was assigned and chosen on the very day, by the same services that managers use."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan, Terms
from coursesite.assignments.services import assign
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES
from coursesite.demo.rules import ASSIGNED_TODAY, AskedToday
from coursesite.demo.services.course import LANGUAGE
from coursesite.demo.services.histories import find_assigner
from coursesite.people.models import Organisation, Unit
from coursesite.progress.rules import TargetKind
from coursesite.reminding.rules import DEFAULT_LADDER
from coursesite.reminding.services import keep_ladder


def assign_today(session: Session, organisation: Organisation) -> None:
    """Some dates are impossible for some people: these wait for a decision."""
    for asked in ASSIGNED_TODAY:
        is_live = MODULES.find_live(session, asked.module, LANGUAGE)
        if asked.organisation == organisation.slug and is_live:
            actor = Actor(find_assigner(session, organisation).id, organisation.id)
            assign(session, _plan(session, organisation, asked), actor)


def remind_from_tomorrow(session: Session, organisation: Organisation) -> None:
    """Every assignment reminds of what comes, and floods nobody with what has passed."""
    tomorrow = clock.today(organisation.time_zone) + timedelta(days=1)
    ladder = replace(DEFAULT_LADDER, since=tomorrow)
    own = sa.select(Assignment).where(Assignment.organisation_id == organisation.id)
    for assignment in session.scalars(own.order_by(Assignment.id)):
        actor = Actor(assignment.created_by_id, organisation.id)
        keep_ladder(session, assignment, ladder, actor, enabled=True)


def _plan(session: Session, organisation: Organisation, asked: AskedToday) -> Plan:
    today = clock.today(organisation.time_zone)
    due = Due(asked.due, days=asked.days)
    if asked.due is DueRule.FIXED:
        due = Due(asked.due, on=today + timedelta(days=asked.days))
    return Plan(
        organisation_id=organisation.id,
        kind=TargetKind.MODULE,
        slug=asked.module,
        conditions=(_condition(session, organisation, asked),),
        due=due,
        terms=Terms(),
        reason=asked.reason,
    )


def _condition(session: Session, organisation: Organisation, asked: AskedToday) -> Condition:
    if asked.role:
        return Condition(Criterion.ROLE, asked.role)
    path = sa.select(Unit.path).where(
        Unit.organisation_id == organisation.id, Unit.name == asked.unit
    )
    return Condition(Criterion.UNIT, session.scalars(path).one())
