"""What changed, for who learned a module in one language and reads another, or changes between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite.assignments.services import assign
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.models import Attempt
from tests.assignments.makers import acting, make_plan
from tests.authoring.test_desk import keepers
from tests.authoring.test_publishing import pia, publisher
from tests.authoring.test_translating import (
    TRANSLATE,
    WORDS,
    begin,
    change_original,
    live,
    publish,
    translate,
    translation_form,
)
from tests.browser import Browser, Client
from tests.learning.stories import confirm, key_of
from tests.learning.test_changes import work
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

SLUG = "at-the-door"
CHANGES = f"/changes/{SLUG}"
MODULE = f"/modules/{SLUG}"
LESSON = "first-two-minutes"
LONG_AGO = datetime(2027, 3, 1, 9, tzinfo=UTC)
NOW = datetime(2027, 4, 10, 9, tzinfo=UTC)
NEW_WORDS = "Ask **calmly** who is at home."


def in_spanish(pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)


def change(session: Session, pia: Client) -> None:
    """The original says something else; nobody has translated it yet."""
    text = live(session, "en").files["en.md"]
    change_original(pia, text.replace("Ask **who** is at home.", NEW_WORDS), "major")
    work(session)


def translate_anew(pia: Client, words: str) -> None:
    """The passage that is out of date."""
    url = f"{TRANSLATE}?part={LESSON}"
    number = re.search(r'name="right-(\d+)"', pia.get(url).text)
    assert number
    pia.post(TRANSLATE, {**translation_form(pia, url, {}), f"words-{number[1]}": words})


def read_in(client: Client, language: str) -> None:
    assert client.post(f"{MODULE}/language", {"language": language}).status_code == 302


def complete(session: Session, client: Client) -> None:
    client.post(f"{MODULE}/{LESSON}/read")
    answer(session, client)
    client.post(f"{MODULE}/attestation", {"accepted": "y"})


def answer(session: Session, client: Client) -> Attempt:
    address = client.post(f"/quizzes/{SLUG}/attempts").location
    attempt = session.get_one(Attempt, int(address.rsplit("/", 1)[1]), populate_existing=True)
    client.post(address, {**key_of(session, attempt), "do": "check"})
    session.refresh(attempt)
    return attempt


def send(client: Client, **values: str) -> str:
    page = client.get(CHANGES).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    return client.post(CHANGES, {"revision": revision, **values}).location


def completions(session: Session, person: Person) -> list[Completion]:
    found = sa.select(Completion).where(
        Completion.person_id == person.id, Completion.target_kind == TargetKind.MODULE
    )
    return list(session.scalars(found.order_by(Completion.number)))


@dataclass
class Ines:
    """A learner in March, and in April."""

    person: Person
    publisher: Person
    browser: Browser
    clock: time_machine.Traveller

    @property
    def client(self) -> Client:
        return self.browser.sign_in(self.person)

    @property
    def pia(self) -> Client:
        """The publisher."""
        return self.browser.sign_in(self.publisher)

    def in_april(self) -> Client:
        """It is April now; the publisher, signed in again."""
        self.clock.move_to(NOW)
        return self.pia


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LONG_AGO) as traveller:
        yield traveller


@pytest.fixture
def ines(
    session: Session,
    clock: time_machine.Traveller,
    pia: Client,
    publisher: Person,
    browser: Browser,
) -> Ines:
    person = make_person(session, given_name="Ines")
    assert person.unit
    assign(session, make_plan(person.unit, slug=SLUG), acting(make_person(session)))
    session.commit()
    return Ines(person, publisher, browser, clock)


def test_who_learned_it_in_english_is_shown_the_spanish_text(session: Session, ines: Ines) -> None:
    in_spanish(ines.pia)
    client = ines.client
    complete(session, client)
    assert len(completions(session, ines.person)) == 1
    pia = ines.in_april()
    change(session, pia)
    client = ines.client
    read_in(client, "es")

    page = client.get(CHANGES).text
    assert "Pregunte" in page
    assert "The original says now:" in page
    assert "<strong>calmly</strong>" in page
    assert "No passage of it reads differently" not in page
    assert "Los dos primeros minutos" in page
    assert send(client, lesson=LESSON) == f"{CHANGES}#then"
    assert answer(session, client).state == "passed"
    confirm(client, SLUG)

    first, again = completions(session, ines.person)
    assert (first.language, again.language) == ("en", "es")
    assert again.means is Means.CHANGES
    assert again.revision_id == live(session, "es").id


def test_who_learned_it_before_there_was_a_translation_is_shown_the_text_that_they_know(
    session: Session, ines: Ines
) -> None:
    complete(session, ines.client)
    pia = ines.in_april()
    in_spanish(pia)
    change(session, pia)
    client = ines.client
    read_in(client, "es")

    page = client.get(CHANGES).text
    assert "You learned it in English" in page
    assert "calmly" in page
    assert 'lang="en"' in page
    send(client, lesson=LESSON)
    answer(session, client)
    confirm(client, SLUG)
    assert [each.language for each in completions(session, ines.person)] == ["en", "en"]


def test_another_language_in_the_middle_leaves_the_round_as_it_was_begun(
    session: Session, ines: Ines
) -> None:
    in_spanish(ines.pia)
    client = ines.client
    read_in(client, "es")
    complete(session, client)
    read_in(client, "en")
    pia = ines.in_april()
    change(session, pia)
    client = ines.client
    assert "calmly" in client.get(CHANGES).text
    send(client, lesson=LESSON)

    read_in(client, "es")

    page = client.get(CHANGES).text
    assert "You began with it in English" in page
    assert "calmly" in page
    answer(session, client)
    confirm(client, SLUG)
    done = completions(session, ines.person)
    assert [(each.language, each.means) for each in done] == [
        ("es", Means.LEARNED),
        ("en", Means.CHANGES),
    ]
    assert "Nobody asks anything of you" in client.get(CHANGES).text


def test_of_two_languages_in_which_it_was_learned_the_newest_counts(
    session: Session, ines: Ines
) -> None:
    in_spanish(ines.pia)
    client = ines.client
    complete(session, client)
    pia = ines.in_april()
    change(session, pia)
    client = ines.client
    read_in(client, "es")
    send(client, lesson=LESSON)
    answer(session, client)
    confirm(client, SLUG)
    assert len(completions(session, ines.person)) == 2

    read_in(client, "en")

    assert "No passage of it reads differently." in client.get(CHANGES).text


def test_the_translation_that_came_later_is_what_changed_then(session: Session, ines: Ines) -> None:
    in_spanish(ines.pia)
    client = ines.client
    read_in(client, "es")
    complete(session, client)
    pia = ines.in_april()
    change(session, pia)
    assert "calmly" in ines.client.get(CHANGES).text
    translate_anew(pia, "Pregunte **con calma** quién está en casa.")
    publish(pia)

    page = ines.client.get(CHANGES).text

    assert "con calma" in page
    assert "The original says now:" not in page
