"""What a publication costs, who sees it when, and what pages of a large course ask."""

import re
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from unittest import mock

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from coursesite.authoring.models import Draft
from coursesite.config import Settings
from coursesite.content.queries import get_module
from coursesite.extensions import db
from coursesite.learning.views import typeset
from tests.authoring.seeding import make_large
from tests.bench.pages import SLUG, as_author
from tests.bench.server import Server, served
from tests.bench.table import Limit
from tests.browser import Queries

EDIT = f"/authoring/modules/{SLUG}/en"
CHANGED = "publishedjustnow"
MOST_QUERIES = 10


@dataclass(frozen=True)
class Author:
    """Somebody who writes and publishes, without a browser."""

    client: FlaskClient
    headers: dict[str, str]

    def get(self, path: str) -> str:
        answer = self.client.get(path, headers=self.headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return answer.text

    def form(self, path: str) -> dict[str, str]:
        page = self.get(path)
        boxes = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        seen = re.findall(r'name="(seen|live|draft)" value="([^"]*)"', page)
        return {name: unescape(text) for name, text in [*boxes, *seen]}

    def post(self, path: str, form: dict[str, str]) -> None:
        answer = self.client.post(path, data=form, headers=self.headers)
        if answer.status_code != 302:
            raise RuntimeError(f"{path} answered {answer.status}")


def measure(app: Flask, settings: Settings) -> Iterator[Limit]:
    """One changed lesson of a module, and then 500 modules with 20,000 revisions."""
    author = Author(app.test_client(use_cookies=False), as_author(app, EDIT))
    with app.app_context():
        lessons = [each.id for each in get_module(db.session, SLUG, "en").text.lessons]
    pages = [f"/modules/{SLUG}/{lesson}" for lesson in lessons]
    with served(settings) as server:
        before = _read(server, author, pages[0])
        for page in pages:
            author.get(page)
        yield Limit("a publication of one module", _publish(author), 250, "ms CPU")
        after = _read(server, author, pages[0])
    wrong = (CHANGED in before) + (CHANGED not in after)
    yield Limit("a publication that another process shows later than next", wrong, 0, "")
    made = mock.patch.object(typeset, "_typeset_lesson", wraps=typeset._typeset_lesson)  # noqa: SLF001 - what is counted
    with made as counted:
        for page in pages:
            author.get(page)
    yield Limit(f"lessons typeset again, of {len(pages)}, one changed", counted.call_count, 1, "")
    yield _of_a_large_course(app, author)


def _publish(author: Author) -> float:
    """A word more in the first lesson, saved and published; the milliseconds of publishing."""
    form = author.form(EDIT)
    heading = re.search(r"^# .*$", form["source"], re.MULTILINE)
    if heading is None:
        raise RuntimeError("the module has no lesson")
    text = f"{form['source'][: heading.end()]}\n\n{CHANGED}{form['source'][heading.end() :]}"
    author.post(EDIT, {**form, "source": text})
    decision = {**author.form(f"{EDIT}/publish"), "change": "minor", "note": ""}
    began = time.process_time()
    author.post(f"{EDIT}/publish", decision)
    return 1000 * (time.process_time() - began)


def _read(server: Server, author: Author, path: str) -> str:
    address = f"http://127.0.0.1:{server.port}{path}"
    request = urllib.request.Request(address, headers={"Cookie": author.headers["Cookie"]})
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        return str(answer.read().decode())


def _of_a_large_course(app: Flask, author: Author) -> Limit:
    form = author.form(EDIT)
    author.post(EDIT, {**form, "source": form["source"].replace(CHANGED, "Draft.")})
    with app.app_context():
        make_large(db.session, SLUG)
        draft = db.session.scalars(sa.select(Draft.id).where(Draft.slug == SLUG)).one()
        engine = db.engine
    pages = (
        "/authoring",
        "/authoring/registers",
        "/authoring/reviews",
        "/authoring/facts/facts/all",
        EDIT,
        f"{EDIT}/history",
        f"{EDIT}/changes",
        f"{EDIT}/publish",
        f"{EDIT}/drafts/{draft}",
    )
    most = max(_asked(author, engine, page) for page in pages)
    return Limit("authoring pages, 20,000 revisions: questions", most, MOST_QUERIES, "")


def _asked(author: Author, engine: sa.Engine, page: str) -> int:
    """What the second visit asks, with its texts in memory."""
    author.get(page)
    with Queries(engine) as queries:
        author.get(page)
    return len(queries)
