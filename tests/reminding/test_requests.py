"""Whoever may decide hears by mail that somebody asks for more time: gathered, once a day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Extension
from coursesite.assignments.services import decide_extension
from coursesite.jobs.services import run_next
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import Often, Topic
from coursesite.notifications.services import choose_news
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.rules import Role
from coursesite.schedule import HANDLERS
from tests.assignments.makers import acting, requirement_of
from tests.browser import Browser
from tests.makers import make_organisation, make_person, make_unit
from tests.reminding.conftest import TUESDAY, at

Ask = Callable[[Person], Extension]
Work = Callable[..., list[Mail]]
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def ask(session: Session, browser: Browser, assigned: Assignment) -> Ask:
    def ask(person: Person) -> Extension:
        with at(TUESDAY, 10):
            form = {"due_on": "2027-03-30", "reason": "My mother is ill"}
            address = f"/learn/more-time/{requirement_of(session, person).id}"
            assert browser.sign_in(person).post(address, form).status_code == 302
        return session.scalars(sa.select(Extension).order_by(Extension.id.desc())).all()[0]

    return ask


@pytest.fixture
def work(session: Session, app: Flask) -> Work:
    """A worker comes at this hour; the mails about requests that there are then."""

    def work(day: date, hour: int) -> list[Mail]:
        with at(day, hour), app.app_context():
            while run_next(session, HANDLERS):
                session.expire_all()
        found = sa.select(Mail).where(Mail.key.startswith("news:")).order_by(Mail.id)
        return list(session.scalars(found))

    return work


def test_the_nearest_who_decide_get_one_mail_a_day(
    session: Session, ask: Ask, work: Work, amira: Person, boss: Person
) -> None:
    home = amira.organisation
    make_person(session, make_unit(session, home, "Other"), roles=(Role.ADMINISTRATOR,))
    other = make_unit(session, make_organisation(session))
    make_person(session, other, roles=(Role.MANAGER, Role.ADMINISTRATOR))
    ask(amira)

    assert work(TUESDAY, 18) == []
    (mail,) = work(WEDNESDAY, 8)
    assert mail.person_id == boss.id
    assert mail.subject == "1 person asks for more time"
    assert "Amira Haddad, Wing: " in mail.body
    assert "asks for time until Tuesday 30 March 2027" in mail.body
    assert "/reports/extensions" in mail.body
    assert "ill" not in f"{mail.body} {mail.html}".replace("will", "")
    assert work(WEDNESDAY, 9) == [mail]


def test_a_request_of_the_manager_goes_to_the_level_above(
    session: Session, ask: Ask, work: Work, boss: Person, home: Organisation
) -> None:
    wing_above = make_unit(session, home, "Other")
    officer = make_person(session, wing_above, roles=(Role.TRAINING_OFFICER,))
    ask(boss)
    assert [mail.person_id for mail in work(WEDNESDAY, 8)] == [officer.id]


def test_what_is_decided_by_then_is_not_told(
    session: Session, ask: Ask, work: Work, amira: Person, boss: Person
) -> None:
    asked = ask(amira)
    with at(TUESDAY, 11):
        decide_extension(session, asked, acting(boss), granted=True, reason="Of course")
    session.commit()
    assert work(WEDNESDAY, 8) == []


def test_a_manager_chooses_how_often(
    session: Session, ask: Ask, work: Work, amira: Person, boss: Person
) -> None:
    choose_news(session, boss.id, {Topic.REQUESTS: Often.AT_ONCE})
    ask(amira)
    assert len(work(TUESDAY, 11)) == 1


def test_who_manages_no_more_hears_no_more(
    session: Session, ask: Ask, work: Work, amira: Person, boss: Person
) -> None:
    ask(amira)
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == boss.id))
    session.commit()
    assert work(WEDNESDAY, 8) == []
