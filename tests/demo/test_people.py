from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.accounts.queries import find_credentials
from coursesite.accounts.services import is_right, start_session
from coursesite.demo import services
from coursesite.demo.rules import ACCOUNTS
from coursesite.people.models import Organisation, Person, Posting, Unit
from tests.browser import Browser
from tests.conftest import undone

PASSWORD = "long enough for anybody"  # noqa: S105 - of people who do not exist


def test_everybody_is_posted_where_they_work_today(session: Session) -> None:
    here = session.scalars(sa.select(Person).where(Person.left_on.is_(None))).all()
    open_postings = session.execute(
        sa.select(Posting.person_id, Posting.unit_id).where(Posting.ends_on.is_(None))
    )

    assert 750 < len(here) < 850
    assert dict(iter(open_postings)) == {person.id: person.unit_id for person in here}


def test_the_same_people_are_made_again(
    session: Session, engine_name: str, sites: Callable[[str], Flask]
) -> None:
    names = sa.select(Person.email, Person.hired_on).order_by(Person.email)
    first = session.execute(names).all()

    with undone(sites(engine_name)) as another:
        services.make_demonstration(another)
        assert another.execute(names).all() == first


def test_units_form_trees(session: Session) -> None:
    units = {unit.id: unit for unit in session.scalars(sa.select(Unit))}
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.id}/"
    assert {unit.path.count("/") - 1 for unit in units.values()} == {1, 2, 3, 4}


def test_every_account_opens_with_the_password(session: Session) -> None:
    services.open_accounts(session, PASSWORD)

    for account in ACCOUNTS:
        assert is_right(find_credentials(session, account.email), PASSWORD)


def test_another_password_in_the_settings_opens_the_same_accounts(session: Session) -> None:
    services.open_accounts(session, PASSWORD)

    services.keep_password(session, "another one")

    assert is_right(find_credentials(session, "officer@demo.example"), "another one")


def test_the_academy_keeps_the_course(session: Session) -> None:
    keeper = sa.select(Organisation.slug).where(Organisation.keeps_course)
    assert session.scalars(keeper).all() == ["judicial-academy"]


def test_nobody_signs_in_after_the_end(session: Session, browser: Browser) -> None:
    services.open_accounts(session, PASSWORD)
    officer = session.scalars(sa.select(Person).where(Person.email == "officer@demo.example")).one()
    start_session(session, officer.id, "a browser")
    client = browser.sign_in(officer)
    assert client.get("/settings").status_code == 200

    ended = services.end_demonstration(session)
    session.commit()

    assert ended.accounts == len(ACCOUNTS)
    assert client.get("/settings").status_code == 302
    assert find_credentials(session, officer.email) is None
    assert not services.has_accounts(session)
