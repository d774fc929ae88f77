"""What guards every page: tokens, cookies, headers, errors that tell nothing, a discreet log."""

import dataclasses
import json
import logging
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import logs
from coursesite.accounts import services
from coursesite.accounts.access import access_of, public
from coursesite.app import create_app
from coursesite.config import Environment, read_settings
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from tests.browser import Browser, Client
from tests.makers import give_password, make_person
from tests.site.routes import ROUTES, Whose
from tests.site.world import World, everything, make_world

STATEMENT = "INSERT INTO people"
PERSONAL = "zelda@example.org"


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    return make_world(session, browser, tmp_path)


@pytest.fixture
def production(app: Flask, session: Session) -> Flask:
    """The same site as it is in production, at an address of its own."""
    settings = dataclasses.replace(
        app.extensions["settings"],
        environment=Environment.PRODUCTION,
        address="https://learn.example.org",
        proxies=1,
    )
    made = create_app(settings)
    with made.app_context():
        db.engine.dispose()
        db.sessionmaker.configure(
            bind=session.connection(), join_transaction_mode="create_savepoint"
        )
    return made


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A front page that fails with personal words in its error."""

    @public
    def fail() -> str:
        raise IntegrityError(STATEMENT, {"email": PERSONAL}, ValueError(PERSONAL))

    monkeypatch.setitem(app.view_functions, "site.home", fail)


def test_no_form_is_taken_without_its_token(
    session: Session, browser: Browser, world: World
) -> None:
    boss, before = browser.sign_in(world.boss), everything(session)
    for (endpoint, method), route in ROUTES.items():
        if method == "POST":
            path = route.path.format(**world.ids)
            form = {name: text.format(**world.ids) for name, text in route.form.items()}
            for token in ({}, {"csrf_token": "forged"}):
                answer = boss.client.post(path, data={**form, **token})
                assert answer.status_code == 400, endpoint
                assert "Nothing was done yet" in answer.text, endpoint
    assert everything(session) == before


def test_forms_are_never_taken_by_get(browser: Browser, world: World) -> None:
    """Neither by HEAD; and methods that no page has are refused in a sentence."""
    boss = browser.sign_in(world.boss)
    for route in (route for (_, method), route in ROUTES.items() if method == "POST"):
        path = route.path.format(**world.ids)
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            answer = boss.client.open(path, method=method, headers={"X-CSRFToken": boss.token})
            assert answer.status_code in {400, 405}, (method, path)


KEPT = {"static", "learning.media", "learning.exact_media", "learning.narrower_media"}


def test_pages_of_people_are_kept_by_nobody(browser: Browser, world: World) -> None:
    """Styles and the course's pictures hold nothing about anybody, and may be kept."""
    boss = browser.sign_in(world.boss)
    for (endpoint, method), route in ROUTES.items():
        if method == "GET" and endpoint not in KEPT:
            answer = boss.get(route.path.format(**world.ids))
            assert answer.headers["Cache-Control"] == "no-store", endpoint


def directives(policy: str) -> dict[str, set[str]]:
    """What may be loaded from where, by the kind of it."""
    return {name: set(sources) for name, *sources in map(str.split, policy.split(";"))}


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 500),
        ("/catalogue", 200),
        ("/learn", 302),
        ("/nowhere", 404),
        ("/static/none.css", 404),
        ("/static/../secret_key", 404),
        ("/static/%2e%2e/coursesite/config.py", 404),
        ("/static/site.css", 200),
        ("/sign-out", 405),
        ("/verify?code=\0", 422),
    ],
)
def test_every_answer_carries_the_headers(browser: Browser, path: str, status: int) -> None:
    answer = browser.anonymous().get(path, base_url="https://localhost", buffered=True)
    assert answer.status_code == status
    policy = directives(answer.headers["Content-Security-Policy"])
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy.pop(name) == {"'none'"}
    assert policy.pop("img-src") == {"'self'", "data:"}
    assert policy.pop("form-action") == {"'self'"}
    assert set.union(*policy.values()) == {"'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert answer.headers[name] == "same-origin"
    for device in ("camera", "microphone", "geolocation"):
        assert f"{device}=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "charset=utf-8" in answer.content_type


@pytest.mark.usefixtures("broken")
def test_an_error_tells_nothing_of_the_inside(browser: Browser) -> None:
    answer = browser.anonymous().get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    for inside in ("Traceback", STATEMENT, PERSONAL, "IntegrityError", "/coursesite/"):
        assert inside not in answer.text


def logged(error: BaseException) -> str:
    """A line of the log about an error, as a process of the server writes it."""
    event = {"event": "request failed", "exc_info": error}
    return json.dumps(logs.name_error(None, "error", event))


def test_the_log_names_an_error_and_none_of_the_words_in_it() -> None:
    try:
        raise IntegrityError(STATEMENT, {"email": PERSONAL}, ValueError(PERSONAL))
    except IntegrityError as error:
        line = logged(error)
    assert "sqlalchemy.exc.IntegrityError" in line
    assert "tests/site/test_security.py" in line
    assert PERSONAL not in line
    assert STATEMENT not in line


def test_the_log_holds_no_password_token_code_or_text(
    session: Session, browser: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    password = give_password(session, world.zelda)
    secrets = ["wrong but long enough", password, "a-secret-token", world.ids["code"], "my thought"]
    visitor, zelda = browser.anonymous(), browser.sign_in(world.zelda)
    with structlog.testing.capture_logs() as events:
        for given in (secrets[0], password):
            visitor.post("/sign-in", {"email": world.zelda.email, "password": given})
        visitor.get("/set-password/a-secret-token")
        zelda.get(f"/certificates/{world.ids['code']}")
        zelda.get("/people")
        zelda.post("/modules/at-the-door/first-two-minutes/notes/x", {"note": "my thought"})
    told = json.dumps(events) + caplog.text
    assert {event["event"] for event in events} >= {"sign-in refused", "signed in", "forbidden"}
    for secret in (*secrets, world.zelda.email, zelda.token):
        assert secret not in told


def test_cookies_in_production_are_for_this_site_alone(session: Session, production: Flask) -> None:
    person = make_person(session)
    password = give_password(session, person)
    session.commit()
    visitor = Client(production.test_client())
    https = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/sign-in"}}
    visitor.get("/sign-in", base_url="https://localhost")
    answer = visitor.post("/sign-in", {"email": person.email, "password": password}, **https)
    visitor.get("/settings", base_url="https://localhost")
    themed = visitor.post("/settings/theme", {"theme": "dark"}, **https)

    cookies = [*answer.headers.getlist("Set-Cookie"), *themed.headers.getlist("Set-Cookie")]
    assert {each.partition("=")[0] for each in cookies} == {"__Host-session", "__Host-theme"}
    for cookie in cookies:
        parts = cookie.split("; ")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts), cookie
        assert "Domain" not in cookie
    assert 'data-theme="dark"' in visitor.get("/settings", base_url="https://localhost").text


@pytest.mark.parametrize("referer", [None, "https://evil.example/", "http://localhost/settings"])
def test_in_production_no_form_is_taken_that_another_site_sent(
    production: Flask, referer: str | None
) -> None:
    """Whatever token it shows: one that somebody planted in a cookie would be right."""
    visitor = Client(production.test_client())
    visitor.get("/sign-in", base_url="https://localhost")
    headers = {"Referer": referer} if referer else {}
    answer = visitor.post("/sign-in", {}, base_url="https://localhost", headers=headers)
    assert answer.status_code == 400


def test_a_page_that_says_nothing_of_who_may_open_it_is_closed(
    session: Session, app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "site.home", lambda: "open")
    for client in (browser.anonymous(), browser.sign_in(make_person(session))):
        assert client.get("/").status_code == 404


def test_what_is_printed_names_the_sites_own_address(
    session: Session, production: Flask, browser: Browser, world: World
) -> None:
    """Whatever host a browser says that it asked for."""
    code, forged = world.ids["code"], {"base_url": "https://evil.example"}
    signed_in = browser.sign_in(world.boss)
    with signed_in.client.session_transaction() as kept:
        cookie = dict(kept)
    boss = Client(production.test_client())
    with boss.client.session_transaction(**forged) as fresh:
        fresh.update(cookie)
    boss.get("/settings", **forged)

    shown = boss.get(f"/certificates/{code}", **forged)
    path = f"/people/{world.zelda.id}/password-link"
    made = boss.post(path, **forged, headers={"Referer": "https://evil.example/people"})
    assert f"https://learn.example.org/verify/{code}" in shown.text
    assert "https://learn.example.org/set-password/" in made.text
    assert "evil.example" not in shown.text + made.text


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("", None),
        ("https://learn.example.org/", "https://learn.example.org"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_a_setting(tmp_path: Path, address: str, kept: str | None) -> None:
    given = {"COURSESITE_VAR": str(tmp_path), "COURSESITE_ADDRESS": address}
    assert read_settings(given).address == kept


@pytest.mark.parametrize(
    "address",
    ["learn.example.org", "javascript:alert(1)", "https://", "https://a b", "https://u:p@x.org"],
)
def test_an_address_that_is_none_is_named(tmp_path: Path, address: str) -> None:
    with pytest.raises(Invalid, match="COURSESITE_ADDRESS is"):
        read_settings({"COURSESITE_VAR": str(tmp_path), "COURSESITE_ADDRESS": address})


def test_the_key_and_the_database_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    read_settings({"COURSESITE_VAR": str(folder)})
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Invalid, match="COURSESITE_SECRET_KEY is not set"):
        read_settings({"COURSESITE_VAR": str(folder), "COURSESITE_ENV": "production"})


def test_an_unknown_account_costs_the_same_work(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(session)
    give_password(session, person)
    session.commit()
    verified: list[str] = []
    verify = services.hasher.verify

    class Watched:
        hash = staticmethod(services.hasher.hash)

        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept.rsplit("$", 2)[0])
            return verify(kept, password)

    monkeypatch.setattr(services, "hasher", Watched())
    for email in (person.email, "nobody@example.org"):
        browser.anonymous().post("/sign-in", {"email": email, "password": "wrong"})
    assert len(verified) == 2
    assert len(set(verified)) == 1


def test_every_role_is_asked_for_where_it_is_needed(app: Flask) -> None:
    """The table says which addresses need a role; so do their views."""
    for (endpoint, _method), route in ROUTES.items():
        access = access_of(app.view_functions[endpoint])
        assert access is not None
        needs_role = route.whose in {Whose.ROLE, Whose.STAFF, Whose.COURSE}
        assert needs_role == (access.permission not in {None, Permission.LEARN}), endpoint
