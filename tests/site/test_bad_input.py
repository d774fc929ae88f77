"""Whatever stands in an address or a form is answered in a sentence, and nothing changes."""

import re
from html import unescape
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser import Browser, Client
from tests.learning.makers import publish_course
from tests.makers import make_person
from tests.site.routes import ROUTES, Route
from tests.site.world import World, everything, make_world

NUMBERS = ("-1", "0", "2147483648", "9" * 19, "9" * 5000, "٣", "1.5", "x\0")
SCRIPT = "<script>alert(1)</script>"
WORDS = ("-1", "9" * 19, "9" * 5000, "٣", "30 2 2026", "99999-01-01", "0000-00-00", SCRIPT)
NO_FORMS = (
    (b"{not json", "application/json"),
    (b'["a", 1]', "application/json"),
    (b"\xff\xfe\x00=\xff", "application/x-www-form-urlencoded"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"--x\r\nbroken", "multipart/form-data"),
    (b"<a/>", "text/xml"),
    (b"a=b", "no type at all"),
)
PARAMETERS = ("after", "before", "unit", "person", "state", "target", "kind", "q", "next", "code")


Odd = TypeVar("Odd")


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    return make_world(session, browser, tmp_path)


@pytest.fixture
def boss(browser: Browser, world: World) -> Client:
    return browser.sign_in(world.boss)


def routes(method: str) -> list[tuple[str, Route]]:
    return [(name, route) for (name, verb), route in ROUTES.items() if verb == method]


def filled(route: Route, world: World, **others: str) -> tuple[str, dict[str, str]]:
    ids = {**world.ids, **others}
    form = {name: text.format(**ids) for name, text in route.form.items()}
    return route.path.format(**{name: quote(each) for name, each in ids.items()}), form


def some(odds: tuple[Odd, ...], place: int) -> list[Odd]:
    """Two of these, others at each place: every page meets some, and each meets many pages."""
    return [odds[(place + step) % len(odds)] for step in (0, 3)]


def test_a_number_that_no_row_has_is_not_found(
    session: Session, boss: Client, world: World
) -> None:
    before = everything(session)
    places = (
        (endpoint, method, route, name)
        for (endpoint, method), route in ROUTES.items()
        for name in world.ids
        if f"{{{name}}}" in route.path.partition("?")[0]
    )
    for place, (endpoint, method, route, name) in enumerate(places):
        for odd in some(NUMBERS, place):
            path, form = filled(route, world, **{name: odd})
            answer = boss.get(path) if method == "GET" else boss.post(path, form)
            # A code with a typing mistake leads back to its form; what is not a code is unknown.
            wanted = {404, 422, 302} if "verify" in path else {404, 422}
            assert answer.status_code in wanted, f"{endpoint} {path[:60]} {answer.status_code}"
            assert "<h1" in answer.text or answer.is_json or answer.status_code == 302
    assert before - everything(session) == set()


def test_odd_words_in_a_query_are_refused_or_ignored(boss: Client, world: World) -> None:
    for place, (endpoint, route) in enumerate(routes("GET")):
        if endpoint != "static":
            path, _form = filled(route, world)
            for odd in some((*NUMBERS, SCRIPT, "💥" * 500), place):
                query = "?" + "&".join(f"{name}={quote(odd)}" for name in PARAMETERS)
                answer = boss.get(path.partition("?")[0] + query)
                assert answer.status_code < 500, f"{endpoint} {odd[:20]}"
                assert SCRIPT.encode() not in answer.data, endpoint


def test_odd_words_in_forms_are_refused_or_kept_as_text(
    session: Session, boss: Client, world: World
) -> None:
    outer = session.connection()
    fields = ((*each, name) for each in routes("POST") for name in each[1].form)
    for place, (endpoint, route, name) in enumerate(fields):
        path, form = filled(route, world)
        for odd in some(WORDS, place):
            undone = outer.begin_nested()
            answer = boss.post(path, {**form, name: odd})
            assert answer.status_code < 500, f"{endpoint} {name} {odd[:20]}"
            assert SCRIPT.encode() not in answer.data, f"{endpoint} {name}"
            undone.rollback()
            session.expire_all()


def test_a_nul_in_any_field_or_its_name_is_refused(
    session: Session, app: Flask, boss: Client, world: World
) -> None:
    before = everything(session)
    for endpoint, route in routes("POST"):
        path, form = filled(route, world)
        takes = getattr(app.view_functions[endpoint], "takes_nul", False)
        odd_forms: list[dict[str, Any]] = [{**form, name: ["fine", "a\0b"]} for name in form]
        for odd in [*odd_forms, {**form, "a\0b": "x"}]:
            if not takes:
                answer = boss.post(path, odd)
                assert answer.status_code == 422, endpoint
                assert "cannot be stored (NUL)" in answer.text, endpoint
    assert everything(session) == before


def test_what_is_no_form_is_refused(session: Session, browser: Browser, world: World) -> None:
    """Whoever signs out does so in a browser of their own; the others would be refused after it."""
    outer, boss = session.connection(), browser.sign_in(world.boss)
    for place, (endpoint, route) in enumerate(routes("POST")):
        takes = getattr(browser.app.view_functions[endpoint], "takes_json", False)
        client = browser.sign_in(world.boss) if endpoint == "accounts.sign_out" else boss
        for sent, kind in some(NO_FORMS, place):
            undone = outer.begin_nested()
            answer = client.post(filled(route, world)[0], sent, content_type=kind)
            assert answer.status_code < 500, f"{endpoint} {kind}"
            if kind == "application/json" and not takes:
                assert answer.status_code == 415, endpoint
            undone.rollback()
            session.expire_all()


@pytest.mark.parametrize(
    "cookie",
    ["session=", "session=x", "session=a.b.c", "session=" + "x" * 9000, "=;;;", "theme=<b>"],
)
def test_a_broken_cookie_is_no_cookie(browser: Browser, session: Session, cookie: str) -> None:
    client = browser.app.test_client(use_cookies=False)
    assert client.get("/", headers={"Cookie": cookie}).status_code == 200
    assert client.get("/learn", headers={"Cookie": cookie}).status_code == 302


@pytest.mark.parametrize("host", ["", "evil.example", "<b>", "a b", "x" * 3000, "[::", "x:99999"])
def test_an_odd_host_is_never_repeated(browser: Browser, session: Session, host: str) -> None:
    for path in ("/", "/sign-in", "/learn", "/nowhere"):
        answer = browser.app.test_client().get(path, headers={"Host": host})
        assert answer.status_code < 500
        for text in (answer.text, answer.headers.get("Location", "")):
            assert host in {"", "<b>"} or host not in text
        assert "<b>" not in answer.text


def test_very_long_headers_and_queries_are_only_long(browser: Browser, session: Session) -> None:
    client = browser.app.test_client()
    headers = {"Accept-Language": "x," * 20_000, "User-Agent": "y" * 100_000}
    assert client.get("/?" + "a=1&" * 20_000, headers=headers).status_code < 500
    assert client.get("/" + "a/" * 20_000).status_code == 404


def text_in(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("text", ["x" * 5_000_000, "line\n" * 3000], ids=["5 MB", "3000 lines"])
def test_a_note_that_cannot_be_kept_is_given_back(
    session: Session, browser: Browser, text: str
) -> None:
    publish_course(session)
    client, path = browser.sign_in(make_person(session)), "/modules/the-door/at-the-door"
    client.post(f"{path}/notes/last-time", {"note": "as it was"})
    refused = client.post(f"{path}/notes/last-time", {"note": text})
    assert refused.status_code == 422
    assert "A note can hold 10,000 characters" in refused.text
    assert text_in(refused.text) == text
    assert "as it was" in client.get(path).text
    client.post(f"{path}/notes/last-time", {"note": text[:50]})
    assert "as it was" not in client.get(path).text


def test_a_text_with_a_nul_in_it_is_given_back(browser: Browser, session: Session) -> None:
    publish_course(session)
    client = browser.sign_in(make_person(session))
    text = "a long thought\nwith <b>one</b> odd \0 sign"
    refused = client.post("/modules/the-door/at-the-door/notes/last-time", {"note": text})
    assert refused.status_code == 422
    assert text_in(refused.text) == text


def test_five_megabytes_in_any_field_are_refused_and_kept(
    session: Session, boss: Client, world: World
) -> None:
    outer, text = session.connection(), "x" * 5_000_000
    fields = {
        "people.new": "family_name",
        "people.grant": "role-reason",
        "people.leave": "leave-reason",
        "assignments.create": "reason",
        "assignments.end": "reason",
        "authoring.begin": "title",
        "authoring.publish": "note",
    }
    for endpoint, name in fields.items():
        undone = outer.begin_nested()
        path, form = filled(ROUTES[endpoint, "POST"], world)
        answer = boss.post(path, {**form, name: text})
        assert answer.status_code == 422, endpoint
        assert text in answer.text, endpoint
        assert f'id="{name}-error"' in answer.text, endpoint
        undone.rollback()
        session.expire_all()
