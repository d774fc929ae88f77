"""A person's training record: complete, theirs alone, and harmless in a spreadsheet."""

import csv
import io
from datetime import datetime

from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.learning.makers import a_module, publish_course, publish_module, publish_quiz
from tests.learning.stories import finish, start_quiz
from tests.makers import make_person


def test_the_record_shows_completions_certificates_and_attempts(
    session: Session, browser: Browser
) -> None:
    publish_course(session)
    client = browser.sign_in(make_person(session))
    finish(session, client)
    page = client.get("/record").text
    assert "learned here" in page
    assert "/certificates/" in page
    assert "/modules/the-door/revisions/" in page
    assert "Passed" in page
    assert "100" not in page.split("<main")[1]
    assert "Nothing completed yet" in browser.sign_in(make_person(session)).get("/record").text


def test_the_table_holds_no_formulas(session: Session, browser: Browser) -> None:
    publish_module(session, a_module(title='=HYPERLINK("https://example.org")'))
    publish_quiz(session)
    client = browser.sign_in(make_person(session))
    finish(session, client)
    start_quiz(client)
    response = client.get("/record.csv")
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert [row["record"] for row in rows] == ["completion", "attempt", "attempt"]
    assert rows[0]["title"] == '\'=HYPERLINK("https://example.org")'
    assert rows[0]["result"] == "learned here"
    assert [row["result"] for row in rows[1:]] == ["not handed in", "passed"]


def test_the_workbook_says_the_same_as_the_table(session: Session, browser: Browser) -> None:
    publish_module(session, a_module(title="=1+1"))
    publish_quiz(session)
    client = browser.sign_in(make_person(session))
    finish(session, client)
    book = load_workbook(io.BytesIO(client.get("/record.xlsx").data))
    found = list(book["record"].iter_rows(values_only=True))
    text = client.get("/record.csv").text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert [[_text(cell) for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert found[1][2] == "=1+1"
    assert book["record"]["C2"].data_type == "s"


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)
