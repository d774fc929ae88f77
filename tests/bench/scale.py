"""What a service of a million people costs.

`python -m tests.bench.scale [sqlite|postgresql] [people]`. Everything long is done in a process of
its own, as the worker does it, so that its memory is its own.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.app import create_app
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
from coursesite.assignments.services import assign_in_steps, open_renewals, preview
from coursesite.assignments.services.standings import bring_forward
from coursesite.audit.services import Actor
from coursesite.config import Settings
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, Tasks, start_task
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Audience
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.lists import BY_NAME, PAGE
from coursesite.schedule import LONG
from tests.bench.million import MANAGER, THREE_YEARS, UNASKED, seed
from tests.bench.server import peak_megabytes
from tests.bench.settings import settings_of
from tests.bench.table import tell
from tests.browser import Browser, Client, Queries
from tests.postgres import database_on, running_postgres

SMALL, MILLION, RUNS = 1_000, 1_000_000, 7
OVERDUE = "/reports/people?state=overdue"
FAR = 1_000 * PAGE
Told = dict[str, Any]


def main(engine: str = "sqlite", people: str = str(MILLION)) -> None:
    with tempfile.TemporaryDirectory() as folder, databases(engine) as new_url:
        for number in (SMALL, int(people)):
            measure(settings_at(Path(folder) / str(number), new_url), number)


@contextmanager
def databases(engine: str) -> Iterator[Callable[[Path], str]]:
    """What tells where the next database is."""
    if engine == "sqlite":
        yield lambda folder: settings_of(folder).database_url
        return
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres())
        yield lambda _folder: stack.enter_context(database_on(server))


def settings_at(folder: Path, new_url: Callable[[Path], str]) -> Settings:
    folder.mkdir()
    return replace(settings_of(folder), database_url=new_url(folder))


def measure(settings: Settings, people: int) -> None:
    began = time.perf_counter()
    app = create_app(settings)
    seed(app, people)
    tell(f"{people:,} people were made in {time.perf_counter() - began:.0f} s")
    look(app)
    for name in WORK:
        tell(f"  {name}: {in_words(apart(settings, name))}")


def look(app: Flask) -> None:
    """The pages of whoever manages everybody."""
    with app.app_context(), writing(on=False), db.sessionmaker() as session:
        manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
        past = clock.today("UTC") - THREE_YEARS
        pages = {
            "the whole service": "/reports",
            "three years ago, as known then": f"/reports?as_of={past}",
            "overdue, first page": OVERDUE,
        }
        far = _far_down(session, manager.organisation_id)
        if far:
            pages["overdue, page 1,000"] = f"{OVERDUE}&after={far}"
        with writing():
            client = Browser(app, session).sign_in(manager)
            session.commit()
        for name, address in pages.items():
            _tell_page(client, name, address)


def _far_down(session: Session, organisation_id: int) -> int | None:
    """The last of the overdue on page 999."""
    late = sa.select(Requirement.id).join(Person, Person.id == Requirement.person_id)
    late = late.where(
        Requirement.organisation_id == organisation_id, Requirement.due_on < clock.today("UTC")
    )
    return session.scalar(late.order_by(*BY_NAME, Requirement.id).offset(FAR - PAGE - 1).limit(1))


def _tell_page(client: Client, name: str, address: str) -> None:
    times = []
    for _ in range(RUNS):
        with Queries(db.engine) as queries:
            began = time.process_time()
            answer = client.get(address)
            times.append(1000 * (time.process_time() - began))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
    tell(f"  {name}: {statistics.median(times):.1f} ms CPU, {len(queries)} statements")


def apart(settings: Settings, name: str) -> Told:
    """Do it in a process of its own."""
    env = {**os.environ, "COURSESITE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.bench.scale", "work", str(settings.var), name]
    ended = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    told: Told = json.loads(ended.stdout.splitlines()[-1])
    return told


def in_words(told: Told) -> str:
    seconds, cpu = told["seconds"], told["cpu"]
    words = f"{seconds:.1f} s ({cpu:.1f} of CPU), {told['megabytes']:.0f} MB"
    if told["rows"]:
        words += f", {told['rows']:,} rows, {told['rows'] / max(seconds, 0.001):,.0f} a second"
    return words + (f", the longest step {told['longest']:.2f} s" if told["longest"] else "")


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


def _tomorrow(session: Session, organisation: Organisation) -> tuple[int, float]:
    """The night: what changes by the day alone."""
    bring_forward(session, organisation.id, clock.today("UTC") + timedelta(days=1))
    return _count(session), 0.0


def _renewals(session: Session, _organisation: Organisation) -> tuple[int, float]:
    open_renewals(session)
    return _count(session), 0.0


def _foresee(session: Session, organisation: Organisation) -> tuple[int, float]:
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


def _assign(session: Session, organisation: Organisation) -> tuple[int, float]:
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
            return task.done, longest
        longest = max(longest, time.perf_counter() - began)


WORK: dict[str, Callable[[Session, Organisation], tuple[int, float]]] = {
    "counting as of tomorrow": _tomorrow,
    "opening renewals": _renewals,
    "foreseeing an assignment to all": _foresee,
    "assigning to all": _assign,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
