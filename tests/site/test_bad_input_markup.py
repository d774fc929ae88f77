"""Markup, scripts and formulas that people type are text wherever they are shown."""

import csv
import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.browser import Browser, Client
from tests.site.routes import ROUTES
from tests.site.world import World, make_world

WORD = "=1+1\"'><img src=x onerror=alert(1)><script>alert(1)</script>"
RAW = ("<img src=x", "<script>alert", "&amp;lt;script")


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    return make_world(session, browser, tmp_path, WORD)


@pytest.fixture
def boss(browser: Browser, world: World) -> Client:
    return browser.sign_in(world.boss)


def write_everywhere(boss: Client, world: World) -> None:
    """What a boss can fill in, with markup in every box."""
    ids = world.ids
    person = {"given_name": WORD, "family_name": WORD, "staff_number": WORD}
    grant = {"role-role": "manager", "role-unit": "whole", "role-reason": WORD}
    publish = {"change": "minor", "note": WORD, "seen": "1", "live": ids["live"]}
    text = "/authoring/modules/at-the-door/en"
    sent = {
        "/local/en/fields": {"field-duty_phone": WORD, "seen": ids["local_fields"]},
        "/local/en/passages/who-decides": {"source": WORD, "seen": ids["local_passage"]},
        "/people/new": {**person, "email": "new@example.org", "unit": ids["unit"]},
        f"/people/{world.colleague.id}/roles": grant,
        f"/people/{ids['boss']}/roles/{ids['grant']}/end": {},
        f"{text}/publish": publish,
    }
    for path, form in sent.items():
        answer = boss.post(path, form)
        assert answer.status_code in {200, 302, 422}, path
        assert_text(answer.text, path)


def assert_text(page: str, where: str) -> None:
    for raw in RAW:
        assert raw not in page, f"{raw} on {where}"


def test_pages_show_what_people_typed_as_text(browser: Browser, world: World, boss: Client) -> None:
    write_everywhere(boss, world)
    zelda, shown = browser.sign_in(world.zelda), 0
    for (endpoint, method), route in ROUTES.items():
        if method == "GET":
            for client in (boss, zelda):
                answer = client.get(route.path.format(**world.ids), buffered=True)
                if answer.mimetype == "text/html":
                    assert_text(answer.text, endpoint)
                    shown += "&lt;script&gt;alert(1)" in answer.text
    assert shown > 20


def test_searching_for_markup_shows_it_as_text(boss: Client) -> None:
    for path in ("/people", "/verify"):
        answer = boss.get(path, query_string={"q": WORD, "code": WORD})
        assert_text(answer.text, path)
        assert "&lt;script&gt;" in answer.text


def test_files_hold_it_as_text_and_compute_nothing(
    browser: Browser, world: World, boss: Client
) -> None:
    zelda, code = browser.sign_in(world.zelda), world.ids["code"]
    exported = boss.post("/reports/export.csv").get_data(as_text=True)
    own = zelda.get("/record.csv").get_data(as_text=True)
    for table in (exported, own):
        for row in csv.reader(io.StringIO(table.lstrip("\ufeff"))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "'=1+1" in exported

    paper = PdfReader(io.BytesIO(zelda.get(f"/certificates/{code}.pdf").data))
    assert "<script>alert(1)</script>" in paper.pages[0].extract_text().replace("\n", "")
    assert "/JavaScript" not in str(paper.trailer["/Root"])
    data = zelda.get(f"/certificates/{code}.json")
    assert data.mimetype == "application/json"
    assert (data.json or {})["name"] == f"Zelda {WORD}"
    assert zelda.get("/settings/my-data.json").mimetype == "application/json"
