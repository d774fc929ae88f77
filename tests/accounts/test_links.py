"""The link with which somebody sets a password: once, in a week, by who works here."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts import services
from coursesite.accounts.models import PasswordLink
from coursesite.accounts.rules import LINK_VALID
from coursesite.accounts.services import make_password_link, use_password_link
from coursesite.audit.services import SITE
from coursesite.errors import Conflict
from coursesite.people.models import Person
from tests.browser import Browser
from tests.makers import give_password, make_person

NEW = {"new_password": "kettle marble antenna 9", "again_password": "kettle marble antenna 9"}
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(session: Session) -> Person:
    return make_person(session)


@pytest.fixture
def link(session: Session, person: Person) -> str:
    token = make_password_link(session, person.id, SITE)
    session.commit()
    return f"/set-password/{token}"


@pytest.mark.parametrize(("after", "status"), [(-A_MINUTE, 200), (A_MINUTE, 404)])
def test_a_link_opens_for_a_week(
    browser: Browser, link: str, after: timedelta, status: int
) -> None:
    with time_machine.travel(clock.now() + LINK_VALID + after):
        assert browser.anonymous().get(link).status_code == status


def test_a_link_of_who_left_opens_no_more(
    session: Session, browser: Browser, person: Person, link: str
) -> None:
    person.left_on = clock.today("UTC")
    session.commit()
    assert browser.anonymous().post(link, NEW).status_code == 404


def test_a_new_password_ends_whatever_was_open_with_the_old_one(
    session: Session, browser: Browser, person: Person, link: str
) -> None:
    give_password(session, person)
    somewhere = browser.sign_in(person)
    assert somewhere.get("/settings").status_code == 200
    assert browser.anonymous().post(link, NEW).location == "/sign-in"
    assert somewhere.get("/settings").location.startswith("/sign-in")


def test_of_two_who_use_a_link_at_the_same_moment_one_sets_the_password(
    session: Session, person: Person, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has found the link before the first has used it."""
    monkeypatch.setattr(services, "link_holder", lambda _session, _token: person)
    token = link.removeprefix("/set-password/")
    use_password_link(session, token, NEW["new_password"], site_name="Site")
    with pytest.raises(Conflict, match="used already"):
        use_password_link(session, token, "lantern pebble orchid 4", site_name="Site")


def test_a_link_is_kept_as_a_digest(session: Session, link: str) -> None:
    kept = session.scalars(sa.select(PasswordLink.token_digest)).one()
    assert kept not in link
    assert len(link.removeprefix("/set-password/")) >= 43


def test_nobody_tries_links_without_end(browser: Browser) -> None:
    visitor = browser.anonymous()
    answers = [visitor.post(f"/set-password/{number}", NEW).status_code for number in range(21)]
    assert answers == [404] * 20 + [429]
