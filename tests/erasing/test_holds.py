"""Data that an inquiry needs is not erased meanwhile: by no page, no list, no night, no command."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.erasing.models import ErasureHold, ErasureTerms
from coursesite.erasing.rules import pseudonym
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from tests.browser import Browser
from tests.conftest import run_command
from tests.erasing.office import Office, by_night, carry_out, leaves, summary
from tests.makers import make_person

WHY = "Inquiry 7/26"


def in_days(days: int) -> date:
    return clock.today("UTC") + timedelta(days=days)


def hold(office: Office, person: Person, days: int = 30) -> None:
    form = {"hold-until_on": in_days(days).isoformat(), "hold-reason": WHY}
    assert office.client.post(f"/people/{person.id}/erasure/hold", form).status_code == 302


def let_go(office: Office, person: Person) -> int:
    form = {"let-go-reason": "Closed", "let-go-your_password": office.sure["your_password"]}
    return office.client.post(f"/people/{person.id}/erasure/let-go", form).status_code


def test_what_is_held_is_not_erased_by_hand(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    leaves(session, anna)
    client, address = office.client, f"/people/{anna.id}/erasure"
    hold(office, anna)

    page = client.get(address).text

    assert WHY in page
    assert "Held by</dt><dd>" + office.admin.name in page
    assert "What is removed" not in page
    assert client.post(address, {**office.sure, "whom": "Anna Novak"}).status_code == 409
    assert WHY in client.get("/people/erasing").text
    assert let_go(office, anna) == 302
    assert client.post(address, {**office.sure, "whom": "Anna Novak"}).status_code == 302
    carry_out(browser, session)
    assert anna.name == pseudonym(anna.id)
    assert session.scalars(sa.select(ErasureHold)).all() == []


def test_who_held_until_when_and_who_let_it_go_is_on_record(
    session: Session, anna: Person, office: Office
) -> None:
    hold(office, anna)
    hold(office, anna, 60)
    let_go(office, anna)
    found = sa.select(Event).where(Event.kind.in_(("erasure-held", "erasure-let-go")))
    told = [
        (each.kind, each.actor_id, each.before, each.after, each.reason)
        for each in session.scalars(found.order_by(Event.id))
    ]
    first, second = ({"until_on": in_days(days).isoformat()} for days in (30, 60))
    by = office.admin.id
    assert told == [
        ("erasure-held", by, None, first, WHY),
        ("erasure-held", by, first, second, WHY),
        ("erasure-let-go", by, second, None, "Closed"),
    ]


def test_by_night_it_waits_for_the_end_of_the_hold(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    leaves(session, anna, 800)
    session.add(ErasureTerms(organisation_id=anna.organisation_id, years=2))
    session.commit()
    hold(office, anna, 10)
    page = office.client.get("/people/erasing").text
    assert "Those are 0 people today." in page
    assert "Held until" in page
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        assert by_night(browser, session) == 0
    with time_machine.travel(clock.now() + timedelta(days=11), tick=False):
        assert by_night(browser, session) == 1
    assert anna.name == pseudonym(anna.id)


def test_of_a_list_it_is_left_out_and_said_why(
    session: Session, browser: Browser, unit: Unit, anna: Person, office: Office
) -> None:
    other = make_person(session, unit, staff_number="G-1")
    for each in (anna, other):
        leaves(session, each)
    hold(office, anna)
    client = office.client
    page = client.post("/people/erasing/list", {"numbers": "N-10234 \n G-1"}).text
    assert "Left out: their data is held" in page
    assert "1 person can be erased" in page
    forged = {**office.sure, "people": f"{anna.id} {other.id}", "how_many": "2"}
    assert client.post("/people/erasing/people", forged).status_code == 409
    assert (anna.erased_at, other.erased_at) == (None, None)


def test_a_hold_is_in_time_until_the_job_begins(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    leaves(session, anna)
    office.client.post(f"/people/{anna.id}/erasure", {**office.sure, "whom": "Anna Novak"})
    hold(office, anna)
    carry_out(browser, session)
    assert anna.name == "Anna Novak"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (("", WHY), "Enter the last day"),
        (("31 2 2027", WHY), "Enter a real date"),
        (("2020-01-01", WHY), "Choose a day from today"),
        (("2099-01-01", WHY), "to 10 years from now"),
        (("2031-01-01", " "), "Enter some words"),
    ],
)
def test_a_hold_needs_a_day_and_a_reason(
    session: Session, office: Office, anna: Person, form: tuple[str, str], problem: str
) -> None:
    filled = {"hold-until_on": form[0], "hold-reason": form[1]}
    told = summary(office.client, f"/people/{anna.id}/erasure/hold", **filled)
    assert problem in told
    assert session.scalars(sa.select(ErasureHold)).all() == []


def test_only_who_administers_holds_and_nobody_lets_their_own_data_go(
    session: Session, browser: Browser, unit: Unit, anna: Person, office: Office
) -> None:
    hold(office, anna)
    manager = browser.sign_in(make_person(session, unit, roles=(Role.MANAGER,)))
    assert manager.post(f"/people/{anna.id}/erasure/let-go", {}).status_code == 403
    stranger = browser.sign_in(make_person(session, roles=(Role.ADMINISTRATOR,)))
    assert stranger.post(f"/people/{anna.id}/erasure/hold", {}).status_code == 404
    form = {"let-go-reason": "Closed", "let-go-your_password": "guessed at random"}
    told = summary(office.client, f"/people/{anna.id}/erasure/let-go", **form)
    assert "not your password" in told
    hold(office, office.admin)
    assert let_go(office, office.admin) == 403
    assert len(session.scalars(sa.select(ErasureHold)).all()) == 2


def test_the_command_line_holds_and_lets_go(
    session: Session, browser: Browser, anna: Person
) -> None:
    leaves(session, anna)
    where = (anna.organisation.slug, anna.id, "--reason", WHY)
    until = in_days(5).isoformat()
    told = run_command(browser.app, "people", "hold", *where, "--until", until)
    assert told.output == f"Held until {until}.\n"
    refused = run_command(browser.app, "people", "erase", *where, "--yes")
    assert "is held" in str(refused.exception)
    assert "Held no more" in run_command(browser.app, "people", "let-go", *where).output
    refused = run_command(browser.app, "people", "let-go", *where)
    assert "is not held" in str(refused.exception)


def test_a_backup_that_held_somebody_is_erased_again_all_the_same(
    session: Session, browser: Browser, anna: Person, office: Office, tmp_path: Path
) -> None:
    """They were let go and erased after it was made."""
    where = (anna.organisation.slug, anna.id, "--reason", "A letter", "--yes", "--leaves")
    run_command(browser.app, "people", "erase", *where)
    kept = tmp_path / "erased.csv"
    kept.write_text(run_command(browser.app, "people", "erased").output)
    back = {"erased_at": None, "left_on": None, "given_name": "Anna", "family_name": "Novak"}
    session.execute(sa.update(Person).where(Person.id == anna.id).values(**back))
    session.commit()
    session.expire_all()
    hold(office, anna)
    run_command(browser.app, "people", "erase-again", kept)
    session.expire_all()
    assert anna.name == pseudonym(anna.id)
