"""Who learned a module with their organisation's own words in it is shown what changed there."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite.content.rules import Module, OwnPassage, Ref, RefKind
from coursesite.people.models import Person
from coursesite.progress.models import LessonReading
from coursesite.revisions.models import LocalVersion
from tests.browser import Browser, Client, Queries
from tests.learning.makers import FIRST, publish_local
from tests.learning.stories import confirm, finish
from tests.learning.test_changes import (
    CHANGES,
    LONG_AGO,
    NOW,
    after,
    amira,
    answer,
    completions,
    now,
    post,
    put,
    work,
)
from tests.makers import make_person

__all__ = ["amira", "now"]

LESSON = "/modules/the-door/at-the-door"


def says(session: Session, person: Person, words: str, phone: str = "112") -> None:
    passage = OwnPassage(words, (f"<p>{words}</p>",))
    publish_local(session, person.organisation, {"duty_phone": phone}, {"who-decides": passage})
    session.commit()


def with_master(words: str) -> Module:
    """The module with other words of its own at the local passage."""
    parts = tuple(
        replace(part, parts=(f"<p>{words}</p>",))
        if isinstance(part, Ref) and part.kind is RefKind.LOCAL
        else part
        for part in FIRST.parts
    )
    module = after("<p>Somebody stays.</p>")
    return replace(module, lessons=(replace(FIRST, parts=parts), module.lessons[1]))


@pytest.fixture
def certified(session: Session, amira: Person, browser: Browser) -> Person:
    """Amira learned that the governor decides."""
    with time_machine.travel(LONG_AGO, tick=False):
        says(session, amira, "The governor decides here.")
        finish(session, browser.sign_in(amira))
    return amira


@pytest.fixture
def client(browser: Browser, certified: Person, now: None) -> Client:
    return browser.sign_in(certified)


def test_a_change_beneath_own_words_is_none_for_their_readers(
    session: Session, client: Client, browser: Browser
) -> None:
    put(session, with_master("In general the court decides."))
    work(session)

    page = client.get(CHANGES).text
    assert "No passage of it reads differently." in page
    assert "court" not in page
    assert "2 questions" not in page
    assert post(client) == f"{CHANGES}#then"


def test_the_same_change_is_shown_to_who_reads_the_courses_words(
    session: Session, browser: Browser, amira: Person
) -> None:
    with time_machine.travel(LONG_AGO, tick=False):
        finish(session, browser.sign_in(amira))
    with time_machine.travel(NOW):
        put(session, with_master("In general the court decides."))
        work(session)
        page = browser.sign_in(amira).get(CHANGES).text

    assert "court" in page
    assert "General guidance" not in page


def test_other_words_of_ones_own_organisation_are_what_changed(
    session: Session, client: Client, certified: Person, browser: Browser
) -> None:
    says(session, certified, "The director decides here.", "113")
    put(session, after())
    work(session)

    page = client.get(CHANGES).text
    assert "<del>" in page
    assert "governor" in page
    assert "director" in page
    assert "In general" not in page
    assert "Details of your organisation" in page
    assert "<bdi>112</bdi>" in page
    assert "<bdi>113</bdi>" in page
    assert 'value="at-the-door"' in page
    stranger = browser.sign_in(make_person(session))
    assert stranger.get(CHANGES).status_code == 302


def test_what_somebody_has_begun_stays_with_the_words_that_they_began_with(
    session: Session, client: Client, certified: Person
) -> None:
    says(session, certified, "The director decides here.")
    put(session, after())
    work(session)
    post(client, lesson="at-the-door")
    says(session, certified, "The judge decides here.")

    page = client.get(CHANGES).text
    assert "director" in page
    assert "judge" not in page
    post(client, lesson="afterwards")
    answer(session, client)
    confirm(client)

    again = completions(session)[-1]
    assert again.number == 2
    assert again.local_version
    assert again.local_version.files["passage/who-decides.md"] == "The director decides here."
    local = again.evidence["lessons_local"]
    assert set(local.values()) == {again.local_version.digest}


def test_a_reading_names_the_words_that_its_page_showed(
    session: Session, browser: Browser, amira: Person, now: None
) -> None:
    says(session, amira, "The governor decides here.")
    client = browser.sign_in(amira)
    page = client.get(LESSON).text
    shown = page.partition('name="local" value="')[2].partition('"')[0]
    says(session, amira, "The director decides here.")

    client.post(f"{LESSON}/read", {"local": shown})
    client.post("/modules/the-door/afterwards/read")

    found = sa.select(LessonReading.lesson_id, LocalVersion.id).join(
        LocalVersion, LocalVersion.id == LessonReading.local_version_id
    )
    words = {
        row.lesson_id: session.get_one(LocalVersion, row.id).files["passage/who-decides.md"]
        for row in session.execute(found)
    }
    assert words == {
        "at-the-door": "The governor decides here.",
        "afterwards": "The director decides here.",
    }
    name = session.scalars(sa.select(LocalVersion.digest)).first()
    assert name


@pytest.mark.parametrize("named", ["999999", "x", "1.", ".", "1" * 40, "-1"])
def test_a_form_that_names_words_of_others_counts_with_what_is_read_now(
    session: Session, browser: Browser, amira: Person, now: None, named: str
) -> None:
    says(session, amira, "The governor decides here.")
    other = make_person(session)
    says(session, other, "Others decide.")
    theirs = browser.sign_in(other).get(LESSON).text.partition('name="local" value="')[2]
    client = browser.sign_in(amira)

    for sent in (named, theirs.partition('"')[0]):
        assert client.post(f"{LESSON}/read", {"local": sent}).status_code == 302

    (version,) = session.scalars(sa.select(LocalVersion)).all()
    assert version.organisation_id == amira.organisation_id


def test_the_page_asks_no_more_with_words_of_its_own(
    session: Session, client: Client, certified: Person
) -> None:
    says(session, certified, "The director decides here.")
    put(session, after())
    work(session)
    client.get(CHANGES)

    with Queries(session.connection()) as queries:
        assert client.get(CHANGES).status_code == 200
    assert len(queries) <= 6, queries.statements
