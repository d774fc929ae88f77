"""One migrated database per engine and worker; each test runs in a transaction that is undone."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from hypothesis import settings
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from coursesite import serving
from coursesite.app import create_app
from coursesite.command import commands
from coursesite.config import Environment, Settings
from coursesite.content.queries import FACTS, GLOSSARIES, MODULES
from coursesite.content.shelf import forget as forget_local
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.logs import PROCESSORS
from coursesite.paths.queries import PATHS
from coursesite.quizzes.queries import QUIZZES, forget_asked
from tests.browser import Browser
from tests.postgres import database_on, running_postgres

ENGINES = ("sqlite", "postgresql")

# How long an example takes says more about the machine's other work than about ours.
settings.register_profile("coursesite", deadline=None)
settings.load_profile("coursesite")

structlog.configure(PROCESSORS)

NewDatabase = Callable[[str], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=(*ENGINES, "both"),
        default="sqlite",
        help="the database that tests use: sqlite (the default), postgresql, or both",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("engine")
        names = list(ENGINES) if wanted == "both" else [str(wanted)]
        only = metafunc.definition.get_closest_marker("only_on")
        names = [name for name in names if only is None or name in only.args]
        metafunc.parametrize("engine_name", names, scope="session")


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewDatabase]:
    """Makes empty databases of an engine; PostgreSQL is started when it is first asked for."""
    with ExitStack() as stack:
        server = cache(lambda: stack.enter_context(running_postgres()))

        @contextmanager
        def make(engine_name: str) -> Iterator[str]:
            if engine_name == "sqlite":
                yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'site.sqlite3'}"
                return
            with database_on(server()) as url:
                yield url

        yield make


@pytest.fixture(scope="session")
def sites(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Flask]]:
    """The whole site on a migrated, empty database: one for each engine, kept to the end."""
    with ExitStack() as stack:

        @cache
        def site_on(engine_name: str) -> Flask:
            url = stack.enter_context(new_database(engine_name))
            return stack.enter_context(migrated_site(url, tmp_path_factory.mktemp("var")))

        yield site_on


@contextmanager
def migrated_site(url: str, var: Path) -> Iterator[Flask]:
    made = create_app(settings_for(url, var))
    with made.app_context(), writing():
        serving.upgrade(db.engine)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def app(engine_name: str, sites: Callable[[str], Flask]) -> Flask:
    return sites(engine_name)


def settings_for(database_url: str, var: Path) -> Settings:
    return Settings(
        environment=Environment.TEST,
        host="127.0.0.1",
        port=0,
        database_url=database_url,
        secret_key=secrets.token_urlsafe(),
        name="Children in View",
        address=None,
        var=var,
        workers=1,
        proxies=0,
        demo_password=None,
    )


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with undone(app) as session:
        yield session


@contextmanager
def undone(app: Flask) -> Iterator[Session]:
    """A session whose commits, and those of the site's requests meanwhile, are undone afterwards.

    Databases give the numbers of undone rows again, so nothing of them is remembered.
    """
    forget_kept()
    with app.app_context():
        engine, sessionmaker = db.engine, db.sessionmaker
    with rolled_back(engine) as connection:
        sessionmaker.configure(bind=connection, join_transaction_mode="create_savepoint")
        with sessionmaker() as session:
            yield session
        sessionmaker.configure(bind=engine)


def forget_kept() -> None:
    for shelf in (MODULES, FACTS, GLOSSARIES, QUIZZES, PATHS):
        shelf.forget()
    forget_local()
    forget_asked()


@contextmanager
def rolled_back(engine: Engine) -> Iterator[sa.Connection]:
    with writing(), engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


def run_command(app: Flask, *words: object) -> Result:
    """What `coursesite` says to these words, on the test's own site."""
    group = commands(app.extensions["settings"])
    return CliRunner().invoke(group, [*map(str, words)], obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    """Signs people in and opens pages as them, through the whole stack but without a server."""
    return Browser(app, session)
