"""A training officer assigns at a real browser, without JavaScript, and decides who waits."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from coursesite import clock
from coursesite.assignments.models import Assignment
from tests.journeys.axe import findings
from tests.journeys.conftest import Open, Site

MODULE = "module:police-2-at-the-door"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def fill_in(page: Page, days: int) -> None:
    """Due so many days from now, for the harbour station."""
    day = clock.now().date() + timedelta(days=days)
    page.goto("/assignments/new")
    page.get_by_label("What must be done").select_option(MODULE)
    page.get_by_label("Harbour station").check()
    page.get_by_label("On a fixed date").check()
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        fixed = page.get_by_role("group", name="The fixed date")
        fixed.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Why", exact=True).fill("Two arrests with children last month.")
    page.get_by_role("button", name="See whom it reaches").click()


def assignments(site: Site) -> int:
    with site.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Assignment)) or 0


def test_assigning_ending_and_deciding(site: Site, open_page: Open) -> None:
    page, before = open_page("training", java_script_enabled=False), assignments(site)
    fill_in(page, 60)
    expect(page.get_by_text("This reaches 1 person.")).to_be_visible()
    assert assignments(site) == before
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("It is assigned.")).to_be_visible()

    page.get_by_label("Why does it end?").fill("Replaced by the whole path.")
    page.get_by_role("button", name="End the assignment").click()
    expect(page.get_by_text("The assignment has ended.")).to_be_visible()

    fill_in(page, 0)
    expect(page.get_by_text("parked for your decision")).to_be_visible()
    page.get_by_role("button", name="Assign").click()
    page.goto("/assignments/exceptions")
    page.get_by_label("Dahl").last.check()
    page.get_by_label("Do not assign it").check()
    page.get_by_label("Why").fill("Retires tomorrow.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided for 1 person.")).to_be_visible()


def test_everybody_can_use_the_pages_on_the_way(open_page: Open) -> None:
    page = open_page("training", width=360)
    shown: list[Callable[[], object]] = [
        lambda: page.goto("/assignments"),
        lambda: page.goto("/assignments/new"),
        lambda: page.get_by_role("button", name="See whom it reaches").click(),
        lambda: fill_in(page, 1),
        lambda: page.get_by_role("button", name="Assign").click(),
        lambda: page.goto("/assignments/exceptions"),
    ]
    for show in shown:
        show()
        assert findings(page) == [], page.url
        assert page.evaluate(SIDEWAYS) <= 0, page.url
