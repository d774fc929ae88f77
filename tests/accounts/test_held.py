"""What was typed survives the end of a session, a lost cookie and a database that is away."""

import dataclasses
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.held import KEPT_FOR
from coursesite.accounts.models import SignInSession
from coursesite.app import create_app
from tests.browser import Browser, Client
from tests.makers import give_password, make_person

TYPED = '<script>alert("x")</script>\nsecond line & "quotes" ünïcode'
WRITTEN = {"theme": "dark", "note": TYPED, "old_password": "never shown"}


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser would send them."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [
        (re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in found
    ]
    return {unescape(name[1]): unescape(value[1]) for name, value in pairs if name and value}


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of the main part goes, and its hidden fields."""
    main = page[page.index("<main") :]
    action = re.search(r'<form[^>]*action="([^"]*)"', main)
    assert action
    return unescape(action[1]), fields_of(main)


def theme_of(client: Client) -> str | None:
    cookie = client.client.get_cookie("theme")
    return cookie.value if cookie else None


def end_all_sessions(session: Session) -> None:
    session.execute(sa.update(SignInSession).values(ended_at=clock.now()))
    session.commit()


def test_what_was_sent_after_the_session_ended_is_sent_after_signing_in(
    session: Session, browser: Browser
) -> None:
    person = make_person(session)
    password = give_password(session, person)
    client = browser.sign_in(person)
    client.get("/settings")
    end_all_sessions(session)

    asked = client.post("/settings/theme?from=here", WRITTEN)
    assert asked.status_code == 401
    assert "What you had written is kept" in asked.text
    assert theme_of(client) is None

    action, carried = form_of(asked.text)
    wrong = client.post(action, {**carried, "email": person.email, "password": "wrong"})
    action, carried = form_of(wrong.text)
    signed_in = client.post(action, {**carried, "email": person.email, "password": password})
    assert "What you had written is kept" in signed_in.text
    assert "<script>alert" not in signed_in.text

    action, kept = form_of(signed_in.text)
    assert action == "/settings/theme?from=here"
    assert kept["note"] == TYPED
    assert "old_password" not in kept
    sent = client.client.post(action, data=kept)
    assert sent.status_code == 302
    assert theme_of(client) == "dark"


def test_a_lost_cookie_costs_nothing_that_was_typed(session: Session, browser: Browser) -> None:
    client = browser.anonymous()
    asked = client.client.post("/settings/theme", data=WRITTEN)
    assert asked.status_code == 401
    assert "kept" in fields_of(asked.text)


def test_a_form_of_another_session_is_sent_again_with_one_press(
    session: Session, browser: Browser
) -> None:
    client = browser.sign_in(make_person(session))
    refused = client.client.post("/settings/theme", data={**WRITTEN, "csrf_token": "stale"})
    assert refused.status_code == 400
    action, kept = form_of(refused.text)
    assert kept["note"] == TYPED
    assert client.client.post(action, data=kept).status_code == 302
    assert theme_of(client) == "dark"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}],
)
def test_what_another_site_sent_is_not_kept(
    session: Session, browser: Browser, headers: dict[str, str]
) -> None:
    for client in (browser.anonymous(), browser.sign_in(make_person(session))):
        page = client.client.post("/settings/theme", data=WRITTEN, headers=headers)
        assert page.status_code in {400, 401}
        given_back = fields_of(page.text)
        assert "note" not in given_back
        assert not given_back.get("kept")


def test_a_kept_form_cannot_be_forged_or_kept_for_ever(session: Session, browser: Browser) -> None:
    person = make_person(session)
    password = give_password(session, person)
    asked = browser.anonymous().client.post("/settings/theme", data=WRITTEN)
    kept = fields_of(asked.text)["kept"]
    fields = {"email": person.email, "password": password}

    forged = browser.anonymous().post("/sign-in", {**fields, "kept": "x" + kept})
    assert forged.status_code == 302
    with time_machine.travel(clock.now() + KEPT_FOR + timedelta(minutes=1)):
        late = browser.anonymous().post("/sign-in", {**fields, "kept": kept})
    assert late.status_code == 302


def test_what_is_larger_than_six_megabytes_is_not_kept(browser: Browser) -> None:
    page = browser.anonymous().client.post("/settings/theme", data={"note": "x" * 6_400_000})
    assert page.status_code == 401
    assert "Nothing of what was sent could be kept" in page.text


def test_large_texts_come_back_whole(browser: Browser, session: Session) -> None:
    person = make_person(session)
    fields = {"email": person.email, "password": give_password(session, person)}
    client, text = browser.anonymous(), "ä" * 400_000
    asked = client.client.post("/settings/theme", data={"note": text})
    action, carried = form_of(asked.text)
    again = client.client.post(action, data={**carried, **fields})
    assert form_of(again.text)[1]["note"] == text


@pytest.fixture
def away(app: Flask, tmp_path: Path) -> Flask:
    """The same site, with a database that cannot be opened."""
    url = f"sqlite:///{tmp_path / 'gone' / 'database.sqlite3'}"
    settings = dataclasses.replace(app.extensions["settings"], database_url=url)
    return create_app(settings)


def test_what_was_sent_while_the_database_was_away_is_sent_again(
    session: Session, browser: Browser, away: Flask
) -> None:
    client = browser.sign_in(make_person(session))
    client.get("/settings")
    with client.client.session_transaction() as cookie:
        kept_cookie = dict(cookie)
    elsewhere = Client(away.test_client())
    with elsewhere.client.session_transaction() as cookie:
        cookie.update(kept_cookie)
    elsewhere.token = client.token

    failed = elsewhere.post("/settings/theme", WRITTEN)
    assert failed.status_code == 503
    assert failed.headers["Retry-After"] == "10"
    action, kept = form_of(failed.text)
    assert action == "/settings/theme"
    assert kept["note"] == TYPED

    assert client.client.post(action, data=kept).status_code == 302
    assert theme_of(client) == "dark"


def test_scripts_hear_that_the_database_is_away(session: Session, away: Flask) -> None:
    elsewhere = away.test_client()
    with elsewhere.session_transaction() as cookie:
        cookie["_user_id"] = "anything"
    answer = elsewhere.get("/settings", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert "does not answer" in answer.get_json()["error"]


@pytest.mark.parametrize("address", ["/settings", "/health/ready"])
def test_pages_say_that_the_database_is_away(session: Session, away: Flask, address: str) -> None:
    elsewhere = away.test_client()
    with elsewhere.session_transaction() as cookie:
        cookie["_user_id"] = "anything"
    answer = elsewhere.get(address)
    assert answer.status_code == 503
    assert "does not answer" in answer.text
