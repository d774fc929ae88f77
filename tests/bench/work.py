"""The long work of a service of very many people, each piece of it in a process of its own.

`python -m tests.bench.work FOLDER NAME`: the last line tells what it took.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.app import create_app
from coursesite.assignments import jobs as assignments
from coursesite.assignments.models import (
    Assignment,
    ComplianceCount,
    Parked,
    Period,
    Requirement,
    TargetStanding,
    UnitExpiry,
    UnitStanding,
)
from coursesite.assignments.queries.parked import Narrowed
from coursesite.assignments.rules import (
    ASSIGN_TO_MANY,
    CARRY_OUT,
    DECIDE_SWEEP,
    KEEP_DAY,
    Decision,
    Deed,
    Due,
    DueRule,
)
from coursesite.assignments.services import (
    Verdict,
    assign_in_steps,
    begin_sweep,
    carry_out_later,
    concerned,
    end_in_steps,
    pause_in_steps,
    preview,
)
from coursesite.assignments.services.standings import counted_on
from coursesite.audit.services import Actor
from coursesite.db import only_reading, snapshot, writing
from coursesite.doctor.rules import Finding
from coursesite.doctor.services import INVARIANTS, PIECE, check, check_piece
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.jobs.services import NewTask, Tasks, start_task
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Scope
from coursesite.schedule import LONG
from tests.bench.facts import WINDOW
from tests.bench.foreseeing import AFTER_MORE, FIRST, FORESEEING, Done, bring_about
from tests.bench.million import MANAGER, UNASKED, plan_of
from tests.bench.server import peak_megabytes
from tests.bench.settings import settings_of
from tests.bench.table import tell

PIECES = 20
MOST_STEPS = 200
"""Of work in steps so many are taken at most; each of them costs the same."""
ONE_DAY = timedelta(days=1)
MISSED = timedelta(days=200)
PAUSED = "core"
HARMED = 100
"""Of so many units one has counts that are wrong."""


def work(folder: str, name: str, step: str = "") -> None:
    """`step` is FIRST where only what it rests on is brought about, of which nothing is told."""
    settings = settings_of(Path(folder))
    url = os.environ.get("COURSESITE_DATABASE_URL", settings.database_url)
    app = create_app(replace(settings, database_url=url))
    with app.app_context(), writing(), db.sessionmaker() as session:
        organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
        if organisation is None:
            raise RuntimeError("There is no organisation.")
        if step == FIRST:
            bring_about(session, organisation, name)
            return
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


def _begin(session: Session, _organisation: Organisation) -> Done:
    """As the night after this day does."""
    number = _count(session)
    session.commit()
    with time_machine.travel(clock.now() + ONE_DAY):
        assignments.begin_the_day(session)
    return number, 0.0


def _renew(session: Session, organisation: Organisation) -> Done:
    """On the first day on which renewals open, after the day that was begun; how many do."""
    begun = counted_on(session, organisation.id) + timedelta(days=WINDOW)
    first = session.scalar(
        sa.select(sa.func.min(Requirement.valid_until)).where(Requirement.valid_until > begun)
    )
    if first is None:
        raise RuntimeError("Nothing ends.")
    last = session.scalar(sa.select(sa.func.max(Period.id))) or 0
    session.commit()
    day = datetime.combine(first - timedelta(days=WINDOW), time_of_day(12), UTC)
    with time_machine.travel(day):
        assignments.open_renewals(session)
    opened = (session.scalar(sa.select(sa.func.max(Period.id))) or 0) - last
    if not opened:
        raise RuntimeError("No renewal was opened.")
    return opened, 0.0


def _counts(session: Session, _organisation: Organisation) -> Done:
    """How long anybody else has to wait to write is what others tell."""
    assignments.check_counts(session)
    return _count(session), 0.0


def _mended(session: Session, _organisation: Organisation) -> Done:
    """The same, where some units' counts, sums and expiries are wrong; then none is."""
    number = 0
    for table in (ComplianceCount, TargetStanding, UnitStanding, UnitExpiry):
        harm = sa.update(table).where(table.unit_id % HARMED == 0)
        harmed: Any = session.execute(harm.values(people=table.people + 1))
        number += harmed.rowcount
    session.commit()
    assignments.check_counts(session)
    for name in ("counts", "standings", "expiries"):
        (invariant,) = (each for each in INVARIANTS if each.name == name)
        with only_reading(session):
            left = check(session, invariant)
        if left.broken:
            raise RuntimeError(f"{left.broken} {name} are still wrong: {left.first[:1]}")
    return number, 0.0


def _check(session: Session, _organisation: Organisation) -> Done:
    """All that the doctor asks as a whole; the longest step is that of one question."""
    longest = 0.0
    for invariant in INVARIANTS:
        began = time.perf_counter()
        with only_reading(session):
            finding = check(session, invariant)
        longest = max(longest, time.perf_counter() - began)
        if finding.broken:
            raise RuntimeError(f"{finding.name}: {finding.first[:1]}")
    return _count(session), longest


def _build(session: Session, _organisation: Organisation) -> Done:
    """Some requirements from nothing, as the doctor does of all in turn."""
    after_id, found, longest = 0, Finding("", ""), 0.0
    for _number in range(PIECES):
        began = time.perf_counter()
        with only_reading(session):
            after_id = check_piece(session, after_id, found) or 0
        longest = max(longest, time.perf_counter() - began)
    if found.broken:
        raise RuntimeError(found.first[0])
    return PIECES * PIECE, longest


def _assign(session: Session, organisation: Organisation) -> Done:
    """To everybody, in the steps in which the worker does it."""
    actor, plan = _actor(session, organisation), plan_of(organisation.id, UNASKED)
    with snapshot(session) as reader:
        foreseen = preview(reader, plan)
    assignment = assign_in_steps(session, plan, foreseen, actor)
    new = NewTask(ASSIGN_TO_MANY, "Everybody", {"assignment": assignment.id})
    task = start_task(session, new, actor, "en")
    assignment.task_id = task.id
    session.commit()
    return _in_steps(session, task)


def _end(session: Session, organisation: Organisation) -> Done:
    """The same assignment, before it has reached everybody."""
    actor = _actor(session, organisation)
    made = sa.select(Assignment).where(Assignment.target_slug == UNASKED)
    assignment = session.scalars(made).one()
    number = concerned(session, assignment, Deed.END)
    order = end_in_steps(session, assignment, actor, reason="No more")
    new = NewTask(CARRY_OUT, "Ending", {}, total=number)
    task = carry_out_later(session, assignment, order, new, (actor, "en"))
    session.commit()
    return _in_steps(session, task)


def _pause(session: Session, organisation: Organisation) -> Done:
    """What everybody must do already: all of it rests, with its dates."""
    actor = _actor(session, organisation)
    made = sa.select(Assignment).where(Assignment.target_slug == PAUSED)
    assignment = session.scalars(made).one()
    number = concerned(session, assignment, Deed.PAUSE)
    order = pause_in_steps(session, assignment, actor, reason="Not now")
    new = NewTask(CARRY_OUT, "Pausing", {}, total=number)
    task = carry_out_later(session, assignment, order, new, (actor, "en"))
    session.commit()
    return _in_steps(session, task)


def _park(session: Session, organisation: Organisation) -> Done:
    """Assign to everybody what had to be done by yesterday: all wait for somebody to decide."""
    actor, due = _actor(session, organisation), clock.today("UTC") - ONE_DAY
    plan = replace(plan_of(organisation.id, UNASKED), due=Due(DueRule.FIXED, on=due))
    with snapshot(session) as reader:
        foreseen = preview(reader, plan)
    assignment = assign_in_steps(session, plan, foreseen, actor)
    task = start_task(
        session, NewTask(ASSIGN_TO_MANY, "Late", {"assignment": assignment.id}), actor, "en"
    )
    assignment.task_id = task.id
    session.commit()
    return _in_steps(session, task)


def _sweep(session: Session, organisation: Organisation) -> Done:
    """Give all of them who wait a later date."""
    actor, scope = _actor(session, organisation), Scope(organisation.id, None)
    waiting = sa.select(sa.func.max(Parked.assignment_id), sa.func.count()).select_from(Parked)
    assignment_id, number = session.execute(waiting).one()
    verdict = Verdict(Decision.NEW_DATE, "Later", clock.today("UTC") + timedelta(days=90))
    choice = Narrowed(assignment_id), number
    sweep = begin_sweep(session, choice, scope, verdict, actor)
    payload = {"sweep": sweep.id, "paths": None}
    task = start_task(session, NewTask(DECIDE_SWEEP, "All who wait", payload), actor, "en")
    session.commit()
    return _in_steps(session, task)


def _keep(session: Session, organisation: Organisation) -> Done:
    """A past day that was missed."""
    actor, day = _actor(session, organisation), clock.today("UTC") - MISSED
    task = start_task(session, NewTask(KEEP_DAY, "A day", {"day": day.isoformat()}), actor, "en")
    session.commit()
    _steps, longest = _in_steps(session, task)
    return _count(session), longest


def _actor(session: Session, organisation: Organisation) -> Actor:
    manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
    return Actor(manager.id, organisation.id)


def _in_steps(session: Session, task: Task) -> Done:
    """What the worker does of it, step by step; how much is done in so many of them."""
    tasks, longest = Tasks(LONG, db.sessionmaker), 0.0
    for _number in range(MOST_STEPS):
        began = time.perf_counter()
        goes_on = tasks.step()
        session.refresh(task)
        if task.error:
            raise RuntimeError(task.error)
        if not goes_on:
            break
        longest = max(longest, time.perf_counter() - began)
        session.commit()
    tasks.let_go()
    return task.done, longest


WORK: dict[str, Callable[[Session, Organisation], Done]] = {
    **FORESEEING,
    "assigning to all": _assign,
    "ending that": _end,
    "letting all wait": _park,
    "deciding about them": _sweep,
    "pausing one of all": _pause,
    "adding up a missed day": _keep,
    "proving what must hold": _check,
    "requirements from nothing": _build,
    "proving all counts": _counts,
    "mending wrong counts": _mended,
    "beginning the next day": _begin,
    "opening renewals": _renew,
    **AFTER_MORE,
}

if __name__ == "__main__":
    work(*sys.argv[1:])
