"""A manager of the prison service: numbers, the people behind them, and the same as a file."""

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from playwright.sync_api import Locator, Page, expect

from coursesite import clock
from coursesite.people.models import Unit
from tests.journeys.conftest import Open, Site
from tests.journeys.steps import assign_path, finish_path


@pytest.fixture(scope="module", autouse=True)
def required_long_ago(site: Site) -> None:
    """Six people had to finish forty days ago; only the officer did."""
    with time_machine.travel(clock.now() - timedelta(days=60)):
        assign_path(site, "manager", "prison-officers", "Northern region")
    finish_path(site, "officer", "prison-officers")


def test_a_number_leads_to_the_people_and_to_a_file_with_the_same_sums(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page("manager")
    page.goto("/reports")
    expect(page.locator(".figure-done")).to_contain_text("compliant: 1 of 6")
    shows_a_chart_beside_its_table(page)
    adds_up(page.get_by_role("table", name="By unit"))

    page.get_by_role("combobox", name="Unit").select_option("\u2003HMP Ashfield")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".figure-done")).to_contain_text("compliant: 1 of 2")
    assert states_in_the_file(page, tmp_path) == {"Completed": 1, "Overdue": 1}
    page.locator(".figure-late").get_by_role("link", name="overdue").click()
    page.get_by_role("link", name="Sand, Jon").click()
    expect(page.get_by_role("heading", name="Training of Jon Sand")).to_be_visible()
    expect(
        page.get_by_text("Required because: New arrivals come with children outside.")
    ).to_be_visible()


def shows_a_chart_beside_its_table(page: Page) -> None:
    chart = page.locator("figure.chart").first
    drawn, table = chart.locator("svg").bounding_box(), chart.locator("table").bounding_box()
    assert drawn
    assert table
    assert drawn["x"] + drawn["width"] <= table["x"]


def adds_up(table: Locator) -> None:
    """The sum of each column of numbers stands at its foot."""
    rows = [numbers_in(row) for row in table.locator("tbody tr").all()]
    assert [sum(column) for column in zip(*rows, strict=True)] == numbers_in(table.locator("tfoot"))


def numbers_in(line: Locator) -> list[int]:
    """Without the percentage, which is no sum."""
    return [int(text) for text in line.locator("td").all_inner_texts() if text.isdecimal()]


def states_in_the_file(page: Page, folder: Path) -> dict[str, int]:
    with page.expect_download() as begun:
        page.get_by_role("button", name="Export 2 records (CSV)").click()
    begun.value.save_as(folder / "export.csv")
    with (folder / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        return Counter(row["State"] for row in csv.DictReader(file))


def test_another_organisation_has_nothing_here(open_page: Open, site: Site) -> None:
    page = open_page("chief")
    with site.session() as session:
        unit_id = session.scalar(sa.select(Unit.id).where(Unit.name == "HMP Ashfield"))
    for address in (
        f"/reports/units/{unit_id}",
        f"/reports/people/{site.people['officer']}",
        f"/reports/people?unit={unit_id}",
        f"/people/{site.people['officer']}",
    ):
        answer = page.goto(address)
        assert answer
        assert answer.status == 404
    page.goto("/reports")
    expect(page.get_by_text("Nothing is required here yet")).to_be_visible()
