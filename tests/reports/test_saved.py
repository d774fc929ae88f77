"""Views that one saves: for oneself; whoever gets the address sees of it what they may see."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.services import repair_counts
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.reports.models import SavedView
from coursesite.reports.rules import Every, next_mailing
from coursesite.reports.services import MOST
from tests.browser import Browser
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import in_days, require


@pytest.fixture
def wing(session: Session) -> Unit:
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def manager(session: Session, wing: Unit) -> Person:
    require(session, make_person(session, wing, family_name="Late"), due_on=in_days(-3))
    repair_counts(session)
    return make_person(session, wing, roles=(Role.MANAGER,), audience=None)


def test_a_view_keeps_its_filters_and_stands_where_reports_begin(
    session: Session, browser: Browser, wing: Unit, manager: Person
) -> None:
    client = browser.sign_in(manager)
    client.post("/reports/views", data={"name": "The late", "unit": wing.id, "state": "overdue"})
    client.post("/reports/views", data={"name": "Who is late", "state": "late", "list": "1"})
    views = {each.name: each for each in session.scalars(sa.select(SavedView))}
    assert views["The late"].address == f"/reports/units/{wing.id}?state=overdue"
    assert views["Who is late"].address == "/reports/people?state=late"
    page = client.get("/reports")
    assert f'href="{views["The late"].address}"' in page.text

    client.post(f"/reports/views/{views['Who is late'].id}", data={"starts": "y"})
    assert client.get("/reports").location == "/reports/people?state=late"
    client.post(f"/reports/views/{views['The late'].id}", data={"starts": "y"})
    assert client.get("/reports").location == views["The late"].address
    assert client.get("/reports?unit=").status_code == 200
    client.post(f"/reports/views/{views['The late'].id}", data={"do": "delete"})
    assert client.get("/reports").status_code == 200


def test_the_same_name_is_the_same_view(
    session: Session, browser: Browser, manager: Person
) -> None:
    client = browser.sign_in(manager)
    for state in ("late", "waived"):
        client.post("/reports/views", data={"name": "Mine", "state": state})
    (view,) = session.scalars(sa.select(SavedView))
    assert view.address == "/reports?state=waived"


@pytest.mark.parametrize(("name", "kept"), [("", 0), ("x" * 81, 0), (" <b>Late</b> ", 1)])
def test_a_view_has_a_name(
    session: Session, browser: Browser, manager: Person, name: str, kept: int
) -> None:
    client = browser.sign_in(manager)
    client.post("/reports/views", data={"name": name})
    assert len(session.scalars(sa.select(SavedView)).all()) == kept
    page = client.get("/reports/views")
    assert "<b>Late" not in page.text
    assert page.text.count("&lt;b&gt;Late&lt;/b&gt;") >= kept


def test_nobody_saves_without_end(session: Session, browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    for number in range(MOST):
        client.post("/reports/views", data={"name": f"View {number}"})
    assert client.post("/reports/views", data={"name": "One more"}).status_code == 409


def test_a_link_that_was_sent_shows_what_the_receiver_may_see(
    session: Session, browser: Browser, wing: Unit, manager: Person
) -> None:
    client = browser.sign_in(manager)
    client.post("/reports/views", data={"name": "Late", "state": "late", "list": "1"})
    (view,) = session.scalars(sa.select(SavedView))
    other = make_unit(session, make_organisation(session))
    receiver = make_person(session, other, roles=(Role.MANAGER,))
    assert re.search("Late, Robin", client.get(view.address).text)
    theirs = browser.sign_in(receiver)
    assert "Late, Robin" not in theirs.get(view.address).text
    assert theirs.get("/reports/views").text.count(view.name) == 0
    for sent in ({"starts": "y"}, {"do": "delete"}):
        assert theirs.post(f"/reports/views/{view.id}", data=sent).status_code == 404
    assert session.scalars(sa.select(SavedView)).one().starts is False


def test_how_often_a_view_is_mailed(session: Session, browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    client.post("/reports/views", data={"name": "Late", "state": "late"})
    (view,) = session.scalars(sa.select(SavedView))
    client.post(f"/reports/views/{view.id}", data={"every": "week"})
    session.refresh(view)
    assert view.every is Every.WEEK
    assert view.next_on == next_mailing(Every.WEEK, in_days(0))
    assert view.next_on.weekday() == 0
    client.post(f"/reports/views/{view.id}", data={"every": ""})
    session.refresh(view)
    assert not view.next_on
    assert client.post(f"/reports/views/{view.id}", data={"every": "hour"}).status_code == 404
