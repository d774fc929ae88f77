"""Starting the site: the database made ready, the server and the worker kept running."""

import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from coursesite.config import PROJECT, Settings
from coursesite.errors import Invalid
from coursesite.extensions import db


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to this program's version."""
    upgrade(db.engine)


@click.command()
@with_appcontext
def serve() -> None:
    """Make everything ready and serve the site until it is stopped."""
    settings: Settings = current_app.extensions["settings"]
    try:
        check_folder(settings.var)
        check_port(settings.host, settings.port)
        upgrade(db.engine)
    except Invalid as error:
        raise click.ClickException(error.message) from None
    db.engine.dispose()
    raise SystemExit(run(settings))


def check_folder(folder: Path) -> None:
    """Invalid when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Invalid(
            f"{folder} cannot be written ({error.strerror}); make it writable, or name another "
            "folder in COURSESITE_VAR."
        ) from None


def check_port(host: str, port: int) -> None:
    """Invalid when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
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
    try:
        with engine.connect() as connection:
            _refuse_newer(connection)
            connection.rollback()
            alembic.upgrade(alembic_config(connection), "head")
            connection.commit()
    except OperationalError as error:
        url = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0]
        raise Invalid(
            f"The database {url} cannot be reached ({reason}); start it, or correct "
            "COURSESITE_DATABASE_URL."
        ) from None


def _refuse_newer(connection: Connection) -> None:
    script = ScriptDirectory.from_config(alembic_config())
    known = {revision.revision for revision in script.walk_revisions()}
    for current in MigrationContext.configure(connection).get_current_heads():
        if current not in known:
            raise Invalid(
                f"The database is newer than this program (it is at {current}, which this "
                "version does not know); install the newer version, or use another database."
            )


def run(settings: Settings) -> int:
    """The server's processes and one worker beside them; ends when either is told to."""
    binaries = Path(sys.executable).parent
    server = subprocess.Popen(  # noqa: S603 - our own command, no shell
        [
            str(binaries / "granian"),
            *("--interface", "wsgi", "--factory", "--no-ws", "--respawn-failed-workers"),
            *("--host", settings.host, "--port", str(settings.port)),
            *("--workers", str(settings.workers), "--blocking-threads", "2"),
            *("--backpressure", "256", "--log-level", "warning"),
            "coursesite.app:create_app",
        ]
    )
    worker = subprocess.Popen([str(binaries / "coursesite"), "work"])  # noqa: S603 - as above

    def stop(_signal: int, _frame: object) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        return server.wait()
    finally:
        worker.terminate()
        worker.wait()
