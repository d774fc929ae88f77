"""The tables of numbers as files: cell for cell what the page shows, with its filters and day."""

import csv
import io
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services import repair_counts
from coursesite.audit.models import Event
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.sheet import Workbook
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE, in_days, require

IN_ORDER = ["heat", "worst", "weeks", "units", "targets"]


@pytest.fixture
def whole(session: Session) -> Unit:
    return make_unit(session, make_organisation(session, name="Prison Service"), "Headquarters")


@pytest.fixture
def head(session: Session, whole: Unit) -> Person:
    """Of two establishments, one of which is called like a formula."""
    organisation = make_person(session, whole).organisation
    north = make_unit(session, organisation, "=HYPERLINK(1)", parent=whole)
    east = make_unit(session, organisation, "Eastgate", parent=whole)
    valid: dict[str, Any] = {"valid_until": in_days(20), "grace_until": in_days(20), "due_on": None}
    require(session, make_person(session, north), progress=Progress.COMPLETED, **valid)
    require(session, make_person(session, north), due_on=in_days(-1))
    require(session, make_person(session, east), due_on=in_days(-2))
    require(session, make_person(session, east), "another", due_on=in_days(5))
    require(session, make_person(session, east), due_on=in_days(9), excuse=Excuse.WAIVED)
    repair_counts(session)
    session.commit()
    return make_person(session, whole, roles=(Role.MANAGER,))


@pytest.fixture
def client(browser: Browser, head: Person) -> Client:
    return browser.sign_in(head)


def on_page(page: str, id: str) -> list[list[str]]:
    """The cells of a table of the page as a file has them: numbers without their signs."""
    shown = next(
        each
        for each in re.findall(r"<table.*?</table>", page, re.DOTALL)
        if f'id="{id}"' in each or f'id="{id}-table"' in each
    )
    rows = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[_plain(cell) for cell in row] for row in found]


def _plain(cell: str) -> str:
    text = unescape(re.sub(r"<span class=\"heat-sign.*?</span>|<[^>]+>", "", cell)).strip()
    return "" if text == "\u2013" else re.sub(r"^(\d+) %$", r"\1", text)


def in_file(text: str) -> list[list[str]]:
    return [
        [cell.removesuffix(" (%)") for cell in row]
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    ]


@pytest.mark.parametrize("filters", [{}, {"state": "late"}, {"target": f"module:{MODULE}"}])
def test_a_file_holds_what_the_page_shows(client: Client, filters: dict[str, str]) -> None:
    page = client.get("/reports", query_string=filters).text
    offered = re.findall(r'<option value="(\w+)"', page.partition('id="table"')[2])
    for id in offered:
        answer = client.post("/reports/numbers.csv", {**filters, "table": id})
        assert answer.mimetype == "text/csv"
        made, shown = in_file(answer.text), on_page(page, id)
        if id == "weeks":  # the page says days in short
            made, shown = ([row[1:] for row in rows] for rows in (made, shown))
        assert [[cell.removeprefix("'") for cell in row] for row in made] == shown
    assert set(offered) == set(IN_ORDER) - ({"heat", "targets"} if "target" in filters else set())


def test_a_workbook_has_a_sheet_for_each_table_and_says_what_it_is(
    session: Session, client: Client, head: Person
) -> None:
    answer = client.post("/reports/numbers.xlsx", {"state": "overdue"})
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == [
        "By unit and training",
        "Worst units",
        "Expiring by week",
        "By unit",
        "By training",
        "About",
    ]
    units = [[cell.value for cell in row] for row in book["By unit"].iter_rows()]
    assert units[0][:3] == ["Unit", "Compliant (%)", "Required"]
    assert [row[:3] for row in units[1:]] == [
        ["=HYPERLINK(1)", 50, 2],
        ["Eastgate", 0, 2],
        ["All", 25, 4],
    ]
    assert book["By unit"]["A2"].data_type == "s"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["State"] == "Overdue"
    assert about["Exported by"] == head.name
    event = session.scalars(sa.select(Event).where(Event.kind == "report-exported")).one()
    assert event.actor_id == head.id
    assert event.after == {"state": "overdue", "tables": IN_ORDER, "format": "xlsx"}


def test_no_cell_of_the_text_computes(client: Client) -> None:
    text = client.post("/reports/numbers.csv", {"table": "units"}).text
    assert in_file(text)[1][0] == "'=HYPERLINK(1)"


def test_who_may_take_what(session: Session, browser: Browser, client: Client, whole: Unit) -> None:
    assert client.post("/reports/numbers.csv", {"table": "names"}).status_code == 404
    assert client.post("/reports/numbers.csv").status_code == 404
    cell = make_unit(session, make_organisation(session), "Elsewhere")
    stranger = make_person(session, cell, roles=(Role.MANAGER,))
    learner = make_person(session, whole)
    session.commit()
    sent = {"unit": str(whole.id), "table": "units"}
    assert browser.sign_in(stranger).post("/reports/numbers.csv", sent).status_code == 404
    assert browser.sign_in(stranger).post("/reports/numbers.xlsx", sent).status_code == 404
    assert browser.sign_in(learner).post("/reports/numbers.csv", sent).status_code == 403


def test_sheets_have_names_that_spreadsheets_take(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    title = "Expiring: [in] the next 90/91 days, by week"
    book = Workbook(path, ["a"], title=title, about={}, made_at=clock.now())
    book.turn(title, ["b"])
    book.close()
    assert load_workbook(path).sheetnames == [
        "Expiring   in  the next 90 91 d",
        "Expiring   in  the next 90 91 2",
    ]
