"""Texts are read again in time: whose turn it is, what was found right, who hears of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE, Actor
from coursesite.authoring import services
from coursesite.authoring.jobs import tell_whose_turn_it_is
from coursesite.authoring.library import read_course
from coursesite.authoring.models import TextKeeper, TextLook
from coursesite.authoring.rules import (
    Look,
    TextId,
    Turn,
    due_by,
    is_told_of,
    may_hold_until,
    turn_of,
)
from coursesite.authoring.rules.reviews import checked_by
from coursesite.authoring.services import publish_course
from coursesite.content.queries import MODULES
from coursesite.content.rules import Fact, Source, Verification
from coursesite.errors import Invalid
from coursesite.notifications.models import Mail
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.revisions.rules import Change, Kind
from tests.authoring.courses import MODULE, SETTINGS, lay, small_course
from tests.authoring.test_desk import DAY, keepers
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["keepers"]

TODAY = date(2026, 11, 28)
REVIEWS = "/authoring/reviews"
REVIEW = "/authoring/modules/at-the-door/en/review"


@pytest.mark.parametrize(
    ("named", "look", "due"),
    [
        (date(2027, 1, 1), None, date(2027, 1, 1)),
        (date(2027, 1, 1), Look(date(2027, 1, 1), date(2028, 1, 1)), date(2028, 1, 1)),
        (date(2027, 3, 1), Look(date(2027, 1, 1), date(2028, 1, 1)), date(2027, 3, 1)),
        (None, None, None),
        (None, Look(None, date(2028, 1, 1)), date(2028, 1, 1)),
    ],
)
def test_a_look_holds_until_the_text_names_another_day(
    named: date | None, look: Look | None, due: date | None
) -> None:
    assert due_by(named, look) == due


@pytest.mark.parametrize(
    ("days", "turn", "told"),
    [
        (-1, Turn.OVERDUE, True),
        (0, Turn.SOON, True),
        (45, Turn.SOON, True),
        (46, Turn.SOON, False),
        (90, Turn.SOON, False),
        (91, Turn.LATER, False),
    ],
)
def test_how_near_the_day_is(days: int, turn: Turn, *, told: bool) -> None:
    due = TODAY + timedelta(days=days)
    assert turn_of(due, TODAY) is turn
    assert is_told_of(due, TODAY) is told


def test_nobody_can_say_that_a_text_is_right_for_ever() -> None:
    assert turn_of(None, TODAY) is Turn.NEVER
    assert not is_told_of(None, TODAY)
    assert [may_hold_until(TODAY + timedelta(days=n), TODAY) for n in (0, 1, 1098, 1099)] == [
        False,
        True,
        True,
        False,
    ]


Travelling = Callable[[date], None]


@pytest.fixture
def traveller() -> Iterator[Travelling]:
    with time_machine.travel(noon(TODAY), tick=False) as now:
        yield lambda day: now.move_to(noon(day), tick=False)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def author(session: Session, keepers: Unit) -> Person:
    return make_person(session, keepers, roles=(Role.AUTHOR,), given_name="Ada")


@pytest.fixture
def ada(
    session: Session,
    traveller: Travelling,
    author: Person,
    browser: Browser,
    tmp_path: Path,
) -> Client:
    """Ada is an author; the small course is published, and due in four weeks."""
    traveller(TODAY)
    small_course(tmp_path)
    dated(tmp_path, "2026-12-26")
    publish(session, tmp_path)
    return browser.sign_in(author)


def dated(folder: Path, day: str) -> None:
    lay(folder, {SETTINGS_FILE: f"{SETTINGS}review_by: {day}\n"})


SETTINGS_FILE = "content/modules/at-the-door/module.yaml"


def publish(session: Session, folder: Path) -> None:
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()


def form_of(client: Client, **values: str) -> dict[str, str]:
    page = client.get(REVIEW).text
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return {"revision": found[1], "note": "The judgment, the numbers.", **values}


def test_what_was_found_right_is_due_later_and_stands_in_the_record(
    session: Session, ada: Client, author: Person
) -> None:
    page = ada.get(REVIEWS).text
    assert "Due soon" in page
    assert "26 December 2026" in page

    answer = ada.post(REVIEW, form_of(ada, until="1 12 2027"))

    assert answer.status_code == 302
    look = session.scalars(sa.select(TextLook)).one()
    assert (look.answered, look.until) == (date(2026, 12, 26), date(2027, 12, 1))
    assert look.looked_by_id == author.id
    event = session.scalars(sa.select(Event).where(Event.kind == "text-found-right")).one()
    assert event.reason == "The judgment, the numbers."
    page = ada.get(REVIEWS).text
    assert "Due soon" not in page
    assert "1 December 2027" in page
    assert "The judgment, the numbers." in ada.get(REVIEW).text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"until": "28 11 2026"}, "Choose a day after today"),
        ({"until": "1 1 2031"}, "at most three years"),
        ({"until": ""}, "Enter the day"),
        ({"until": "1 12 2027", "note": "  "}, "Say what you looked at"),
    ],
)
def test_what_cannot_be_said_comes_back(
    session: Session, ada: Client, values: dict[str, str], said: str
) -> None:
    answer = ada.post(REVIEW, form_of(ada, **values))
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(sa.select(TextLook)).all() == []


def test_nobody_finds_right_what_they_have_not_seen(
    session: Session, ada: Client, tmp_path: Path
) -> None:
    form = form_of(ada, until="1 12 2027")
    lay(tmp_path, {"content/modules/at-the-door/en.md": MODULE.replace("Many", "Most")})
    publish(session, tmp_path)
    answer = ada.post(REVIEW, form)
    assert answer.status_code == 409
    assert session.scalars(sa.select(TextLook)).all() == []


def test_a_day_that_the_text_names_anew_counts_more_than_an_old_look(
    session: Session, ada: Client, tmp_path: Path
) -> None:
    ada.post(REVIEW, form_of(ada, until="1 12 2027"))
    dated(tmp_path, "2027-02-01")
    publish(session, tmp_path)
    assert "1 February 2027" in ada.get(REVIEWS).text


THE_DOOR = TextId(Kind.MODULE, "at-the-door", "en")


def test_only_who_writes_the_course_can_have_the_turn(
    session: Session, ada: Client, author: Person, keepers: Unit
) -> None:
    stranger = make_person(
        session, make_unit(session, make_organisation(session)), roles=(Role.AUTHOR,)
    )
    learner = make_person(session, keepers)
    session.commit()
    for person in (stranger, learner):
        answer = ada.post(f"{REVIEW}/keeper", {"person": str(person.id)})
        assert answer.status_code == 422
        with pytest.raises(Invalid, match="Choose somebody who writes or publishes"):
            services.hand_to(session, THE_DOOR, person.id, SITE)
    assert ada.post(f"{REVIEW}/keeper", {"person": str(author.id)}).status_code == 302
    assert session.scalars(sa.select(TextKeeper)).one().person_id == author.id
    assert author.name in ada.get(REVIEWS).text
    ada.post(f"{REVIEW}/keeper", {"person": ""})
    assert session.scalars(sa.select(TextKeeper)).all() == []
    found = sa.select(Event).where(Event.kind == "text-handed-over").order_by(Event.id)
    handed = [(each.before, each.after) for each in session.scalars(found)]
    assert [(b["person_id"], a["person_id"]) for b, a in handed if a and b] == [
        (None, author.id),
        (author.id, None),
    ]


def test_whose_turn_it_is_hears_of_it_once_a_month(
    session: Session, ada: Client, author: Person, keepers: Unit, app: Flask
) -> None:
    publisher = make_person(session, keepers, roles=(Role.PUBLISHER,))
    session.commit()
    told(session, app)
    assert [mail.person_id for mail in mails(session)] == [publisher.id]

    ada.post(f"{REVIEW}/keeper", {"person": str(author.id)})
    told(session, app)
    told(session, app)
    assert [mail.person_id for mail in mails(session)] == [publisher.id, author.id]
    mail = mails(session)[-1]
    assert mail.subject == "A text of the course is to be read again"
    assert "Saturday 26 December 2026" in mail.body
    assert "/authoring/reviews" in mail.body


def test_what_stays_undone_is_told_again_and_what_is_done_is_not(
    session: Session, ada: Client, author: Person, app: Flask, traveller: Travelling
) -> None:
    ada.post(f"{REVIEW}/keeper", {"person": str(author.id)})
    told(session, app)
    traveller(date(2026, 12, 27))
    told(session, app)
    assert "was due by" in mails(session)[-1].body
    look_at(session, author)
    traveller(date(2027, 1, 5))
    told(session, app)
    assert [mail.person_id for mail in mails(session)] == [author.id, author.id]


def look_at(session: Session, author: Person) -> None:
    text = TextId(Kind.MODULE, "at-the-door", "en")
    shown = MODULES.find_live(session, text.slug, "en")
    assert shown
    services.look_at(
        session,
        text,
        shown,
        seen=shown.revision_id,
        until=date(2027, 12, 1),
        note="All of it.",
        today=date(2026, 12, 27),
        actor=Actor(author.id, author.organisation_id),
    )
    session.commit()


def told(session: Session, app: Flask) -> None:
    with app.app_context():
        tell_whose_turn_it_is(session)
    session.commit()


def mails(session: Session) -> list[Mail]:
    return list(session.scalars(sa.select(Mail).order_by(Mail.id)))


def test_facts_whose_day_comes_name_the_modules_that_rest_on_them(
    session: Session, ada: Client, tmp_path: Path
) -> None:
    facts = tmp_path / "content/facts.yaml"
    text = facts.read_text()
    facts.write_text(text.replace("- id: A01\n", "- id: A01\n    review_by: 2027-01-15\n", 1))
    publish(session, tmp_path)
    page = ada.get(REVIEWS).text
    assert "15 January 2027" in page
    assert "Cited in: At the door" in page


@pytest.mark.parametrize(
    ("named", "verified", "withdrawn", "due"),
    [
        (date(2028, 1, 1), date(2026, 6, 1), None, date(2028, 1, 1)),
        (date(2031, 1, 1), date(2026, 6, 1), None, date(2028, 6, 1)),
        (None, date(2026, 6, 1), None, date(2028, 6, 1)),
        (date(2027, 1, 1), None, None, date(2027, 1, 1)),
        (None, None, None, None),
        (date(2027, 1, 1), date(2026, 6, 1), "A slip.", None),
    ],
)
def test_a_fact_is_checked_again_two_years_after_it_was_or_by_its_day(
    named: date | None, verified: date | None, withdrawn: str | None, due: date | None
) -> None:
    fact = Fact("A01", "So.", (Source("A book"),), Verification.VERIFIED)
    fact = replace(fact, review_by=named, verified_on=verified, withdrawn=withdrawn)
    assert checked_by(fact) == due


def test_whose_turn_it_is_to_check_facts_hears_of_them(
    session: Session, ada: Client, author: Person, app: Flask, tmp_path: Path
) -> None:
    """Without anybody it is the publishers' turn."""
    publisher = make_person(session, author.unit, roles=(Role.PUBLISHER,))
    facts = tmp_path / "content/facts.yaml"
    old = "- id: A01\n    verified_on: 2024-12-01\n"
    facts.write_text(facts.read_text().replace("- id: A01\n", old, 1))
    publish(session, tmp_path)
    stranger = make_person(session)
    told(session, app)
    assert "1 fact of the register" in mails(session)[-1].body
    assert mails(session)[-1].person_id == publisher.id

    assert ada.post(f"{REVIEWS}/facts", {"person": str(stranger.id)}).status_code == 422
    assert ada.post(f"{REVIEWS}/facts", {"person": str(author.id)}).status_code == 302
    told(session, app)

    mail = mails(session)[-1]
    assert mail.person_id == author.id
    assert "by Wednesday 2 December 2026: A01" in mail.body
    assert mail.subject == "A fact of the course is to be checked again"
    assert author.name in ada.get(REVIEWS).text


def test_others_have_no_such_page(browser: Browser, session: Session, ada: Client) -> None:
    stranger = make_person(
        session, make_unit(session, make_organisation(session)), roles=(Role.AUTHOR,)
    )
    client = browser.sign_in(stranger)
    assert client.get(REVIEWS).status_code in {403, 404}
    assert client.post(REVIEW, form_of(ada, until="1 12 2027")).status_code in {403, 404}
    assert session.scalars(sa.select(TextLook)).all() == []


def test_the_list_asks_few_questions(session: Session, ada: Client) -> None:
    ada.get(REVIEWS)
    with Queries(session.connection()) as queries:
        ada.get(REVIEWS)
    assert len(queries) <= 10
