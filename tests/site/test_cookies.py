"""What a cookie says: proved, remembered for an hour, and never shared between requests."""

from datetime import timedelta

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from coursesite.app import SignedSessions
from tests.browser import Browser
from tests.makers import make_person


def cookie_of(app: Flask, said: dict[str, object]) -> dict[str, str]:
    """A header with a cookie that this site has signed."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(said)}"}


def test_a_cookie_that_was_proved_opens_the_page_again_and_a_changed_one_never(
    session: Session, browser: Browser
) -> None:
    client = browser.sign_in(make_person(session)).client
    name = browser.app.config["SESSION_COOKIE_NAME"]
    assert [client.get("/learn").status_code for _ in range(2)] == [200, 200]

    cookie = client.get_cookie(name)
    assert cookie is not None
    for forged in (cookie.value[:-1], f"{cookie.value}x", cookie.value.swapcase()):
        client.set_cookie(name, forged)
        assert client.get("/learn").status_code == 302


def test_a_session_that_ended_is_over_whatever_is_remembered_of_its_cookie(
    session: Session, browser: Browser
) -> None:
    client = browser.sign_in(make_person(session))
    client.get("/settings")
    name = browser.app.config["SESSION_COOKIE_NAME"]
    kept = client.client.get_cookie(name)
    assert kept is not None

    client.post("/sign-out")
    client.client.set_cookie(name, kept.value)
    assert client.client.get("/learn").status_code == 302


def test_what_one_request_takes_out_of_a_cookie_another_still_finds(app: Flask) -> None:
    sessions = SignedSessions()
    cookie = cookie_of(app, {"_flashes": [("success", "It was saved.")]})
    for _ in range(2):
        with app.test_request_context(headers=cookie) as context:
            found = sessions.open_session(app, context.request)
            assert found is not None
            assert found["_flashes"].pop() == ("success", "It was saved.")


def test_a_cookie_too_old_says_nothing(app: Flask) -> None:
    sessions, cookie = SignedSessions(), cookie_of(app, {"word": "kept"})
    with app.test_request_context(headers=cookie) as context:
        assert sessions.open_session(app, context.request) == {"word": "kept"}
        longest = app.permanent_session_lifetime
        app.permanent_session_lifetime = timedelta(seconds=-1)
        try:
            assert sessions.open_session(app, context.request) == {}
        finally:
            app.permanent_session_lifetime = longest


def test_pages_for_whoever_is_signed_in_are_told_apart_by_cookie(
    session: Session, browser: Browser
) -> None:
    client = browser.sign_in(make_person(session))
    for address in ("/learn", "/settings"):
        varies = client.get(address).headers["Vary"]
        assert {"Accept-Encoding", "Cookie"} == {each.strip() for each in varies.split(",")}
