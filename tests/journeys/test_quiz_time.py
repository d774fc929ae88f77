"""A quiz with a time limit: who wants to sees the time left, and hears of it near the end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from coursesite import clock
from coursesite.quizzes.models import Attempt
from tests.browser import Client
from tests.journeys.axe import findings
from tests.journeys.conftest import Open, Site

QUIZ = "/quizzes/prison-1-first-days"


def begun_with(site: Site, who: str, left: timedelta) -> str:
    """The address of an attempt that closes after so much time."""
    app: Flask = site.app
    client = app.test_client()
    client.set_cookie("session", site.cookie(who))
    address: str = Client(client).post(f"{QUIZ}/attempts").location
    own = Attempt.id == int(address.rsplit("/", 1)[1])
    with site.session() as session:
        session.execute(sa.update(Attempt).where(own).values(closes_at=clock.now() + left))
    return address


def test_the_time_left_is_shown_to_whoever_asks(open_page: Open, site: Site) -> None:
    page = open_page("officer", width=360)
    page.goto(begun_with(site, "officer", timedelta(minutes=11, seconds=30)))
    left = page.locator("[data-countdown-left]")
    expect(left).to_be_hidden()
    page.get_by_text("Show the time left").click()
    expect(left).to_have_text("11 minutes")
    expect(page.locator("[data-countdown-said]")).to_be_empty()
    assert findings(page) == []


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(minutes=7), "Time left: 5 minutes"),
        (timedelta(minutes=2), "The time is over. What you answered is kept: hand it in now."),
    ],
)
def test_near_its_end_it_is_said(open_page: Open, site: Site, left: timedelta, said: str) -> None:
    """The page's own clock goes forward; however long it took to open, that is enough."""
    page = open_page("colleague")
    page.clock.install()
    page.goto(begun_with(site, "colleague", left))
    expect(page.locator("[data-countdown-said]")).to_be_empty()
    page.clock.fast_forward(1000 * 60 * 2)
    expect(page.locator("[data-countdown-said]")).to_have_text(said)


def test_in_the_grace_the_page_asks_to_hand_in(open_page: Open, site: Site) -> None:
    page = open_page("manager")
    page.goto(begun_with(site, "manager", -timedelta(seconds=1)))
    expect(page.get_by_text("The time is over.")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_disabled()
    assert findings(page) == []
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your result")
