"""The real server with people who answer a quiz, each over a kept connection."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from coursesite.accounts.services import start_session
from coursesite.audit.services import Actor
from coursesite.config import Settings
from coursesite.content.queries import get_module
from coursesite.content.rules import Completion
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.learning.services import Learner, start_quiz
from coursesite.people.models import Person
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import QuizTerms
from coursesite.serving import server_command
from tests.learning.makers import a_module, publish_bank, publish_module
from tests.makers import make_person
from tests.quizzes.banks import bank

PATIENCE = 300.0
TERMS = QuizTerms(pass_mark=80, draw=4)
DOWN = (OSError, HTTPException)


@dataclass(frozen=True)
class Answerer:
    """Somebody with an open attempt, and what their browser sends along."""

    attempt_id: int
    questions: tuple[str, ...]
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return f"/quizzes/the-door/attempts/{self.attempt_id}"

    def post(self, line: HTTPConnection, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        line.request("POST", path, urlencode(form), self.headers)
        answer = line.getresponse()
        return answer.status, answer.read()


def make_quiz(app: Flask, terms: QuizTerms = TERMS, questions: int = 8) -> None:
    with app.app_context(), writing():
        publish_module(db.session, a_module(completion=Completion(None, terms, False)))
        publish_bank(db.session, bank("the-door", questions))


def answerers(app: Flask, number: int) -> list[Answerer]:
    """So many people who have just begun."""
    with app.app_context(), writing():
        people = [make_person(db.session) for _ in range(number)]
        made = [_begun(app, person) for person in people]
        db.session.commit()
    return made


def _begun(app: Flask, person: Person) -> Answerer:
    learner = Learner(person.id, person.organisation_id, person.audience, "UTC", "en", "The site")
    actor = Actor(person.id, person.organisation_id)
    shown = get_module(db.session, "the-door", "en")
    attempt = start_quiz(db.session, learner, shown, TERMS, actor)
    questions = tuple(drawn["id"] for drawn in attempt.drawn)
    return Answerer(
        attempt.id, questions, headers_of(app, start_session(db.session, person.id, ""))
    )


def headers_of(app: Flask, token: str) -> dict[str, str]:
    """The cookie of somebody signed in, and the token that a page would hold."""
    secret = secrets.token_hex(20)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own, by signed cookies
    cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": secret})
    csrf = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(secret)
    return {
        "Cookie": f"session={cookie}",
        "X-CSRFToken": str(csrf),
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def state_of(app: Flask, attempt_id: int) -> Attempt:
    with app.app_context():
        found = sa.select(Attempt).where(Attempt.id == attempt_id)
        attempt = db.session.scalars(found).one()
        db.session.expunge(attempt)
        return attempt


@contextmanager
def server_on(app: Flask) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The production server on the site's database, up; at the end all of it is killed."""
    settings: Settings = replace(app.extensions["settings"], port=_free_port())
    env = {
        **os.environ,
        "COURSESITE_ENV": "development",
        "COURSESITE_VAR": str(settings.var),
        "COURSESITE_DATABASE_URL": settings.database_url,
        "COURSESITE_SECRET_KEY": settings.secret_key,
    }
    command = server_command(settings)
    process = subprocess.Popen(command, env=env, start_new_session=True)  # noqa: S603 - our own command
    try:
        _wait_until_up(settings.port, process)
        yield settings.port, process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """As when the power fails: no process of the server can do anything more."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
                line.request("GET", "/health/live")
                line.getresponse().read()
        except DOWN:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The server did not come up.")
