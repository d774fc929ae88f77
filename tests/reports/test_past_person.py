"""One person on a past day: what an inspection asks, from a number and a day to what proves it."""

import re

from sqlalchemy.orm import Session

from coursesite.assignments.services import completed
from coursesite.certificates.services import Issue, issue
from coursesite.people.rules import Role
from coursesite.people.services import post_person
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from tests.assignments.makers import MODULE, acting, complete
from tests.browser import Browser, Client, Queries
from tests.makers import make_person
from tests.reports.service import ONE_DAY, Service


def words(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_an_officer_is_found_with_what_was_learned_by_then(
    session: Session, browser: Browser, service: Service
) -> None:
    """Whatever was learned and wherever they went since."""
    adams = service.officers[0]
    adams.staff_number = "N-17"
    live = find_live(session, Kind.MODULE, MODULE, "en")
    assert live
    service.sleep(10)
    day = service.today.isoformat()
    done = complete(session, adams, days_ago=0, revision_id=live.id)
    completed(session, done)
    facts = Issue("First days", "Children in View", 40, (), done.completed_at.date() + ONE_DAY)
    issue(session, done, facts, acting(adams))
    service.sleep(30)
    post_person(session, adams, service.wings[1], acting(service.head), reason="Moved")
    session.commit()
    client = browser.sign_in(service.head)

    found = client.get(f"/reports/find?q=N-17&as_of={day}")

    address = f"/reports/people/{adams.id}?as_of={day}"
    assert found.location == address
    page = words(client, address)
    assert f"Training of {adams.name} on 12 March 2026" in page
    assert "Completed Valid until" in page
    assert "Unit on that day: A." in page
    assert f"Revision {live.digest[:12]}" in page
    assert "13 March 2026 Valid" in page
    assert "Make the pack" in page
    before = words(client, f"/reports/people/{adams.id}?as_of=2026-03-05")
    assert "Not started Due on" in before
    assert "Revision" not in before
    assert address in client.get(f"/reports/people?as_of={day}").text


def test_what_was_entered_later_is_there_only_by_what_is_known_today(
    session: Session, browser: Browser, service: Service
) -> None:
    adams = service.officers[0]
    service.sleep(10)
    day = service.today.isoformat()
    service.sleep(20)
    completed(session, complete(session, adams, days_ago=25))
    session.commit()
    client, address = browser.sign_in(service.head), f"/reports/people/{adams.id}?as_of={day}"
    assert "Not started" in words(client, address)
    assert "learned here" not in words(client, address)
    assert "Completed Valid until" in words(client, f"{address}&known=now")
    assert "learned here" in words(client, f"{address}&known=now")
    long_ago = f"/reports/people/{adams.id}?as_of=2025-01-01"
    assert "is on record since 2 March 2026" in words(client, long_ago)
    assert "Nothing was required" in words(client, f"{long_ago}&known=now")


def test_only_those_whom_one_looks_after_are_found(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(1)
    boss = make_person(session, service.wings[0], roles=(Role.MANAGER,), roles_at=service.wings[0])
    session.commit()
    client, berg = browser.sign_in(boss), service.officers[1].id
    assert client.get("/reports/find?q=Adams").status_code == 302
    assert "Nobody is found" in client.get("/reports/find?q=Berg").text
    assert client.get(f"/reports/people/{berg}?as_of=2026-03-02").status_code == 404
    several = browser.sign_in(service.head).get("/reports/find?q=Robin&as_of=2026-03-02").text
    assert f"/reports/people/{berg}?as_of=2026-03-02" in several


def test_a_past_day_of_a_person_asks_little(
    session: Session, browser: Browser, service: Service
) -> None:
    service.sleep(3)
    client = browser.sign_in(service.head)
    address = f"/reports/people/{service.officers[0].id}?as_of=2026-03-03"
    client.get(address)
    with Queries(session.connection()) as asked:
        client.get(address)
    assert len(asked) <= 10
