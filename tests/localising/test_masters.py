"""The course changes beneath a passage: those responsible are told, look, and say so."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.content.rules.local import changed_since
from coursesite.localising.jobs import tell_of_changed_masters
from coursesite.localising.models import LocalLook
from coursesite.notifications.models import Mail
from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.browser import Browser, Client
from tests.localising.makers import (
    HERE,
    PASSAGE,
    an_organisation,
    between,
    publish_course,
    publish_draft,
    somebody,
    write_passage,
)
from tests.makers import make_person

NEW_WORDS = "In general the court decides."


@pytest.fixture
def client(browser: Browser, admin: Person) -> Client:
    """An administrator whose organisation has a passage of its own."""
    client = browser.sign_in(admin)
    write_passage(client, "The governor decides.")
    publish_draft(client)
    return client


@pytest.mark.parametrize(
    ("now", "seen", "changed"),
    [
        ({"a": "one"}, {"a": "one"}, []),
        ({"a": "two"}, {"a": "one"}, ["a"]),
        ({"a": "one", "b": "one"}, {"a": "one"}, []),
        ({"a": "one", "b": "two"}, {"a": "one"}, ["b"]),
        ({}, {"a": "one"}, []),
        ({"a": "one"}, {}, ["a"]),
    ],
)
def test_words_that_nobody_has_seen_are_to_be_looked_at(
    now: dict[str, str], seen: dict[str, str], changed: list[str]
) -> None:
    assert changed_since(now, seen) == changed


def test_a_change_beneath_an_own_passage_is_marked_and_shown(
    session: Session, client: Client
) -> None:
    assert "To be looked at again" not in client.get(HERE).text
    publish_course(session, NEW_WORDS)

    assert "To be looked at again" in client.get(HERE).text
    page = client.get(PASSAGE).text
    assert "The course has changed its words here" in page
    assert "head of the team" in between(page, "Removed: </span>", "</del>")
    assert "court decides" in between(page, "Added: </span>", "</ins>")


def test_who_finds_it_still_right_is_on_record(
    session: Session, client: Client, admin: Person
) -> None:
    publish_course(session, NEW_WORDS)
    page = client.get(PASSAGE).text
    seen = between(page, 'name="words" value="', '"')
    sent = {"words": seen, "note": "Our order of 2027 says the same."}

    assert client.post(f"{PASSAGE}/right", sent).status_code == 302
    assert "To be looked at again" not in client.get(HERE).text
    page = client.get(PASSAGE).text
    assert "Our order of 2027 says the same." in page
    assert admin.name in page
    event = session.scalars(sa.select(Event).where(Event.kind == "local-found-right")).one()
    assert (event.actor_id, event.reason) == (admin.id, "Our order of 2027 says the same.")


def test_a_note_that_is_too_long_is_refused(session: Session, client: Client) -> None:
    publish_course(session, NEW_WORDS)
    seen = between(client.get(PASSAGE).text, 'name="words" value="', '"')

    answer = client.post(f"{PASSAGE}/right", {"words": seen, "note": "x" * 2_001})

    assert answer.status_code in {400, 422}
    assert "2,000 characters" in answer.text
    assert "To be looked at again" in client.get(HERE).text


def test_a_look_at_words_that_changed_again_does_not_count(
    session: Session, client: Client
) -> None:
    publish_course(session, NEW_WORDS)
    seen = between(client.get(PASSAGE).text, 'name="words" value="', '"')
    publish_course(session, "In general nobody decides.")

    answer = client.post(f"{PASSAGE}/right", {"words": seen})
    assert answer.status_code == 409
    assert "look once more" in answer.text
    assert len(session.scalars(sa.select(LocalLook)).all()) == 1


def test_changing_the_own_passage_is_a_look_too(session: Session, client: Client) -> None:
    publish_course(session, NEW_WORDS)
    write_passage(client, "The governor and the court decide.")
    assert "To be looked at again" in client.get(HERE).text
    publish_draft(client)
    assert "To be looked at again" not in client.get(HERE).text


def test_those_responsible_are_told_of_each_change_once(
    session: Session, app: Flask, client: Client, admin: Person
) -> None:
    author = somebody(session, admin.organisation, Role.AUTHOR)
    somebody(session, admin.organisation, Role.MANAGER)
    make_person(session, author.unit, roles=(Role.AUTHOR,), roles_at=author.unit)
    somebody(session, admin.organisation, Role.AUTHOR).left_on = clock.now().date()
    somebody(session, an_organisation(session), Role.ADMINISTRATOR)
    assert told(session, app) == []
    publish_course(session, NEW_WORDS)

    first = told(session, app)
    assert {each.person_id for each in first} == {admin.id, author.id}
    assert "Who decides (The door)" in first[0].body
    assert "/local/en" in first[0].body
    assert told(session, app) == first
    publish_course(session, "In general nobody decides.")
    assert len(told(session, app)) == 4


def told(session: Session, app: Flask) -> list[Mail]:
    with app.app_context():
        tell_of_changed_masters(session)
    session.commit()
    return list(session.scalars(sa.select(Mail).order_by(Mail.id)))
