"""How long the database may work on one question of a page; jobs and commands have no limit."""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

CANCELLED = "57014"
INTERRUPTED = 9
"""SQLite's own number for it."""

INSTRUCTIONS = 1_000_000
"""After so many steps, some hundredths of a second, SQLite asks whether it may go on."""


def limit_questions(engine: Engine, seconds: float) -> None:
    """From now on; of connections that are not open yet."""
    if engine.dialect.name == "sqlite":
        _limit_sqlite(engine, seconds)
    else:
        _limit_postgresql(engine, seconds)


def is_over_the_limit(error: DBAPIError) -> bool:
    """Whether a question was given up because it took too long."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == INTERRUPTED or getattr(error.orig, "sqlstate", None) == CANCELLED


def _limit_postgresql(engine: Engine, seconds: float) -> None:
    """The server itself gives up; said outside a transaction, as undoing one would unsay it."""

    def say(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET statement_timeout = {int(1000 * seconds)}")
        connection.autocommit = False

    sa.event.listen(engine, "connect", say)


def _limit_sqlite(engine: Engine, seconds: float) -> None:
    """What is read bit by bit counts from its beginning, whoever takes the time."""
    begun: dict[int, float] = {}

    def ask(connection: Any, _record: object) -> None:
        def is_too_long() -> bool:
            return time.monotonic() - begun.get(id(connection), time.monotonic()) > seconds

        connection.set_progress_handler(is_too_long, INSTRUCTIONS)

    def begin(connection: sa.Connection, *_asked: object) -> None:
        begun[id(connection.connection.driver_connection)] = time.monotonic()

    def forget(connection: Any, _record: object) -> None:
        begun.pop(id(connection), None)

    sa.event.listen(engine, "connect", ask)
    sa.event.listen(engine, "close", forget)
    sa.event.listen(engine, "before_cursor_execute", begin)
