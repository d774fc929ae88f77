"""Measure the floor, then every page, on a small and on a large copy of the site."""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from flask import Flask

from coursesite.app import create_app
from coursesite.config import Settings
from coursesite.extensions import db
from tests.bench import authoring, publishing, questions
from tests.bench.attempts import measure_attempts
from tests.bench.load import drive, generator
from tests.bench.pages import Page, floor_page, pages_of, weigh
from tests.bench.seeding import seed
from tests.bench.server import Server, free_port, served
from tests.bench.settings import settings_of
from tests.bench.table import Row, limits, tell, tell_limits, tell_row, tell_titles

SMALL, LARGE = 1_000, 20_000
WARM_UP, SECONDS, LONGEST, RUNS = 1.0, 2.0, 15.0, 2
FEWEST = 10
ON_LARGE = {"learner's home", "lesson", "saving an answer", "reports"}


@dataclass(frozen=True)
class Copy:
    """A copy of the site with so many people."""

    people: int
    settings: Settings
    app: Flask


def main() -> None:
    tell(f"{os.cpu_count()} cores, SQLite, one worker, load from {generator()}")
    rows: dict[int, list[Row]] = {}
    peaks: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        copies = [make(Path(folder), people) for people in (SMALL, LARGE)]
        tell_titles()
        floor = measure_floor(copies[0])
        tell_row(floor, floor)
        for copy in copies:
            tell(f"{copy.people:,} people")
            with served(copy.settings) as server:
                rows[copy.people] = list(measure_copy(copy, server, floor))
                peaks[copy.people] = server.peak_megabytes()
        tell("Writing")
        written = list(authoring.measure(copies[0].app))
        written += publishing.measure(copies[0].app, copies[0].settings)
        tell("A corrected question")
        worked = questions.measure(settings_of(Path(folder) / "questions"), LARGE)
    tell_limits(chain(limits(floor, rows[SMALL], rows[LARGE], peaks), written, worked.limits()))


def make(folder: Path, people: int) -> Copy:
    began = time.perf_counter()
    settings = settings_of(folder / str(people))
    settings.var.mkdir()
    app = create_app(settings)
    seed(app, people)
    tell(f"A copy with {people:,} people was made in {time.perf_counter() - began:.0f} s")
    return Copy(people, settings, app)


def measure_floor(copy: Copy) -> Row:
    settings = replace(copy.settings, port=free_port())
    with served(settings, "tests.bench.floor:create_floor") as server:
        return measure(server, floor_page(copy.app))


def measure_copy(copy: Copy, server: Server, floor: Row) -> Iterator[Row]:
    """Each page of the small copy; of the large one those that may grow."""
    for page in pages_of(copy.app):
        if copy.people == SMALL or page.name in ON_LARGE:
            weight = weigh(copy.app, page)
            row = replace(measure(server, page), weight=weight)
            tell_row(row, floor)
            yield row
    if copy.people == SMALL:
        for row in measure_attempts(copy.app, server):
            tell_row(row, floor)
            yield row
    with copy.app.app_context():
        db.engine.dispose()


def measure(server: Server, page: Page) -> Row:
    """The cheapest of several runs: what else the machine does only ever adds."""
    drive(server.port, page, WARM_UP)
    return min((_run(server, page) for _ in range(RUNS)), key=lambda row: row.cpu)


def _run(server: Server, page: Page, seconds: float = SECONDS) -> Row:
    """A page that is not answered in that time is given longer."""
    before = server.cpu_seconds()
    load = drive(server.port, page, seconds)
    used = server.cpu_seconds() - before
    if load.requests < FEWEST and seconds < LONGEST:
        return _run(server, page, 3 * seconds)
    return Row(page.name, load, 1000 * used / max(1, load.requests))


if __name__ == "__main__":
    main()
