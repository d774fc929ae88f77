"""Whoever is in the middle of a module is told of a change in what they have read already."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from coursesite.people.models import Person
from coursesite.revisions.rules import Change
from tests.browser import Browser, Client, Queries
from tests.learning.test_changes import NOW, SLUG, after, amira, now, put

__all__ = ["amira", "now"]

MODULE = f"/modules/{SLUG}"
NOTICE = "Changed since you read it"
OTHER = "<p>Two people stay beside her.</p>"


@pytest.fixture
def reader(browser: Browser, amira: Person, now: None) -> Client:
    """Amira has read the second lesson, and nothing else."""
    client = browser.sign_in(amira)
    client.post(f"{MODULE}/afterwards/read")
    assert NOTICE not in client.get(MODULE).text
    return client


@pytest.mark.parametrize(
    ("change", "told"),
    [(Change.MAJOR, True), (Change.SAFETY, True), (Change.MINOR, False), (Change.EDITORIAL, False)],
)
def test_a_change_that_asks_the_certified_is_told(
    session: Session, reader: Client, change: Change, told: bool
) -> None:
    with time_machine.travel(NOW + timedelta(minutes=10)):
        put(session, after(OTHER), change)

    page = reader.get(MODULE).text

    assert (NOTICE in page) is told
    notice = page.partition(NOTICE)[2].partition("</ul>")[0]
    assert (f'href="{MODULE}/afterwards"' in notice) is told
    assert f'href="{MODULE}/at-the-door"' not in notice
    assert "Still missing: 1 lesson" in page


def test_it_is_told_until_it_is_read_once_more(session: Session, reader: Client) -> None:
    with time_machine.travel(NOW + timedelta(minutes=10)):
        put(session, after(OTHER))
    with time_machine.travel(NOW + timedelta(minutes=20)):
        page = reader.get(MODULE).text
        assert "I have read it again" in page
        revision = page.partition('name="revision" value="')[2].partition('"')[0]
        reader.post(f"{MODULE}/afterwards/read", {"revision": revision})
        assert NOTICE not in reader.get(MODULE).text


def test_a_change_of_another_lesson_is_none(session: Session, reader: Client) -> None:
    reader.post(f"{MODULE}/at-the-door/read")
    with time_machine.travel(NOW + timedelta(minutes=10)):
        put(session, after(OTHER))

    notice = reader.get(MODULE).text.partition(NOTICE)[2].partition("</ul>")[0]

    assert f'href="{MODULE}/at-the-door"' not in notice


def test_the_page_asks_six_questions(session: Session, reader: Client) -> None:
    with time_machine.travel(NOW + timedelta(minutes=10)):
        put(session, after(OTHER))
    reader.get(MODULE)
    with Queries(session.connection()) as queries:
        assert NOTICE in reader.get(MODULE).text
    assert len(queries) <= 6, queries.statements
