"""Two windows of one person, each with the last but one thing that was missing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import serving
from coursesite.app import create_app
from coursesite.certificates.models import Certificate
from coursesite.content.rules import Completion as Terms
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.quizzes.rules import QuizTerms
from tests.browser import Browser, Client
from tests.conftest import settings_for
from tests.learning.makers import a_module, a_path, publish_module, publish_path, publish_quiz
from tests.learning.stories import attempt_at, key_of, start_quiz
from tests.makers import make_person
from tests.postgres import empty_postgres

PEOPLE = 4


@pytest.fixture
def site(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """A site whose commits are real, so that two requests meet in the database."""
    with _database(engine_name, tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        with app.app_context(), writing():
            serving.upgrade(db.engine)
        yield app
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _database(engine_name: str, folder: Path) -> Iterator[str]:
    if engine_name == "sqlite":
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    with empty_postgres() as url:
        yield url


def test_the_last_lesson_and_the_quiz_at_the_same_moment(site: Flask) -> None:
    with site.app_context():
        sessions = db.sessionmaker
    with writing(), sessions() as session:
        publish_module(session, a_module(completion=Terms(None, QuizTerms(80, 4), False)))
        publish_quiz(session)
        publish_path(session, a_path())
        people = [make_person(session) for _ in range(PEOPLE)]
        session.commit()
        for person in people:
            _race(site, session, person)
        found = sa.select(Completion.target_kind, sa.func.count()).group_by(Completion.target_kind)
        assert dict(iter(session.execute(found))) == {"module": PEOPLE, "path": PEOPLE}
        issued = session.scalar(sa.select(sa.func.count()).select_from(Certificate))
        assert issued == 2 * PEOPLE


def _race(site: Flask, session: Session, person: Person) -> None:
    """Both windows are open on their pages; then both buttons are pressed at once, and again."""
    browser = Browser(site, session)
    reading, answering = browser.sign_in(person), browser.sign_in(person)
    reading.get("/modules/the-door/at-the-door")
    reading.post("/modules/the-door/at-the-door/read")
    address = start_quiz(answering)
    key = key_of(session, attempt_at(session, address))
    session.rollback()
    starting = Barrier(4)

    def press(client: Client, url: str, form: dict[str, str]) -> int:
        starting.wait()
        fresh = Client(site.test_client())
        fresh.client.set_cookie("session", _cookie(client))
        sent = fresh.client.post(url, data=form, headers={"X-CSRFToken": client.token})
        return sent.status_code

    last = "/modules/the-door/afterwards/read"
    presses = [(reading, last, {}), (answering, address, {**key, "do": "check"})] * 2
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda each: press(*each), presses))
    assert statuses == [302, 302, 302, 409]


def _cookie(client: Client) -> str:
    cookie = client.client.get_cookie("session")
    assert cookie
    return cookie.value
