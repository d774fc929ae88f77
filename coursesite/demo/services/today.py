"""What was assigned on the very day, by the same service that managers use."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan, Terms
from coursesite.assignments.services import assign
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES
from coursesite.demo.rules import ASSIGNED_TODAY, AskedToday
from coursesite.demo.services.histories import find_assigner
from coursesite.people.models import Organisation, Unit
from coursesite.progress.rules import TargetKind


def assign_today(session: Session, organisation: Organisation) -> None:
    """Some dates are impossible for some people: these wait for a decision."""
    for asked in ASSIGNED_TODAY:
        is_live = MODULES.find_live(session, asked.module, "en")
        if asked.organisation == organisation.slug and is_live:
            actor = Actor(find_assigner(session, organisation).id, organisation.id)
            assign(session, _plan(session, organisation, asked), actor)


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
