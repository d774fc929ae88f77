"""The page of mail: settings as they are, what waits or failed, whom mail does not reach."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.config import MailSettings
from coursesite.notifications.models import Mail
from coursesite.notifications.queries import find_trouble, hours_of
from coursesite.notifications.rules import Letter, MailKind, MailState
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.browser import Browser, Queries
from tests.makers import make_person
from tests.notifications.conftest import Carry
from tests.notifications.server import PostOffice

HELLO = Letter(MailKind.NOTICE, "Hello", "Good morning.\n")


@pytest.fixture
def boss(session: Session) -> Person:
    return make_person(session, roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def amira(session: Session, boss: Person) -> Person:
    return make_person(session, boss.unit, given_name="Amira", family_name="Haddad")


def test_a_test_mail_says_what_happened(
    session: Session, browser: Browser, boss: Person, carry: Carry, office: PostOffice
) -> None:
    office.at_data = lambda _address: "250 2.0.0 Queued as 4F2A"
    client = browser.sign_in(boss)
    sent = client.post("/admin/mail/test")
    assert "Waits to be sent" in client.get(sent.location).text
    carry()
    page = client.get(sent.location).text
    assert "The server took it" in page
    assert "250 2.0.0 Queued as 4F2A" in page
    assert [str(each["To"]) for each in office.came] == [f"{boss.name} <{boss.email}>"]


def test_a_test_mail_tells_what_went_wrong(
    browser: Browser,
    boss: Person,
    carry: Carry,
    office: PostOffice,
    mailing: Callable[[MailSettings | None], None],
) -> None:
    wrong = boss.email
    mailing(replace(office.settings(), user="me", password=f"{wrong}!"))
    client = browser.sign_in(boss)
    sent = client.post("/admin/mail/test")
    carry()
    page = client.get(sent.location).text
    assert "Waits to be sent" in page
    assert "does not offer" in page
    overview = client.get("/admin/mail").text
    assert "The server cannot be used since" in overview
    assert office.settings().host in overview
    assert f"{wrong}!" not in overview + page


def test_without_a_server_the_page_says_so(browser: Browser, boss: Person) -> None:
    client = browser.sign_in(boss)
    assert "nothing is sent" in client.get("/admin/mail").text
    page = client.post("/admin/mail/test", follow_redirects=True).text
    assert "nothing can be sent" in page


def test_what_was_refused_is_listed_and_tried_again(
    session: Session, browser: Browser, amira: Person, office: PostOffice, carry: Carry
) -> None:
    boss = make_person(session, amira.unit, roles=(Role.ADMINISTRATOR,))
    office.at_rcpt = lambda _address: "550 5.1.1 No such user"
    mail_id = send(session, amira.id, HELLO, key="hello")
    carry()
    client = browser.sign_in(boss)
    page = client.get("/admin/mail").text
    assert "550 5.1.1 No such user" in page
    assert "Not delivered: 1" in page
    manager = make_person(session, amira.unit, roles=(Role.MANAGER,))
    seen = browser.sign_in(manager).get(f"/people/{amira.id}").text
    assert "Mail does not arrive since" in seen

    office.at_rcpt = lambda _address: "250 OK"
    client.post(f"/admin/mail/{mail_id}/retry")
    carry()
    assert session.scalars(sa.select(Mail.state)).one() is MailState.SENT
    assert "Mail does not arrive" not in browser.sign_in(manager).get(f"/people/{amira.id}").text


def test_a_mail_that_came_back_is_entered_and_cleared(
    session: Session, browser: Browser, boss: Person, amira: Person
) -> None:
    client = browser.sign_in(boss)
    given = {"email": f" {amira.email} ", "reason": "Mailbox unavailable"}
    client.post("/admin/mail/troubles", given)
    trouble = find_trouble(session, amira.id)
    assert trouble
    assert trouble.noted_by_id == boss.id
    assert "Mailbox unavailable" in client.get("/admin/mail").text
    assert "does not arrive" in browser.sign_in(amira).get("/settings/mail").text
    client.post(f"/admin/mail/troubles/{amira.id}/clear")
    session.expire_all()
    assert find_trouble(session, amira.id) is None
    kinds = session.scalars(sa.select(Event.kind).where(Event.kind.startswith("mail-")))
    assert sorted(kinds) == ["mail-trouble-cleared", "mail-trouble-noted"]


def test_somebody_of_another_organisation_is_not_found(
    session: Session, browser: Browser, boss: Person, amira: Person
) -> None:
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    mail_id = send(session, amira.id, HELLO, key="hello")
    client = browser.sign_in(stranger)
    given = {"email": amira.email, "reason": "Came back"}
    answer = client.post("/admin/mail/troubles", given)
    assert answer.status_code == 422
    assert find_trouble(session, amira.id) is None
    assert client.get(f"/admin/mail/{mail_id}").status_code == 404
    assert client.post(f"/admin/mail/{mail_id}/retry").status_code == 404
    assert client.post(f"/admin/mail/troubles/{amira.id}/clear").status_code == 404
    assert browser.sign_in(amira).get("/admin/mail").status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 302),
        ({"ends_at": "08:30"}, 422),
        ({"days": []}, 422),
        ({"starts_at": "half past"}, 422),
    ],
)
def test_the_hours_of_reminders_are_chosen(
    session: Session, browser: Browser, boss: Person, changed: dict[str, object], status: int
) -> None:
    given = {"starts_at": "08:30", "ends_at": "16:00", "days": ["1", "7"], **changed}
    assert browser.sign_in(boss).post("/admin/mail/hours", given).status_code == status
    hours = hours_of(session, boss.organisation_id)
    if status == 302:
        assert (hours.starts_at.isoformat("minutes"), hours.days) == ("08:30", (1, 7))
    else:
        assert hours.days == (1, 2, 3, 4, 5)


def test_the_questions_of_the_page_do_not_grow(
    session: Session, browser: Browser, boss: Person, amira: Person
) -> None:
    client = browser.sign_in(boss)

    def asked() -> int:
        session.commit()
        with Queries(session.connection()) as queries:
            page = client.get("/admin/mail?show=open")
        assert page.status_code == 200
        return len(queries)

    few = asked()
    for number in range(20):
        send(session, amira.id, HELLO, key=f"hello {number}")
    assert asked() == few <= 10
    assert len(re.findall("/admin/mail/[0-9]+", client.get("/admin/mail?show=open").text)) == 20
