"""A training officer of the police: assigns, and sees who has finished and who is late."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from playwright.sync_api import Page, expect

from coursesite import clock
from coursesite.audit.services import SITE
from coursesite.people.models import Unit
from coursesite.people.rules import Audience
from coursesite.people.services import NewPerson, add_person
from tests.journeys.conftest import Open, Site
from tests.journeys.steps import assign_path, finish_path, work

REASON = "Officers meet children at every second arrest."


@pytest.fixture(scope="module", autouse=True)
def required_long_ago(site: Site) -> None:
    """The core path was due forty days ago; the chief has done it, the others have not."""
    with time_machine.travel(clock.now() - timedelta(days=60)):
        assign_path(site, "training", "core", "Force")
    finish_path(site, "chief", "core")


def test_a_path_is_assigned_to_a_station_and_to_whoever_joins_it(
    open_page: Open, site: Site
) -> None:
    page = open_page("training")
    page.goto("/assignments")
    page.get_by_role("link", name="New assignment").click()
    fills_in(page)
    expect(page.get_by_text("This reaches 1 person.")).to_be_visible()
    expect(page.get_by_text("Nothing has been saved or sent yet.")).to_be_visible()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("It is assigned.")).to_be_visible()
    expect(page.locator(".figure").first).to_contain_text("1person must do it")

    joins(site)
    page.reload()
    expect(page.locator(".figure").first).to_contain_text("2people must do it")
    theirs = open_page("joiner", width=360)
    theirs.goto("/learn")
    expect(theirs.get_by_role("link", name="Police", exact=True)).to_be_visible()
    expect(theirs.get_by_text(REASON)).to_be_visible()


def fills_in(page: Page) -> None:
    """At first without saying why, which is asked for."""
    page.get_by_label("What must be done").select_option("Police")
    page.get_by_label("Harbour station").check()
    page.get_by_role("textbox", name="So many days after that").fill("30")
    page.get_by_role("button", name="See whom it reaches").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Say why")
    expect(summary).to_be_focused()
    page.get_by_label("Why", exact=True).fill(REASON)
    page.get_by_role("button", name="See whom it reaches").click()


def joins(site: Site) -> None:
    with site.session() as session:
        station = session.scalars(sa.select(Unit).where(Unit.name == "Harbour station")).one()
        joiner = NewPerson(station, "joiner@example.org", "Joiner", audience=Audience.POLICE)
        site.people["joiner"] = add_person(session, joiner, SITE).id
    work(site)


def test_who_has_finished_and_who_is_late_is_a_number_with_names_behind_it(
    open_page: Open,
) -> None:
    page = open_page("training", width=360)
    page.goto("/assignments")
    page.get_by_role("link", name="Core and working together").click()
    expect(page.locator(".figure-done")).to_contain_text("1finished")
    expect(page.locator(".figure-late")).to_contain_text("late")
    page.get_by_role("link", name="See who they are in the reports").click()
    page.locator(".figure-late").get_by_role("link", name="overdue").click()
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    expect(page.get_by_role("link", name="Dahl, Robin")).to_be_visible()
    expect(page.get_by_role("link", name="Chief, Robin")).to_have_count(0)
