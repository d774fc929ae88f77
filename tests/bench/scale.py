"""What a service of a million people costs.

`python -m tests.bench.scale [sqlite|postgresql] [people]`. Everything long is done in a process of
its own, as the worker does it, so that its memory is its own; meanwhile others use the site.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

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
from tests.bench.others import Others, others_at, spread
from tests.bench.settings import settings_of
from tests.bench.table import Limit, tell, tell_limits
from tests.bench.work import WORK
from tests.browser import Browser, Client, Queries
from tests.postgres import database_on, running_postgres

SMALL, MILLION, RUNS, WARM_UP = 1_000, 1_000_000, 9, 6
OVERDUE = "/reports/people?state=overdue"
FAR = 1_000 * PAGE
WHOLE, FIRST, DISTANT = "the whole service", "overdue, first page", "overdue, page 1,000"
THEN, NOW = "three years ago, as known then", "three years ago, as known now"
PAGES = "{:<36} {:>8} {:>10} {:>11}"
WORKS = "{:<36} {:>9} {:>8} {:>7} {:>8} {:>6} {:>8}   {:<17} {:<17}"
HOURS = 3600


@dataclass(frozen=True)
class Page:
    """Milliseconds of the web process's CPU, and by the clock at best, the database's included."""

    cpu: float
    clock: float
    statements: int


@dataclass(frozen=True)
class Worked:
    """What a piece of long work took; `longest` is its longest step, in seconds."""

    seconds: float
    cpu: float
    megabytes: float
    rows: int
    longest: float
    reading: tuple[float, float, float]
    saving: tuple[float, float, float]
    failed: int


Pages = Mapping[str, Page]
Works = Mapping[str, Worked]


def main(engine: str = "sqlite", people: str = str(MILLION)) -> None:
    with tempfile.TemporaryDirectory() as folder, databases(engine) as new_url:
        small = settings_at(Path(folder) / "small", new_url)
        few = look(made(small, SMALL), SMALL)
        large = settings_at(Path(folder) / "large", new_url)
        app = made(large, int(people))
        many = look(app, int(people))
        works = work(app, large)
    tell_limits(limits(few, many, works))


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


def made(settings: Settings, people: int) -> Flask:
    began = time.perf_counter()
    app = create_app(settings)
    seed(app, people)
    tell(f"{people:,} people were made in {time.perf_counter() - began:.0f} s")
    return app


def look(app: Flask, people: int) -> Pages:
    """The pages of whoever manages everybody."""
    tell(PAGES.format(f"{people:,} people", "CPU ms", "clock ms", "statements"))
    with app.app_context(), writing(on=False), db.sessionmaker() as session:
        manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
        addresses = _addresses(session, manager.organisation_id)
        with writing():
            client = Browser(app, session).sign_in(manager)
            session.commit()
        return {name: _page(client, name, address) for name, address in addresses.items()}


def _addresses(session: Session, organisation_id: int) -> dict[str, str]:
    past = clock.today("UTC") - THREE_YEARS
    found = {
        WHOLE: "/reports",
        THEN: f"/reports?as_of={past}",
        NOW: f"/reports?as_of={past}&known=now",
        "its overdue, as known now": f"{OVERDUE}&as_of={past}&known=now",
        FIRST: OVERDUE,
    }
    far = _far_down(session, organisation_id)
    return {**found, DISTANT: f"{OVERDUE}&after={far}"} if far else found


def _far_down(session: Session, organisation_id: int) -> int | None:
    """The last of the overdue on page 999."""
    late = sa.select(Requirement.id).join(Person, Person.id == Requirement.person_id)
    late = late.where(
        Requirement.organisation_id == organisation_id, Requirement.due_on < clock.today("UTC")
    )
    return session.scalar(late.order_by(*BY_NAME, Requirement.id).offset(FAR - PAGE - 1).limit(1))


def _page(client: Client, name: str, address: str) -> Page:
    """After some that are not counted, in which the database learns what it is asked."""
    used, times, statements = [], [], 0
    for _ in range(WARM_UP + RUNS):
        with Queries(db.engine) as queries:
            cpu, began = time.process_time(), time.perf_counter()
            answer = client.get(address)
            used.append(1000 * (time.process_time() - cpu))
            times.append(1000 * (time.perf_counter() - began))
        statements = len(queries)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
    page = Page(statistics.median(used[WARM_UP:]), min(times[WARM_UP:]), statements)
    tell(PAGES.format(name, f"{page.cpu:.1f}", f"{page.clock:.1f}", page.statements))
    return page


def work(app: Flask, settings: Settings) -> Works:
    """Everything long, one after the other, while others use the site."""
    heads = ("rows", "rows/CPU", "CPU s", "clock s", "MB", "longest")
    waits = "page waits s", "answer waits s"
    tell(WORKS.format("work (of others: p50 p95 max)", *heads, *waits))
    found = {}
    with others_at(app, settings) as others:
        for name in WORK:
            found[name] = apart(settings, name, others)
            _tell_work(name, found[name])
    return found


def apart(settings: Settings, name: str, others: Others) -> Worked:
    """Do it in a process of its own."""
    env = {**os.environ, "COURSESITE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.bench.work", str(settings.var), name]
    others.forget()
    ended = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603 - our own
    told = json.loads(ended.stdout.splitlines()[-1])
    waits = spread(others.reading), spread(others.saving)
    return Worked(**told, reading=waits[0], saving=waits[1], failed=others.failed)


def _tell_work(name: str, each: Worked) -> None:
    tell(
        WORKS.format(
            name,
            f"{each.rows:,}",
            f"{each.rows / max(each.cpu, 0.01):,.0f}",
            f"{each.cpu:.1f}",
            f"{each.seconds:.1f}",
            f"{each.megabytes:.0f}",
            f"{each.longest:.2f}" if each.longest else "",
            *(" ".join(f"{part:.2f}" for part in waits) for waits in (each.reading, each.saving)),
        )
    )


def limits(few: Pages, many: Pages, works: Works) -> Iterator[Limit]:
    growth = many[WHOLE].cpu / few[WHOLE].cpu
    yield Limit("the whole service, against 1,000 people", growth, 1.5, "x CPU")
    for name in (THEN, NOW):
        yield Limit(f"{name}, against 1,000", many[name].cpu / few[name].cpu, 4, "x CPU")
    if DISTANT in many:
        far = many[DISTANT].cpu / many[FIRST].cpu
        yield Limit("overdue: page 1,000 against the first", far, 1.5, "x CPU")
    yield Limit("statements of a page", max(each.statements for each in many.values()), 10, "")
    foreseen = max(each.cpu for name, each in works.items() if name.startswith("foreseeing"))
    yield Limit("foreseeing an assignment to all", foreseen, 2, "s CPU")
    yield Limit("memory of long work", max(each.megabytes for each in works.values()), 300, "MB")
    yield Limit("what the night proves", _night(works), 2, "hours CPU")
    yield Limit("an answer beside long work, of 100 the 95th", _slow(works), 2, "s")
    failed = sum(each.failed for each in works.values())
    yield Limit("what failed for others meanwhile", failed, 0, "")


def _night(works: Works) -> float:
    """Of requirements from nothing only some are measured; all of them cost as much each."""
    nothing, counts = works["requirements from nothing"], works["proving all counts"]
    whole = nothing.cpu * counts.rows / max(nothing.rows, 1)
    return (whole + counts.cpu + works["proving what must hold"].cpu) / HOURS


def _slow(works: Works) -> float:
    return max(each.saving[1] for each in works.values())


if __name__ == "__main__":
    main(*sys.argv[1:])
