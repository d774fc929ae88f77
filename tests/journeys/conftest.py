"""A running site with the shipped course, and browsers to visit it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from coursesite import clock
from coursesite.accounts.services import set_password, start_session
from coursesite.app import create_app
from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.services import publish_course
from coursesite.config import PROJECT
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.rules import Audience, Role
from coursesite.revisions.rules import Change
from tests.conftest import forget_kept, migrated_site, settings_for
from tests.find_browser import find_browser
from tests.makers import make_organisation, make_person, make_unit

PASSWORD = "a door that opens slowly"  # noqa: S105 - of made-up people in a database of one test run

PATIENCE = 30_000
"""Milliseconds that a page may take on a machine with other work; waited only by what fails."""

expect.set_options(timeout=PATIENCE)

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Site:
    """The running site: its address, its people by a word, and its database."""

    def __init__(self, app: Flask, address: str, people: dict[str, int]) -> None:
        self.app = app
        self.address = address
        self.people = people

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.app.app_context(), writing(), db.sessionmaker() as session:
            yield session
            session.commit()

    def cookie(self, who: str) -> str:
        """What the browser of somebody who signed in carries."""
        with self.session() as session:
            token = start_session(session, self.people[who], "a test")
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]  # Flask's own, by signed cookies
        return str(signer.dumps({"_user_id": token, "_fresh": True}))


@dataclass(frozen=True)
class Template:
    """A database with the course and the people, to be copied, and the people by a word."""

    path: Path
    people: dict[str, int]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("template")
    path = folder / "site.sqlite3"
    with migrated_site(f"sqlite:///{path}", folder) as app, app.app_context(), writing():
        course = read_course(PROJECT, clock.now().date())
        publish_course(db.session, course, PROJECT, SITE, Change.MINOR)
        people = _people(db.session)
        db.session.commit()
    return Template(path, people)


@pytest.fixture(scope="module")
def site(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own for each file of journeys, with a prison service and a police force."""
    forget_kept()
    folder = tmp_path_factory.mktemp("site")
    copied = shutil.copy(template.path, folder)
    app = create_app(settings_for(f"sqlite:///{copied}", folder))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.server_port}", dict(template.people))
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def _people(session: Session) -> dict[str, int]:
    prisons = make_organisation(session, name="Northern Prison Service", keeps_course=True)
    police = make_organisation(session, name="Vale Police")
    region = make_unit(session, prisons, "Northern region")
    gate = make_unit(session, prisons, "HMP Ashfield", parent=region)
    force = make_unit(session, police, "Force")
    station = make_unit(session, police, "Harbour station", parent=force)
    people = {
        "officer": make_person(session, gate, given_name="Amira", family_name="Haddad"),
        "colleague": make_person(session, gate, given_name="Jon", family_name="Sand"),
        "manager": make_person(session, region, roles=(Role.MANAGER,), family_name="Manager"),
        "author": make_person(session, region, roles=(Role.AUTHOR,), family_name="Author"),
        "publisher": make_person(session, region, roles=(Role.PUBLISHER,), family_name="Press"),
        "admin": make_person(session, region, roles=(Role.ADMINISTRATOR,), family_name="Admin"),
        "constable": make_person(session, station, audience=Audience.POLICE, family_name="Dahl"),
        "training": make_person(session, force, roles=(Role.TRAINING_OFFICER,)),
        "chief": make_person(session, force, roles=(Role.MANAGER,), family_name="Chief"),
    }
    people["training"].audience = people["chief"].audience = Audience.POLICE
    for name, person in people.items():
        person.email = f"{name}@example.org"
        set_password(session, person.id, PASSWORD, "Children in View")
    return {name: person.id for name, person in people.items()}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        pytest.skip("NO BROWSER: install Chromium, or name a browser in CHROME.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Open]:
    """Opens browsers, as in `open_page("officer", width=360)`; all consoles must stay silent."""
    with browsers(chromium, site) as (open_it, said):
        yield open_it
    assert said == []


@contextmanager
def browsers(chromium: Browser, site: Site) -> Iterator[tuple[Open, list[str]]]:
    """What opens browsers, and what their consoles say."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_it(
        who: str | None = None, *, width: int = 1280, dark: bool = False, **options: Any
    ) -> Page:
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 640 if width < 600 else 900},
            color_scheme="dark" if dark else "light",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if who:
            context.add_cookies(
                [{"name": "session", "value": site.cookie(who), "url": site.address}]
            )
        page = context.new_page()
        page.on("console", lambda message: _note(message, said))
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield open_it, said
    for context in contexts:
        context.close()


def _note(message: ConsoleMessage, said: list[str]) -> None:
    """Remember what a console says; a page that was meant to be refused says so by its status."""
    refused = "the server responded with a status of 4" in message.text
    if message.type in {"error", "warning"} and not refused:
        said.append(message.text)


def person_of(session: Session, site: Site, who: str) -> Person:
    return session.get_one(Person, site.people[who])
