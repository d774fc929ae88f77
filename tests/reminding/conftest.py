"""A wing with a manager, whose people are reminded of a module; a day can be let pass."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment
from coursesite.assignments.services import assign
from coursesite.jobs.models import Job
from coursesite.notifications.models import Mail
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.reminding import jobs
from coursesite.reminding.rules import DEFAULT_LADDER
from coursesite.reminding.services import REMIND, begin_runs, keep_ladder
from tests.assignments.makers import acting, make_plan, publish_module
from tests.makers import make_organisation, make_person, make_unit

TUESDAY = date(2026, 12, 1)

Pass = Callable[..., list[Mail]]


@pytest.fixture
def home(session: Session) -> Organisation:
    publish_module(session)
    return make_organisation(session, time_zone="Europe/Berlin")


@pytest.fixture
def wing(session: Session, home: Organisation) -> Unit:
    return make_unit(session, home, "Wing")


@pytest.fixture
def boss(session: Session, wing: Unit) -> Person:
    return make_person(session, wing, roles=(Role.MANAGER,), roles_at=wing, family_name="Boss")


@pytest.fixture
def amira(session: Session, wing: Unit) -> Person:
    return make_person(session, wing, given_name="Amira", family_name="Haddad")


@pytest.fixture
def assigned(session: Session, wing: Unit, boss: Person, amira: Person) -> Assignment:
    """Due in 60 days after Tuesday, which is on 30 January 2027."""
    with at(TUESDAY):
        made = assign(session, make_plan(wing), acting(boss))
        keep_ladder(session, made, DEFAULT_LADDER, acting(boss), enabled=True)
    session.commit()
    return made


def at(day: date, hour: int = 9, zone: str = "Europe/Berlin") -> time_machine.travel:
    """That wall-clock time."""
    moment = datetime.combine(day, time(hour), ZoneInfo(zone))
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def pass_day(app: Flask, session: Session) -> Pass:
    """Lets the reminders of a day be made; the mails that were made by it."""

    def pass_day(day: date, hour: int = 9, zone: str = "Europe/Berlin") -> list[Mail]:
        known = set(session.scalars(sa.select(Mail.id)))
        with at(day, hour, zone), app.app_context():
            begin_runs(session, mailing=True)
            run_jobs(session)
        made = session.scalars(sa.select(Mail).order_by(Mail.id)).all()
        return [mail for mail in made if mail.id not in known]

    return pass_day


def run_jobs(session: Session) -> None:
    """Whatever was asked for, until nothing waits."""
    waiting = sa.select(Job).where(Job.kind == REMIND, Job.done_at.is_(None))
    while job := session.scalars(waiting.limit(1)).first():
        jobs.remind(session, job.payload)
        job.done_at = job.available_at
        session.commit()


def in_days(days: int) -> date:
    return TUESDAY + timedelta(days=days)
