"""No address tells one organisation anything about another, or lets a role do more than it may."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coursesite.sheet import MEDIA_TYPES, Format
from tests.browser import Browser, Client
from tests.site.routes import ROUTES, Route, Whose
from tests.site.world import THEIRS, World, everything, make_world

ANSWERS = {
    Whose.OWN: {200, 302, 400, 404, 409, 422},
    Whose.ROLE: {200, 302, 404, 409, 422},
    Whose.COURSE: {403},
    Whose.LEARNER: {404},
    Whose.STAFF: {404},
}
CLOSED = {Whose.ROLE: {403}, Whose.COURSE: {403}, Whose.STAFF: {403}, Whose.LEARNER: {404}}


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    return make_world(session, browser, tmp_path)


def words_of(answer: TestResponse) -> str:
    """What a page, a printed one or a workbook says."""
    if answer.mimetype == MEDIA_TYPES[Format.XLSX]:
        sheets = load_workbook(io.BytesIO(answer.data)).worksheets
        return str([row for sheet in sheets for row in sheet.iter_rows(values_only=True)])
    if answer.mimetype != "application/pdf":
        return answer.text
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return "\n".join(page.extract_text() for page in pages)


def send(client: Client, method: str, route: Route, world: World) -> TestResponse:
    path = route.path.format(**world.ids)
    form = {name: text.format(**world.ids) for name, text in route.form.items()}
    if method == "GET":
        return client.get(path, buffered=True)
    return client.post(path, form)


def routes(*whose: Whose) -> list[tuple[str, str, Route]]:
    return [(*key, route) for key, route in ROUTES.items() if route.whose in whose]


def test_the_table_holds_every_address(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    known = {
        (rule.endpoint, method)
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert known == set(ROUTES)
    adapter = app.url_map.bind("localhost")
    things = ("unit", "person", "attempt", "assignment", "grant", "boss", "support", "job", "mail")
    numbers = dict.fromkeys(
        (*things, "batch", "sweep", "regrade", "leave", "extension", "requirement"), "1"
    )
    words = dict.fromkeys(
        (
            "code",
            "revision",
            "act",
            "saved",
            "saved_view",
            "draft",
            "comment",
            "live",
            "picture",
            "organisation",
        ),
        "1",
    )
    local = (
        "local_draft",
        "local_comment",
        "local_saved",
        "local_version",
        "local_live",
        "no_fields",
        "no_words",
        "upload",
    )
    words |= dict.fromkeys(local, "1")
    for (endpoint, method), route in ROUTES.items():
        path = route.path.format(**numbers, **words).partition("?")[0]
        assert adapter.match(path, method)[0] == endpoint, path


def test_a_stranger_with_every_role_learns_nothing_and_changes_nothing(
    session: Session, browser: Browser, world: World
) -> None:
    stranger, before = browser.sign_in(world.stranger), everything(session)
    for endpoint, method, route in routes(*ANSWERS):
        answer = send(stranger, method, route, world)
        assert answer.status_code in ANSWERS[route.whose], f"{endpoint} {answer.status_code}"
        assert THEIRS.lower() not in words_of(answer).lower(), endpoint
    assert before - everything(session) == set()
    assert not [row for row in everything(session) - before if THEIRS in row]


def test_a_stranger_cannot_reach_across_with_a_form(
    session: Session, browser: Browser, world: World
) -> None:
    """Units and parked people of others cannot be chosen, whatever the form says."""
    stranger = browser.sign_in(world.stranger)
    for endpoint in ("assignments.create", "people.new", "assignments.decide"):
        answer = send(stranger, "POST", ROUTES[endpoint, "POST"], world)
        assert answer.status_code in {302, 404, 422}, endpoint
        assert THEIRS not in words_of(answer)
    unit = {"move-unit": world.ids["unit"], "move-reason": "a forged reason"}
    answer = stranger.post(f"/people/{world.stranger.id}/posting", unit)
    assert answer.status_code == 422
    granted = {"role-role": "manager", "role-unit": world.ids["unit"], "role-reason": "forged"}
    answer = stranger.post(f"/people/{world.stranger.id}/roles", granted)
    assert answer.status_code == 422


def test_a_colleague_who_learns_opens_nothing_of_managers_authors_or_others(
    session: Session, browser: Browser, world: World
) -> None:
    colleague, before = browser.sign_in(world.colleague), everything(session)
    for endpoint, method, route in routes(*CLOSED):
        answer = send(colleague, method, route, world)
        assert answer.status_code in CLOSED[route.whose], f"{endpoint} {answer.status_code}"
        page = words_of(answer).replace(f"{THEIRS} Prisons", "")
        assert THEIRS not in page, endpoint
    assert everything(session) == before


def test_whoever_manages_another_unit_learns_nothing_of_this_one(
    session: Session, browser: Browser, world: World
) -> None:
    neighbour, before = browser.sign_in(world.neighbour), everything(session)
    for endpoint, method, route in routes(Whose.STAFF, Whose.ROLE, Whose.LEARNER):
        answer = send(neighbour, method, route, world)
        assert answer.status_code < 500, f"{endpoint} {answer.status_code}"
        if route.whose is not Whose.ROLE:
            assert answer.status_code in {403, 404}, f"{endpoint} {answer.status_code}"
        assert not re.search(f"Zelda|{THEIRS} wing|{THEIRS}-", words_of(answer)), endpoint
    assert before - everything(session) == set()


def test_whoever_has_not_signed_in_opens_only_what_is_public(
    browser: Browser, world: World
) -> None:
    visitor = browser.anonymous()
    for endpoint, method, route in routes(*Whose):
        answer = send(visitor, method, route, world)
        if route.whose is Whose.ANYONE:
            assert answer.status_code in {200, 302, 400, 404, 422}, (
                f"{endpoint} {answer.status_code}"
            )
        else:
            assert answer.status_code in {302, 401}, f"{endpoint} {answer.status_code}"
        if not endpoint.startswith("certificates.check"):
            assert THEIRS not in words_of(answer), endpoint


def test_the_public_check_shows_what_the_certificate_shows_and_no_more(
    browser: Browser, world: World
) -> None:
    for suffix in ("", ".json"):
        shown = browser.anonymous().get(f"/verify/{world.ids['code']}{suffix}").text
        assert f"Z. {THEIRS}" in shown
        assert "Zelda" not in shown
        assert f"{THEIRS}-1" not in shown
