"""The long work of a service of very many people, each piece of it in a process of its own.

`python -m tests.bench.work FOLDER NAME`: the last line tells what it took.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.app import create_app
from coursesite.assignments import jobs as assignments
from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import (
    ASSIGN_TO_MANY,
    Condition,
    Criterion,
    Due,
    DueRule,
    Plan,
    Terms,
)
from coursesite.assignments.services import (
    assign_in_steps,
    bring_forward,
    keep_days_before,
    preview,
    repair_in_pieces,
)
from coursesite.audit.services import Actor
from coursesite.db import only_reading, writing
from coursesite.doctor.rules import Finding
from coursesite.doctor.services import INVARIANTS, PIECE, check, check_piece
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, Tasks, start_task
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Audience
from coursesite.progress.rules import TargetKind
from coursesite.schedule import LONG
from tests.bench.million import MANAGER, UNASKED
from tests.bench.server import peak_megabytes
from tests.bench.settings import settings_of
from tests.bench.table import tell

PIECES = 5
ONE_DAY = timedelta(days=1)
UNKNOWN_HERE = {"completions", "units"}
"""People are made without postings, and what they did without completions."""

Done = tuple[int, float]
"""How many rows it was about, and the longest step in seconds."""


def work(folder: str, name: str) -> None:
    settings = settings_of(Path(folder))
    url = os.environ.get("COURSESITE_DATABASE_URL", settings.database_url)
    app = create_app(replace(settings, database_url=url))
    with app.app_context(), writing(), db.sessionmaker() as session:
        organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
        if organisation is None:
            raise RuntimeError("There is no organisation.")
        began, used = time.perf_counter(), time.process_time()
        rows, longest = WORK[name](session, organisation)
        session.commit()
        told = {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "megabytes": peak_megabytes(os.getpid()),
            "rows": rows,
            "longest": longest,
        }
    tell(json.dumps(told))


def _count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Requirement)) or 0


def _tomorrow(session: Session, organisation: Organisation) -> Done:
    """The night: what changes by the day alone."""
    bring_forward(session, organisation.id, clock.today("UTC") + ONE_DAY)
    return _count(session), 0.0


def _keep_today(session: Session, organisation: Organisation) -> Done:
    keep_days_before(session, organisation.id, clock.today("UTC") + ONE_DAY)
    return _count(session), 0.0


def _renewals(session: Session, _organisation: Organisation) -> Done:
    assignments.open_renewals(session)
    return _count(session), 0.0


def _counts(session: Session, _organisation: Organisation) -> Done:
    """The longest step is how long anybody else may have to wait to write."""
    longest, began = 0.0, time.perf_counter()
    for _found in repair_in_pieces(session):
        session.commit()
        longest = max(longest, time.perf_counter() - began)
        began = time.perf_counter()
    return _count(session), longest


def _check(session: Session, _organisation: Organisation) -> Done:
    """All that the doctor asks as a whole."""
    for invariant in INVARIANTS:
        with only_reading(session):
            finding = check(session, invariant)
        if finding.broken and invariant.name not in UNKNOWN_HERE:
            raise RuntimeError(f"{finding.name}: {finding.first[:1]}")
    return _count(session), 0.0


def _build(session: Session, _organisation: Organisation) -> Done:
    """Some requirements from nothing, as the doctor does of all in turn."""
    after_id: int | None = 0
    for _number in range(PIECES):
        with only_reading(session):
            after_id = check_piece(session, after_id or 0, Finding("", ""))
    return PIECES * PIECE, 0.0


def _foresee(session: Session, organisation: Organisation) -> Done:
    return preview(session, _plan(organisation)).people, 0.0


def _plan(organisation: Organisation) -> Plan:
    return Plan(
        organisation_id=organisation.id,
        kind=TargetKind.PATH,
        slug=UNASKED,
        conditions=(Condition(Criterion.AUDIENCE, Audience.PRISON_OFFICERS),),
        due=Due(DueRule.AFTER_ASSIGNMENT, days=60),
        terms=Terms(12),
        reason="Everybody",
    )


def _assign(session: Session, organisation: Organisation) -> Done:
    """To everybody, in the steps in which the worker does it."""
    manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
    actor, plan = Actor(manager.id, organisation.id), _plan(organisation)
    assignment = assign_in_steps(session, plan, preview(session, plan), actor)
    new = NewTask(ASSIGN_TO_MANY, "Everybody", {"assignment": assignment.id})
    task = start_task(session, new, actor, "en")
    session.commit()
    tasks, longest = Tasks(LONG, db.sessionmaker), 0.0
    while True:
        began = time.perf_counter()
        if not tasks.step():
            session.refresh(task)
            if task.error:
                raise RuntimeError(task.error)
            return task.done, longest
        longest = max(longest, time.perf_counter() - began)


WORK: dict[str, Callable[[Session, Organisation], Done]] = {
    "counting as of tomorrow": _tomorrow,
    "keeping the sums of today": _keep_today,
    "opening renewals": _renewals,
    "proving all counts": _counts,
    "proving what must hold": _check,
    "requirements from nothing": _build,
    "foreseeing an assignment to all": _foresee,
    "assigning to all": _assign,
}

if __name__ == "__main__":
    work(*sys.argv[1:])
