"""What a service of a million people costs.

`python -m tests.bench.scale [sqlite|postgresql] [people] [--keep FOLDER] [--only WORK]`: the
services that it makes are left in the folder, and taken from there the same day. Everything long
is done in a process of its own, as the worker does it, so that its memory is its own; meanwhile
others use the site, and a site of few people, on which nothing else is done, in the same minutes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.app import create_app, limit_questions_of
from coursesite.assignments.models import Requirement
from coursesite.config import Settings
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person, Unit
from coursesite.reports.queries.lists import BY_NAME, PAGE
from tests.bench.foreseeing import BEFORE
from tests.bench.foreseeing import FIRST as FIRST_OF_ALL
from tests.bench.kept import Site, shelf
from tests.bench.million import MANAGER, THREE_YEARS
from tests.bench.others import Others, others_at, spread
from tests.bench.table import Limit, tell, tell_limits
from tests.bench.work import WORK
from tests.browser import Browser, Client, Queries

SMALL, MILLION, RUNS, WARM_UP = 1_000, 1_000_000, 9, 6
OVERDUE = "/reports/people?state=overdue"
FAR = 1_000 * PAGE
PAST_LIST = "its overdue, as known now"
UNIT, PAST_UNIT = "a unit's list", "a unit's, then, as known now"
WHOLE, FIRST, DISTANT = "the whole service", "overdue, first page", "overdue, page 1,000"
THEN, NOW = "three years ago, as known then", "three years ago, as known now"
PAGES = "{:<36} {:>8} {:>10} {:>11}"
WORKS = "{:<36} {:>9} {:>8} {:>7} {:>8} {:>6} {:>8}" + 4 * "   {:<17}"
HOURS = 3600
PATIENCE = 2 * HOURS
"""So many seconds a piece of work may take, before it is given up and the next is done."""


Spread = tuple[float, float, float]


@dataclass(frozen=True)
class Page:
    """Milliseconds of the web process's CPU, and by the clock at best, the database's included."""

    cpu: float
    clock: float
    statements: int


@dataclass(frozen=True)
class Worked:
    """What a piece of long work took; `longest` is its longest step, in seconds.

    Others waited for pages and answers meanwhile; in the same minutes so did those of a site of few
    people on which no work was done.
    """

    seconds: float
    cpu: float
    megabytes: float
    rows: int
    longest: float
    reading: Spread
    saving: Spread
    few_reading: Spread
    few_saving: Spread
    failed: int


Pages = Mapping[str, Page]
Works = Mapping[str, Worked]
"""Those that were done to the end."""


def main(engine: str, people: int, kept: Path | None, only: Sequence[str]) -> None:
    with shelf(engine, kept) as services:
        few, many = services.site(SMALL), services.site(people)
        small, large = look(few, SMALL), look(many, people)
        works = work(few, many, only or tuple(WORK))
    tell_limits(limits(small, large, works, len(only or WORK)))


def look(site: Site, people: int) -> Pages:
    """The pages of whoever manages everybody; without those that were not shown in time."""
    app = create_app(site.settings)
    limit_questions_of(app)
    tell(PAGES.format(f"{people:,} people", "CPU ms", "clock ms", "statements"))
    with app.app_context(), writing(on=False), db.sessionmaker() as session:
        manager = session.scalars(sa.select(Person).where(Person.email == MANAGER)).one()
        addresses = _addresses(session, manager.organisation_id)
        with writing():
            client = Browser(app, session).sign_in(manager)
            session.commit()
        found = {name: _page(client, name, address) for name, address in addresses.items()}
        return {name: page for name, page in found.items() if page}


def _addresses(session: Session, organisation_id: int) -> dict[str, str]:
    past = clock.today("UTC") - THREE_YEARS
    found = {
        WHOLE: "/reports",
        THEN: f"/reports?as_of={past}",
        NOW: f"/reports?as_of={past}&known=now",
        FIRST: OVERDUE,
    }
    far = _far_down(session, organisation_id)
    if far:
        found[DISTANT] = f"{OVERDUE}&after={far}"
    unit = session.scalar(sa.select(sa.func.max(Unit.id)))
    theirs = f"/reports/people?unit={unit}"
    return {
        **found,
        PAST_LIST: f"{OVERDUE}&as_of={past}&known=now",
        UNIT: theirs,
        PAST_UNIT: f"{theirs}&as_of={past}&known=now",
    }


def _far_down(session: Session, organisation_id: int) -> int | None:
    """The last of the overdue on page 999."""
    late = sa.select(Requirement.id).join(Person, Person.id == Requirement.person_id)
    late = late.where(
        Requirement.organisation_id == organisation_id, Requirement.due_on < clock.today("UTC")
    )
    return session.scalar(late.order_by(*BY_NAME, Requirement.id).offset(FAR - PAGE - 1).limit(1))


def _page(client: Client, name: str, address: str) -> Page | None:
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
            tell(PAGES.format(name, "-", "-", f"WAS NOT SHOWN: {answer.status}"))
            return None
    page = Page(statistics.median(used[WARM_UP:]), min(times[WARM_UP:]), statements)
    tell(PAGES.format(name, f"{page.cpu:.1f}", f"{page.clock:.1f}", page.statements))
    return page


def work(few: Site, many: Site, names: Sequence[str]) -> Works:
    """What is long, one after the other, while others use the site."""
    heads = ("rows", "rows/CPU", "CPU s", "clock s", "MB", "longest")
    waits = "page waits s", "answer waits s"
    tell(
        WORKS.format("work (of others: p50 p95 max)", *heads, *waits, *(f"few: {w}" for w in waits))
    )
    found = {}
    with (
        others_at(many.app, many.settings) as others,
        others_at(few.app, few.settings) as beside,
    ):
        for name in names:
            told = apart(many.settings, name, others, beside)
            if told is None:
                tell(f"{name} WAS NOT DONE TO THE END")
                continue
            found[name] = told
            _tell_work(name, told)
    return found


def apart(settings: Settings, name: str, others: Others, beside: Others) -> Worked | None:
    """Do it in a process of its own; None where that failed, of which the process has told."""
    env = {**os.environ, "COURSESITE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.bench.work", str(settings.var), name]
    try:
        if name in BEFORE:
            subprocess.run([*command, FIRST_OF_ALL], env=env, check=True, timeout=PATIENCE)  # noqa: S603 - our own command
        others.forget()
        beside.forget()
        ended = subprocess.run(  # noqa: S603 - our own command
            command, env=env, stdout=subprocess.PIPE, check=True, text=True, timeout=PATIENCE
        )
    except subprocess.SubprocessError:
        return None
    told = json.loads(ended.stdout.splitlines()[-1])
    return Worked(
        **told,
        reading=spread(others.reading),
        saving=spread(others.saving),
        few_reading=spread(beside.reading),
        few_saving=spread(beside.saving),
        failed=others.failed,
    )


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
            *(
                " ".join(f"{part:.2f}" for part in waits)
                for waits in (each.reading, each.saving, each.few_reading, each.few_saving)
            ),
        )
    )


def limits(few: Pages, many: Pages, works: Works, wanted: int) -> Iterator[Limit]:
    for name, most in {WHOLE: 1.5, THEN: 4, NOW: 4, PAST_LIST: 4}.items():
        if name in few and name in many:
            yield Limit(f"{name}, against 1,000", many[name].cpu / few[name].cpu, most, "x CPU")
    yield Limit("pages that were not shown", len(few.keys() - many.keys()), 0, "")
    for name, other in ((DISTANT, FIRST), (UNIT, FIRST), (PAST_UNIT, PAST_LIST)):
        if name in many and other in many:
            growth = many[name].cpu / many[other].cpu
            yield Limit(f"{name}, against {other}", growth, 1.5, "x CPU")
    yield Limit("statements of a page", max(each.statements for each in many.values()), 10, "")
    yield Limit("work that was not done to the end", wanted - len(works), 0, "")
    if works:
        yield from _limits_of(works)


def _limits_of(works: Works) -> Iterator[Limit]:
    for name, each in works.items():
        if name.startswith("foreseeing"):
            yield Limit(name, each.cpu, 2, "s CPU")
    yield Limit("memory of long work", max(each.megabytes for each in works.values()), 300, "MB")
    if works.keys() >= set(NIGHT):
        yield Limit("what the night proves", _night(works), 2, "hours CPU")
    pages = max(each.reading[1] for each in works.values())
    answers = max(each.saving[1] for each in works.values())
    yield Limit("a page beside long work, of 100 the 95th", pages, 2, "s")
    yield Limit("an answer beside long work, of 100 the 95th", answers, 2, "s")
    failed = sum(each.failed for each in works.values())
    yield Limit("what failed for others meanwhile", failed, 0, "")


NIGHT = ("requirements from nothing", "proving all counts", "proving what must hold")


def _night(works: Works) -> float:
    """Of requirements from nothing only some are measured; all of them cost as much each."""
    nothing, counts, rest = (works[name] for name in NIGHT)
    whole = nothing.cpu * counts.rows / max(nothing.rows, 1)
    return (whole + counts.cpu + rest.cpu) / HOURS


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description="What a service of a million people costs.")
    asked.add_argument("engine", nargs="?", default="sqlite", choices=("sqlite", "postgresql"))
    asked.add_argument("people", nargs="?", default=MILLION, type=int)
    asked.add_argument("--keep", type=Path, metavar="FOLDER", help="where what is made is left")
    asked.add_argument("--only", action="append", default=[], choices=[*WORK], metavar="WORK")
    return asked.parse_args()


if __name__ == "__main__":
    given = _asked()
    main(given.engine, given.people, given.keep, given.only)
