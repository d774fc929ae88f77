"""Starting the site: everything made ready, then the server and the worker kept running."""

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import SITE
from coursesite.authored import errors_in
from coursesite.authoring.library import read_course
from coursesite.authoring.rules import Newer
from coursesite.authoring.services import compare, publish_course
from coursesite.config import PROJECT, Settings
from coursesite.content.queries import shown_digests
from coursesite.demo import services as demo
from coursesite.demo.cli import describe
from coursesite.demo.password import get_password
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.revisions.rules import Change

PAUSE_SECONDS = 1.0
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not listened on


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to this program's version."""
    try:
        upgrade(db.engine)
    except Refusal as error:
        raise click.ClickException(error.message) from None


@click.command()
@with_appcontext
def serve() -> None:
    """Make everything ready and serve the site until it is stopped."""
    settings: Settings = current_app.extensions["settings"]
    try:
        check_folder(settings.var)
        check_port(settings.host, settings.port)
        upgrade(db.engine)
        click.echo(publish_shipped_course(db.session, PROJECT))
        is_open = open_demonstration(db.session, settings)
        db.session.commit()
    except Refusal as error:
        raise click.ClickException(error.message) from None
    if is_open:
        click.echo(describe(settings))
    db.session.close()
    db.engine.dispose()
    raise SystemExit(run(settings))


def check_folder(folder: Path) -> None:
    """Invalid when nothing can be written there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Invalid(
            f"{folder} cannot be written ({error.strerror}); make it writable, or name another "
            "folder in COURSESITE_VAR."
        ) from None


def check_port(host: str, port: int) -> None:
    """Invalid when the name is unknown, or somebody else listens there."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise Invalid(
            f"COURSESITE_HOST is “{host}”, which is no address of this machine ({error.strerror})."
        ) from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise Invalid(
                f"Port {port} on {host} cannot be used ({error.strerror}); stop what listens "
                f"there, or choose another: COURSESITE_PORT={port + 1} make serve."
            ) from None


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations; Invalid when the database is away, or newer than this program."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with engine.connect() as connection:
            _refuse_newer(connection)
            connection.rollback()
            with _tables_may_be_replaced(connection):
                alembic.upgrade(alembic_config(connection), "head")
    except DatabaseError as error:
        url = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0]
        raise Invalid(
            f"The database {url} cannot be used ({reason}); start it, or correct "
            "COURSESITE_DATABASE_URL."
        ) from None


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Iterator[None]:
    """One transaction. SQLite changes a table by writing a new one in its place.

    While the old one goes, what points at it points nowhere: SQLite looks at the end of it all.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction
    try:
        with connection.begin():
            yield
            if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise Invalid(f"A row of {lost[0]} would point nowhere: nothing was changed.")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _refuse_newer(connection: Connection) -> None:
    script = ScriptDirectory.from_config(alembic_config())
    known = {revision.revision for revision in script.walk_revisions()}
    for current in MigrationContext.configure(connection).get_current_heads():
        if current not in known:
            raise Invalid(
                f"The database is newer than this program (it is at {current}, which this "
                "version does not know); install the newer version, or use another database."
            )


def publish_shipped_course(session: Session, folder: Path) -> str:
    """Publish what is newer in the course's files; a sentence about what was done.

    What was edited on the site is left alone, and so is all that is live when a file is wrong.
    Files that say what is live are not even read as a course.
    """
    if not any(each.newer in {Newer.FILES, Newer.BOTH} for each in compare(session, folder)):
        return "The course is published as its files have it."
    course = read_course(folder, clock.now().date(), shown=shown_digests(session))
    if errors_in(course.problems):
        return (
            "The course was not published: its files have mistakes. "
            "See them with: .venv/bin/coursesite content check"
        )
    try:
        published = publish_course(session, course, folder, SITE, Change.MINOR)
    except Refusal as error:
        return f"The course was not published. {error.message}"
    return f"Texts of the course published: {len(published)}."


def open_demonstration(session: Session, settings: Settings) -> bool:
    """Make the demonstration in an empty database; whether its accounts can be signed in with.

    A production site neither makes it nor starts while its accounts are open.
    """
    if settings.production:
        if demo.has_accounts(session):
            raise Invalid(
                "This database holds the demonstration's accounts, whose password was printed; "
                "close them first: .venv/bin/coursesite demo end."
            )
        return False
    if demo.is_empty(session):
        demo.make_demonstration(session, settings.name)
        demo.open_accounts(session, get_password(settings))
        return True
    if not demo.has_accounts(session):
        return False
    demo.keep_password(session, get_password(settings))
    return True


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the site."""
    host = EVERY_ADDRESS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def run(settings: Settings) -> int:
    """Keep the server and one worker beside it running until told to stop; the exit code."""
    # What is ignored now is not fatal to the processes before they have set their own handlers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    command = server_command(settings)
    server = subprocess.Popen(command, env=server_environment())  # noqa: S603 - ours, no shell
    worker = _start_worker()
    Thread(target=tell_when_up, args=(settings, server), daemon=True).start()
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while (code := server.poll()) is None:
            _wait_for_a_child()
            if worker.poll() is not None and not stopping:
                worker = _start_worker(after=PAUSE_SECONDS)
        return 0 if stopping else code or 1
    finally:
        worker.terminate()
        worker.wait()


def tell_when_up(settings: Settings, server: "subprocess.Popen[bytes]") -> None:
    """Say where the site is as soon as it answers there, so that the address works when it is read.

    A server that ends before that has said itself why.
    """
    host = EVERY_ADDRESS.get(settings.host, settings.host)
    while server.poll() is None:
        with suppress(OSError), socket.create_connection((host, settings.port), PAUSE_SECONDS):
            click.echo(f"{settings.name} is at {address(settings)} (stop it with Ctrl+C)")
            return
        time.sleep(PAUSE_SECONDS / 10)


def server_command(settings: Settings, app: str = "coursesite.app:served") -> list[str]:
    """How the production server is started."""
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--factory", "--no-ws", "--respawn-failed-workers"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.workers), "--blocking-threads", "2"),
        *("--workers-kill-timeout", "10", "--backpressure", "256", "--log-level", "warning"),
        app,
    ]


def server_environment() -> dict[str, str]:
    """What the server finds in its environment: ours, and memory taken from one place.

    glibc gives each thread a place of its own, from which nothing returns to the others. Only one
    thread runs Python at a time, so sharing costs nothing, and spares a worker 4 MB of 147.
    """
    return {"MALLOC_ARENA_MAX": "1", **os.environ}


def _start_worker(after: float = 0) -> "subprocess.Popen[bytes]":
    time.sleep(after)
    command = [str(Path(sys.executable).parent / "coursesite"), "work"]
    return subprocess.Popen(command)  # noqa: S603 - our own command, no shell


def _wait_for_a_child() -> None:
    """Sleep until one of our processes ends; which one is for the caller to find out."""
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
