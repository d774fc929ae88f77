"""The database: the base of all tables, the types that they share, and how SQLite is set up."""

import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

Json = sa.JSON().with_variant(JSONB(), "postgresql")
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

E = TypeVar("E", bound=StrEnum)

LONGEST_WAIT = 15
"""So many seconds somebody waits for SQLite's write lock."""

ASKING_ANEW = 60
"""In milliseconds: SQLite then looks every 20 at least."""

PAUSE_SECONDS = 0.025
PRIMARY_CODE = 0xFF

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(sa.types.TypeDecorator[E], Generic[E]):
    """A word from a StrEnum, kept by its value."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__(32)
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


class Ratio(sa.types.TypeDecorator[Fraction]):
    """An exact fraction, kept as text such as 5/3 or 2: no mark is ever nearly right."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError("A binary fraction is no exact one.")
        return str(Fraction(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


@contextmanager
def writing(on: bool = True) -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once, so that none fails half-way."""
    token = _writing.set(on)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def short_write(session: Session) -> Iterator[None]:
    """A writing transaction of its own, committed, before the work of a request begins.

    What the session has read so far is let go; it may not have written anything yet.
    """
    session.rollback()
    with writing():
        yield
        session.commit()


@contextmanager
def only_reading(session: Session) -> Iterator[None]:
    """A transaction of its own in which nothing is written, and nobody who writes waits for it.

    What was written before is committed.
    """
    session.commit()
    with writing(on=False):
        yield
        session.commit()


@contextmanager
def snapshot(session: Session) -> Iterator[Session]:
    """Another session, which sees one moment of the database and holds nobody up.

    What the first one has read so far is let go; it may not have written anything yet.
    """
    session.rollback()
    bind = session.get_bind()
    with writing(on=False), Session(bind, join_transaction_mode="create_savepoint") as reader:
        if isinstance(bind, Engine) and bind.dialect.name == "postgresql":
            reader.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield reader


class Prepared:
    """A statement made once, when the program starts, and asked again and again as plain columns.

    It goes past the mapper, at two thirds of the cost; what is pending is written first. It also
    remembers by itself what it was compiled to: SQLAlchemy's common memory takes a hash over the
    whole statement at every use, which for a long one costs as much as the database does.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self.compiled = _Compilations()

    def rows(
        self, session: Session, asked: Mapping[str, Any]
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        session.flush()
        found = session.connection().execute(
            self.statement, asked, execution_options={"compiled_cache": self.compiled}
        )
        return found.all()


class _Compilations(dict[Hashable, Any]):
    """What one statement was compiled to, for each engine that it was used on."""

    def get(self, key: Hashable, default: Any = None) -> Any:
        return super().get(_without_statement(key), default)

    def __setitem__(self, key: Hashable, compiled: Any) -> None:
        if len(self) >= MOST_ENGINES:
            self.clear()
        super().__setitem__(_without_statement(key), compiled)


MOST_ENGINES = 8


def _without_statement(key: Any) -> Hashable:
    dialect, _statement, *others = key
    return (dialect, *others)


INSERTS: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_into(session: Session, table: Any) -> Any:
    """An insert that may update instead: each kind of database has a class of its own for it."""
    return INSERTS[session.get_bind().dialect.name](table)


def insert_once(session: Session, table: type[Any], values: dict[str, Any]) -> bool:
    """Insert a row unless its unique key is taken; whether it was inserted."""
    row = insert_into(session, table).values(**values)
    inserted = row.on_conflict_do_nothing().returning(sa.literal(1))
    return session.execute(inserted).first() is not None


def new_ids(session: Session, table: type[Base], number: int) -> list[int]:
    """Ids for so many rows to come, taken before these are written, in order.

    On SQLite they are free as long as the write lock is held; on PostgreSQL they are nobody else's.
    """
    column = table.__table__.c.id
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(sa.select(sa.func.max(column))) or 0
        return list(range(last + 1, last + 1 + number))
    sequence = sa.func.pg_get_serial_sequence(table.__tablename__, column.name)
    numbers = sa.func.generate_series(1, number).table_valued("number")
    taken = sa.select(sa.func.nextval(sa.cast(sequence, REGCLASS))).select_from(numbers)
    return sorted(session.scalars(taken))


def set_up(engine: Engine) -> Engine:
    """Make SQLite behave: real transactions, enforced foreign keys, readers beside a writer.

    And PostgreSQL not compile what it is asked: of a page that took longer than the answer.
    """
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_connection)
        sa.event.listen(engine, "begin", _begin)
    else:
        sa.event.listen(engine, "connect", lambda connection, _record: say(connection, "jit = off"))
    return engine


def say(connection: Any, setting: str) -> None:
    """Set something of PostgreSQL as long as this connection lives.

    Outside a transaction, as undoing one would unsay it.
    """
    connection.autocommit = True
    connection.execute(f"SET {setting}")
    connection.autocommit = False


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for setting in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={1000 * LONGEST_WAIT}",
        "synchronous=FULL",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    """Past SQLAlchemy, which would make of it a statement with a result, in every transaction."""
    driver: Any = connection.connection.driver_connection
    try:
        if _writing.get():
            _take_lock(driver)
        else:
            driver.execute("BEGIN")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from error


def _take_lock(driver: Any) -> None:
    """Ask often: SQLite itself soon looks only every tenth of a second whether the lock is free.

    Whoever works in steps has it again long before.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    driver.execute(f"PRAGMA busy_timeout={ASKING_ANEW}")
    try:
        while not _has_lock(driver):
            if time.monotonic() > deadline:
                driver.execute("BEGIN IMMEDIATE")
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={1000 * LONGEST_WAIT}")


def _has_lock(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def give_way(session: Session) -> None:
    """Between the steps of long work: whoever waits to write goes first.

    PostgreSQL needs none of this, as its locks are of rows and are given in turn.
    """
    if session.get_bind().dialect.name == "sqlite":
        time.sleep(PAUSE_SECONDS)
