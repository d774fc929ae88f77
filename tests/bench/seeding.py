"""A copy of the site with so many people in one organisation."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock, serving
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan, Progress, Terms
from coursesite.assignments.services import assign, repair_counts
from coursesite.audit.services import Actor
from coursesite.config import PROJECT
from coursesite.db import writing
from coursesite.demo.rules import ORGANISATIONS, OrganisationPlan, UnitPlan
from coursesite.demo.services import add_organisation
from coursesite.extensions import db
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Audience
from coursesite.progress.rules import TargetKind

PATH = "prison-officers"
REGIONS_IN_AREA = 13
DONE = 0.6
KEPT = "officer@demo.example"


def seed(app: Flask, people: int) -> None:
    """Migrate, publish the course, and bring about `people` people with requirements."""
    with app.app_context(), writing():
        serving.upgrade(db.engine)
        serving.publish_shipped_course(db.session, PROJECT)
        plan = grown(ORGANISATIONS[0], people)
        chance = Random(people)  # noqa: S311 - the same copy each time
        today = clock.today(plan.time_zone)
        organisation = add_organisation(db.session, plan, chance, today, set())
        _require(db.session, organisation, chance)
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def grown(plan: OrganisationPlan, people: int) -> OrganisationPlan:
    """The same organisation with more regions, of larger units, in areas of some thirteen."""
    (root,) = plan.units
    region = _larger(root.below[0])
    regions = max(1, round((people - plan.total) / region.total))
    areas = [
        UnitPlan(
            f"Area {at // REGIONS_IN_AREA + 1}",
            below=tuple(
                replace(region, name=f"Region {number}")
                for number in range(at, min(at + REGIONS_IN_AREA, regions))
            ),
        )
        for at in range(0, regions, REGIONS_IN_AREA)
    ]
    return replace(plan, units=(replace(root, below=(*root.below, *areas)),))


def _larger(unit: UnitPlan) -> UnitPlan:
    below = tuple(_larger(each) for each in unit.below)
    return replace(unit, people=3 * unit.people, below=below)


def _require(session: Session, organisation: Organisation, chance: Random) -> None:
    """Assign a path as a manager does, then move what it led to through a year."""
    actor = Actor(session.scalars(sa.select(Person.id).limit(1)).one(), organisation.id)
    plan = Plan(
        organisation_id=organisation.id,
        kind=TargetKind.PATH,
        slug=PATH,
        conditions=(Condition(Criterion.AUDIENCE, Audience.PRISON_OFFICERS),),
        due=Due(DueRule.AFTER_ASSIGNMENT, days=60),
        terms=Terms(12),
        reason="Everybody",
    )
    assign(session, plan, actor)
    today = clock.today(organisation.time_zone)
    found = (
        sa.select(Requirement.id, Period.id.label("period_id"))
        .join(Period, Period.requirement_id == Requirement.id)
        .join(Person, Person.id == Requirement.person_id)
        .where(Person.email != KEPT)
        .order_by(Requirement.id)
    )
    rows = session.execute(found).all()
    stands = [_standing(chance, today) for _ in rows]
    session.execute(
        sa.update(Requirement),
        [{"id": row.id, **stand} for row, stand in zip(rows, stands, strict=True)],
    )
    session.execute(
        sa.update(Period),
        [{"id": row.period_id, **_period(stand)} for row, stand in zip(rows, stands, strict=True)],
    )
    repair_counts(session)


def _standing(chance: Random, today: date) -> dict[str, Any]:
    """Six of ten are done, for a year; the others are due around now."""
    if chance.random() < DONE:
        until = today + timedelta(days=chance.randint(10, 360))
        progress = {"progress": Progress.COMPLETED, "due_on": None}
        return {**progress, "valid_until": until, "grace_until": until}
    progress = {"progress": chance.choice((Progress.NOT_STARTED, Progress.IN_PROGRESS))}
    due_on = today + timedelta(days=chance.randint(-60, 60))
    return {**progress, "due_on": due_on, "valid_until": None, "grace_until": None}


def _period(stand: dict[str, Any]) -> dict[str, Any]:
    until: date | None = stand["valid_until"]
    done_at = datetime.combine(until - timedelta(days=365), time(12), UTC) if until else None
    due_on = stand["due_on"] or until
    return {
        "due_on": due_on,
        "completed_at": done_at,
        "valid_until": until,
        "grace_until": until,
    }
