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
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.app import create_app
from coursesite.assignments.models import Requirement
from coursesite.config import Settings
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.reports.queries.lists import BY_NAME, PAGE
from tests.bench.million import MANAGER, THREE_YEARS, seed
from tests.bench.settings import settings_of
from tests.bench.table import tell
from tests.bench.work import WORK
from tests.browser import Browser, Client, Queries
from tests.postgres import database_on, running_postgres

SMALL, MILLION, RUNS = 1_000, 1_000_000, 7
OVERDUE = "/reports/people?state=overdue"
FAR = 1_000 * PAGE
PAUSE = 1.0
Waits = list[tuple[float, float]]

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
        with visiting(app) as visit:
            waits: Waits = []
            told = apart(settings, name, lambda: waits.append(visit()))  # noqa: B023 - called in this round
        tell(f"  {name}: {in_words(told)}{of_others(waits)}")


def look(app: Flask) -> None:
    """The pages of whoever manages everybody."""
    with app.app_context(), writing(on=False), db.sessionmaker() as session:
        manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
        past = clock.today("UTC") - THREE_YEARS
        pages = {
            "the whole service": "/reports",
            "three years ago, as known then": f"/reports?as_of={past}",
            "three years ago, as known now": f"/reports?as_of={past}&known=now",
            "its overdue, as known now": f"{OVERDUE}&as_of={past}&known=now",
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


@contextmanager
def visiting(app: Flask) -> Iterator[Callable[[], tuple[float, float]]]:
    """What somebody else waits for meanwhile: a page, and something that is written."""
    with app.app_context(), writing(on=False), db.sessionmaker() as session:
        manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
        session.commit()
        browser = Browser(app, session)

        def visit() -> tuple[float, float]:
            began = time.perf_counter()
            with writing():
                client = browser.sign_in(session.get_one(Person, manager.id))
            written = time.perf_counter()
            client.get("/reports")
            return time.perf_counter() - written, written - began

        yield visit


def of_others(waits: Waits) -> str:
    if not waits:
        return ""
    pages, writes = zip(*waits, strict=True)
    slowest = f"the slowest {max(pages):.2f} s, of writes {max(writes):.2f} s"
    return f"; meanwhile {len(waits)} pages, {slowest}"


def apart(settings: Settings, name: str, meanwhile: Callable[[], None]) -> Told:
    """Do it in a process of its own; `meanwhile` is done beside it, again and again."""
    env = {**os.environ, "COURSESITE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.bench.work", str(settings.var), name]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, env=env, stdout=said) as process,  # noqa: S603 - our own
    ):
        while process.poll() is None:
            time.sleep(PAUSE)
            meanwhile()
        if process.returncode:
            raise RuntimeError(f"{name} ended with {process.returncode}.")
        said.seek(0)
        told: Told = json.loads(said.read().splitlines()[-1])
    return told


def in_words(told: Told) -> str:
    seconds, cpu = told["seconds"], told["cpu"]
    words = f"{seconds:.1f} s ({cpu:.1f} of CPU), {told['megabytes']:.0f} MB"
    if told["rows"]:
        words += f", {told['rows']:,} rows, {told['rows'] / max(seconds, 0.001):,.0f} a second"
    return words + (f", the longest step {told['longest']:.2f} s" if told["longest"] else "")


if __name__ == "__main__":
    main(*sys.argv[1:])
