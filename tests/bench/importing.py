"""Bringing in an old system's completions, and taking them back: lines for each second of CPU.

`python -m tests.bench.importing [sqlite|postgresql] [lines ...]`: the worker is another process.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock, serving
from coursesite.app import create_app
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan, Terms
from coursesite.assignments.services import assign
from coursesite.audit.services import Actor
from coursesite.config import PROJECT, Settings
from coursesite.db import writing
from coursesite.demo.rules import ORGANISATIONS
from coursesite.demo.services import add_organisation
from coursesite.extensions import db
from coursesite.history import services
from coursesite.history.models import ImportBatch
from coursesite.history.queries import counted
from coursesite.history.rules import DayOrder, Verdict
from coursesite.jobs.services import NewTask, Tasks, start_task
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Audience, Scope
from coursesite.progress.rules import TargetKind
from coursesite.schedule import LONG
from tests.bench.seeding import KEPT, PATH, grown
from tests.bench.server import peak_megabytes
from tests.bench.settings import settings_of
from tests.bench.table import tell
from tests.postgres import database_on, running_postgres

MODULES = (
    "core-1-seeing-the-child",
    "core-2-rights-from-arrest-to-release",
    "core-3-talking-with-children",
    "prison-1-first-days",
    "prison-2-visits-and-searches",
    "prison-3-keeping-the-bond",
    "together-1-joining-up",
    "together-2-getting-ready-for-home",
)
LINES_EACH = 5
STEPS = ("check-history", "import-history", "undo-history")


@dataclass(frozen=True)
class Took:
    """What one of the three steps took for so many lines."""

    lines: int
    seconds: float
    cpu: float
    longest: float
    megabytes: float


def main(engine: str = "sqlite", *sizes: str) -> None:
    for lines in map(int, sizes or ("5000", "20000")):
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            settings = settings_of(Path(folder))
            if engine == "postgresql":
                server = stack.enter_context(running_postgres())
                url = stack.enter_context(database_on(server))
                settings = replace(settings, database_url=url)
            seed(settings, lines)
            for step in STEPS:
                tell_step(engine, step, work_elsewhere(settings, step))


def tell_step(engine: str, step: str, took: Took) -> None:
    tell(
        f"{engine} {step}: {took.lines:,} lines, {took.lines / took.cpu:,.0f} for each second of "
        f"CPU, {took.lines / took.seconds:,.0f} a second, the longest step {took.longest:.2f} s, "
        f"peak {took.megabytes:.0f} MB"
    )


def seed(settings: Settings, lines: int) -> None:
    """People to whom a path and a module are assigned, and a file with their past."""
    app = create_app(settings)
    with app.app_context(), writing():
        session = db.session
        serving.upgrade(db.engine)
        serving.publish_shipped_course(session, PROJECT)
        plan = grown(ORGANISATIONS[0], lines // LINES_EACH)
        chance = Random(lines)  # noqa: S311 - the same copy each time
        today = clock.today(plan.time_zone)
        home = add_organisation(session, plan, chance, today, set())
        boss = session.scalars(sa.select(Person).where(Person.email == KEPT)).one()
        for kind, slug in ((TargetKind.PATH, PATH), (TargetKind.MODULE, MODULES[0])):
            assign(session, _plan(home, kind, slug), Actor(boss.id, home.id))
        rows = list(_rows(session, boss, today))[:lines]
        text = "\n".join(["staff_number,training,completed_on,evidence", *rows]).encode()
        sent = services.Sent("old.csv", text, DayOrder.UNSAID)
        services.send_file(session, sent, Scope(home.id, None), Actor(boss.id, home.id))
        session.commit()
        session.execute(sa.text("ANALYZE"))
        session.commit()
        db.engine.dispose()


def _plan(home: Organisation, kind: TargetKind, slug: str) -> Plan:
    return Plan(
        organisation_id=home.id,
        kind=kind,
        slug=slug,
        conditions=(Condition(Criterion.AUDIENCE, Audience.PRISON_OFFICERS),),
        due=Due(DueRule.AFTER_ASSIGNMENT, days=60),
        terms=Terms(12),
        reason="Everybody",
    )


def _rows(session: Session, boss: Person, today: date) -> Iterator[str]:
    """Some completed all modules and so the path, some the path twice, some a few modules."""
    found = (
        sa.select(Person.staff_number)
        .where(Person.id != boss.id, Person.staff_number.is_not(None))
        .order_by(Person.id)
    )
    for number, staff_number in enumerate(session.scalars(found)):
        what = [(f"module:{slug}", 100 - 5 * at) for at, slug in enumerate(MODULES)]
        path = f"path:{PATH}"
        if number % 4 == 1:
            what = [(path, 200), (path, 600), (path, 980)]
        elif number % 4:
            what = [(path, 420), *what[: 4 + number % 4 - 2]]
        for training, days in what:
            yield f"{staff_number},{training},{today - timedelta(days=days)},Certificate {number}"


def work_elsewhere(settings: Settings, kind: str) -> Took:
    """As a worker does: in a process of its own, whose memory is measured."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.bench.importing", "work", str(settings.var), kind],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "COURSESITE_DATABASE_URL": settings.database_url},
    )
    return Took(**json.loads(told.stdout.splitlines()[-1]))


def work(folder: str, kind: str) -> None:
    settings = settings_of(Path(folder))
    url = os.environ.get("COURSESITE_DATABASE_URL", settings.database_url)
    app = create_app(replace(settings, database_url=url))
    with app.app_context(), writing(), db.sessionmaker() as session:
        batch = session.scalars(sa.select(ImportBatch)).one()
        actor = Actor(batch.person_id, batch.organisation_id)
        if kind == "import-history":
            services.begin_import(session, batch, "The old system", actor)
        if kind == "undo-history":
            services.begin_undo(session, batch, "The wrong file", actor)
        start_task(session, NewTask(kind, kind, {"batch": batch.id}), actor, "en")
        session.commit()
        began, used = time.perf_counter(), time.process_time()
        longest = _all_steps()
        took = Took(0, time.perf_counter() - began, time.process_time() - used, longest, 0.0)
        session.expire_all()
        numbers = counted(session, batch.id)
        done = {"check-history": Verdict.READY, "import-history": Verdict.IMPORTED}
        lines = numbers.get(done.get(kind, Verdict.TAKEN_BACK), 0)
    tell(json.dumps(replace(took, lines=lines, megabytes=peak_megabytes(os.getpid())).__dict__))


def _all_steps() -> float:
    """How long the longest took."""
    tasks, longest = Tasks(LONG, db.sessionmaker), 0.0
    while True:
        began = time.perf_counter()
        if not tasks.step():
            return longest
        longest = max(longest, time.perf_counter() - began)


if __name__ == "__main__":
    (work if sys.argv[1:2] == ["work"] else main)(*sys.argv[1 + (sys.argv[1:2] == ["work"]) :])
