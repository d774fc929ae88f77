"""Services that were made once: a copy of them is measured, so that the next run finds them new."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import URL

from coursesite import clock, serving
from coursesite.app import create_app
from coursesite.config import Settings
from coursesite.extensions import db
from tests.bench.million import seed
from tests.bench.settings import settings_of
from tests.bench.table import tell
from tests.postgres import administering, database_on, running_postgres

LITE = "bench.sqlite3"


@dataclass(frozen=True)
class Site:
    app: Flask
    settings: Settings


class Shelf:
    """The services of an engine: each made where it is missing, and given away as a copy.

    What was made on another day is not given: it stands as its people stood that day.
    """

    def __init__(self, folder: Path, stack: ExitStack, server: URL | None) -> None:
        self._folder = folder
        self._stack = stack
        self._server = server

    def site(self, people: int) -> Site:
        """One that nobody has changed, with so many people."""
        name = f"kept-{clock.today('UTC')}-{people}"
        path = self._temporary()
        url = self._kept_on(self._server, name, people) if self._server else None
        if url is None:
            self._keep_file(name, people)
            shutil.copyfile(self._folder / f"{name}.sqlite3", path / LITE)
            # Else the first who writes waits until the whole copy is on the disk.
            os.sync()
        return _opened(path, url)

    def _keep_file(self, name: str, people: int) -> None:
        """Named so only once it is whole."""
        whole = self._folder / f"{name}.sqlite3"
        if not whole.exists():
            path = self._temporary()
            _make(path, None, people)
            (path / LITE).rename(whole)

    def _kept_on(self, server: URL, name: str, people: int) -> str:
        if not _is_there(server, name):
            unfinished = self._stack.enter_context(database_on(server))
            _make(self._temporary(), unfinished, people)
            _rename(server, unfinished, name)
        return self._stack.enter_context(database_on(server, copied=name))

    def _temporary(self) -> Path:
        """On the same disk, so that what is made can be moved, and gone at the end."""
        made = tempfile.TemporaryDirectory(dir=self._folder, prefix="run-")
        return Path(self._stack.enter_context(made))


@contextmanager
def shelf(engine: str, kept: Path | None) -> Iterator[Shelf]:
    """What is in the folder stays there; without one, all is gone at the end."""
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        server = None
        if engine == "postgresql":
            data = folder / "postgresql"
            data.mkdir(exist_ok=True)
            server = stack.enter_context(running_postgres(data))
        yield Shelf(folder, stack, server)


def _settings(folder: Path, url: str | None) -> Settings:
    settings = settings_of(folder)
    return replace(settings, database_url=url) if url else settings


def _opened(folder: Path, url: str | None) -> Site:
    """As this version of the site has its tables."""
    settings = _settings(folder, url)
    app = create_app(settings)
    with app.app_context():
        serving.upgrade(db.engine)
        db.engine.dispose()
    return Site(app, settings)


def _make(folder: Path, url: str | None, people: int) -> None:
    began = time.perf_counter()
    app = create_app(_settings(folder, url))
    seed(app, people)
    with app.app_context():
        db.engine.dispose()
    tell(f"{people:,} people were made in {time.perf_counter() - began:.0f} s")


def _is_there(server: URL, name: str) -> bool:
    asked = sa.text("SELECT count(*) FROM pg_database WHERE datname = :name")
    with administering(server) as connection:
        return bool(connection.scalar(asked, {"name": name}))


def _rename(server: URL, url: str, name: str) -> None:
    old = sa.make_url(url).database
    with administering(server) as connection:
        connection.execute(sa.text(f'ALTER DATABASE "{old}" RENAME TO "{name}"'))
