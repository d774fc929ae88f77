"""What must hold of every page."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.accounts.access import access_of
from tests.browser import Browser


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    unmarked = [name for name, view in app.view_functions.items() if access_of(view) is None]
    assert unmarked == []


def test_closed_pages_send_a_stranger_to_sign_in(app: Flask, browser: Browser) -> None:
    visitor = browser.anonymous()
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.arguments
        and not getattr(access_of(app.view_functions[rule.endpoint]), "public", False)
    ]
    for rule in closed:
        response = visitor.get(rule.rule)
        assert response.status_code == 302, rule.rule
        assert response.location.startswith("/sign-in"), rule.rule


def test_pages_carry_the_security_headers(browser: Browser, session: Session) -> None:
    response = browser.anonymous().get("/health/live")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_the_server_says_that_it_is_well(browser: Browser, address: str) -> None:
    assert browser.anonymous().get(address).status_code == 200
