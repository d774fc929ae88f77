"""The pages that are measured, each as the person who opens it sends it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from coursesite.accounts.services import start_session
from coursesite.audit.services import Actor
from coursesite.content.queries import get_module
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.learning.services import Learner, start_quiz
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Role
from coursesite.quizzes.questions.base import field_name
from tests.browser import Queries
from tests.makers import make_organisation, make_person, make_unit

SLUG = "core-1-seeing-the-child"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """A request to be sent again and again; with a body it is a POST."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Weight:
    """What one answer costs besides time."""

    queries: int
    size: int


def pages_of(app: Flask) -> list[Page]:
    """The pages of a learner with an open attempt, and of a manager."""
    with app.app_context(), writing():
        learner, manager = _sign_in("officer"), _sign_in("manager")
        attempt_path, answer = _open_attempt(db.session)
        lesson = get_module(db.session, SLUG, "en").text.lessons[0]
        db.session.commit()
    attempt = f"/quizzes/{SLUG}/attempts/{attempt_path}"
    as_learner = _settled(app, learner)
    return [
        Page("learner's home", "/learn", as_learner),
        Page("module", f"/modules/{SLUG}", as_learner),
        Page("lesson", f"/modules/{SLUG}/{lesson.id}", as_learner),
        Page("quiz", attempt, as_learner),
        Page("saving an answer", f"{attempt}/answers", _form(app, as_learner, attempt), answer),
        Page("reports", "/reports", _settled(app, manager)),
        Page("sign-in page", "/sign-in"),
    ]


def as_author(app: Flask, path: str) -> dict[str, str]:
    """What an author's script sends along from that page."""
    with app.app_context(), writing():
        organisation = make_organisation(db.session, keeps_course=True)
        unit = make_unit(db.session, organisation)
        author = make_person(db.session, unit, roles=(Role.AUTHOR, Role.PUBLISHER))
        token = start_session(db.session, author.id, "bench")
        db.session.commit()
    return _form(app, _settled(app, token), path)


def floor_page(app: Flask) -> Page:
    with app.app_context(), writing():
        token = _sign_in("officer")
        db.session.commit()
    return Page("floor", "/", _cookie(app, token))


def weigh(app: Flask, page: Page) -> Weight:
    """Statements and bytes of the second answer, when the process has its texts in memory."""
    client = app.test_client(use_cookies=False)
    _send(client, page)
    with app.app_context():
        engine = db.engine
    with Queries(engine) as queries:
        response = _send(client, page)
    return Weight(len(queries), len(response))


def _send(client: FlaskClient, page: Page) -> bytes:
    method = "POST" if page.body else "GET"
    response = client.open(page.path, method=method, headers=page.headers, data=page.body)
    if response.status_code != 200:
        raise RuntimeError(f"{page.path} answered {response.status}.")
    return bytes(response.data)


def _sign_in(who: str) -> str:
    person = sa.select(Person.id).where(Person.email == f"{who}@demo.example")
    return start_session(db.session, db.session.scalars(person).one(), "bench")


def _open_attempt(session: Session) -> tuple[int, str]:
    """An attempt of the officer's, and the answer to its first choice as a form."""
    officer = session.scalars(sa.select(Person).where(Person.email == "officer@demo.example")).one()
    zone = session.get_one(Organisation, officer.organisation_id).time_zone
    learner = Learner(officer.id, officer.organisation_id, officer.audience, zone, "en", "bench")
    shown = get_module(session, SLUG, "en")
    if shown.text.completion.quiz is None:
        raise RuntimeError(f"{SLUG} has no quiz.")
    actor = Actor(officer.id, officer.organisation_id)
    attempt = start_quiz(session, learner, shown, shown.text.completion.quiz, actor)
    drawn = next(each for each in attempt.drawn if each["options"])
    option = drawn["options"][0][0]
    form = {"question": drawn["id"], field_name(drawn["id"]): option}
    return attempt.id, urlencode(form)


def _cookie(app: Flask, token: str) -> dict[str, str]:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own, by signed cookies
    value = signer.dumps({"_user_id": token, "_fresh": True})
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}


def _settled(app: Flask, token: str) -> dict[str, str]:
    """The cookie as it is after the first page, which put the secret of all forms into it."""
    first = app.test_client(use_cookies=False).get("/learn", headers=_cookie(app, token))
    return {"Cookie": first.headers["Set-Cookie"].partition(";")[0]}


def _form(app: Flask, headers: dict[str, str], path: str) -> dict[str, str]:
    """What a script sends along: the cookie and the token that the page gave."""
    response = app.test_client(use_cookies=False).get(path, headers=headers)
    found = re.search(r'name="csrf[-_]token"[^>]*?(?:content|value)="([^"]+)"', response.text)
    if found is None:
        raise RuntimeError(f"{path} holds no token.")
    return {**headers, "X-CSRFToken": found[1], "Content-Type": FORM}
