"""How long the database may work on one question of a page; jobs and commands have no limit."""

import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from coursesite.db import say

CANCELLED = "57014"
INTERRUPTED = 9
"""SQLite's own number for it."""

INSTRUCTIONS = 1_000_000
"""After so many steps, some hundredths of a second, SQLite asks whether it may go on."""

LONGEST_STEP = 0.5
"""So many seconds that takes at most; whatever took longer was somebody who reads the answer."""


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
    """The server itself gives up."""
    longest = f"statement_timeout = {int(1000 * seconds)}"
    sa.event.listen(engine, "connect", lambda connection, _record: say(connection, longest))


@dataclass
class _Work:
    """How long SQLite has worked on a question; what is read bit by bit waits in between."""

    seen_at: float
    seconds: float = 0.0

    def go_on(self) -> float:
        now = time.monotonic()
        self.seconds += min(now - self.seen_at, LONGEST_STEP)
        self.seen_at = now
        return self.seconds


def _limit_sqlite(engine: Engine, seconds: float) -> None:
    """It asks in between whether it may go on."""
    under_way: dict[int, _Work] = {}

    def ask(connection: Any, _record: object) -> None:
        def is_too_long() -> bool:
            work = under_way.get(id(connection))
            return work is not None and work.go_on() > seconds

        connection.set_progress_handler(is_too_long, INSTRUCTIONS)

    def begin(connection: sa.Connection, *_asked: object) -> None:
        under_way[id(connection.connection.driver_connection)] = _Work(time.monotonic())

    def forget(connection: Any, _record: object) -> None:
        under_way.pop(id(connection), None)

    sa.event.listen(engine, "connect", ask)
    sa.event.listen(engine, "close", forget)
    sa.event.listen(engine, "before_cursor_execute", begin)
