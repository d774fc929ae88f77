"""Two windows of one person, each with the last but one thing that was missing."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from coursesite.audit.services import Actor
from coursesite.certificates.models import Certificate
from coursesite.content.queries import get_module
from coursesite.content.rules import Completion as Terms
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.learning.services import Learner, SeenModule, hand_in, read_lesson
from coursesite.learning.services import start_quiz as start_quiz_of
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.quizzes.queries import get_attempt
from coursesite.quizzes.rules import QuizTerms
from coursesite.quizzes.services import save_answers
from tests.browser import Browser, Client
from tests.conftest import NewDatabase, migrated_site
from tests.learning.makers import a_module, a_path, publish_module, publish_path, publish_quiz
from tests.learning.stories import attempt_at, key_of, start_quiz
from tests.makers import make_person

PEOPLE = 4


@pytest.fixture(scope="module")
def site(
    engine_name: str, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A site whose commits are real, so that two requests meet in the database."""
    with (
        new_database(engine_name) as url,
        migrated_site(url, tmp_path_factory.mktemp("var")) as made,
    ):
        yield made


@pytest.fixture
def sessions(site: Flask) -> sessionmaker[Session]:
    """Sessions of a site on which reading and the quiz complete a module."""
    with site.app_context():
        made = db.sessionmaker
    with writing(), made() as session:
        publish_module(session, a_module(completion=Terms(None, QuizTerms(80, 4), False)))
        publish_quiz(session)
        publish_path(session, a_path())
    return made


def completed(session: Session, people: Sequence[Person]) -> dict[str, int]:
    ids = [person.id for person in people]
    found = sa.select(Completion.target_kind, sa.func.count()).group_by(Completion.target_kind)
    return dict(iter(session.execute(found.where(Completion.person_id.in_(ids)))))


def test_both_buttons_at_the_same_moment(site: Flask, sessions: sessionmaker[Session]) -> None:
    with writing(), sessions() as session:
        people = [make_person(session) for _ in range(PEOPLE)]
        session.commit()
        for person in people:
            _race(site, session, person)
        assert completed(session, people) == {"module": PEOPLE, "path": PEOPLE}
        issued = session.scalar(sa.select(sa.func.count()).select_from(Certificate))
        assert issued == 2 * PEOPLE


def _race(site: Flask, session: Session, person: Person) -> None:
    """Both windows are open on their pages; then both buttons are pressed at once, and again."""
    browser = Browser(site, session)
    reading, answering = browser.sign_in(person), browser.sign_in(person)
    reading.get("/modules/the-door/at-the-door")
    reading.post("/modules/the-door/at-the-door/read")
    address = start_quiz(answering)
    key = key_of(session, attempt_at(session, address))
    session.rollback()
    starting = Barrier(4)

    def press(client: Client, url: str, form: dict[str, str]) -> int:
        starting.wait()
        fresh = Client(site.test_client())
        fresh.client.set_cookie("session", _cookie(client))
        sent = fresh.client.post(url, data=form, headers={"X-CSRFToken": client.token})
        return sent.status_code

    last = "/modules/the-door/afterwards/read"
    presses = [(reading, last, {}), (answering, address, {**key, "do": "check"})] * 2
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda each: press(*each), presses))
    assert statuses == [302, 302, 302, 409]


def _cookie(client: Client) -> str:
    cookie = client.client.get_cookie("session")
    assert cookie
    return cookie.value


def test_neither_window_misses_what_the_other_has_not_committed_yet(
    sessions: sessionmaker[Session],
) -> None:
    with writing(), sessions() as session:
        person = make_person(session)
        session.commit()
        me = Learner(person.id, person.organisation_id, person.audience, "UTC", "en", "The site")
        actor = Actor(person.id, person.organisation_id)
        shown = get_module(session, "the-door", "en")
        read_lesson(session, me, SeenModule(shown), "at-the-door", actor)
        attempt = start_quiz_of(session, me, shown, QuizTerms(80, 4), actor)
        save_answers(
            session, attempt, {name: [key] for name, key in key_of(session, attempt).items()}
        )
        session.commit()
        attempt_id = attempt.id

        def answer() -> None:
            with writing(), sessions() as other:
                hand_in(other, me, get_attempt(other, attempt_id, person_id=me.id), actor)
                other.commit()

        read_lesson(session, me, SeenModule(shown), "afterwards", actor)
        with ThreadPoolExecutor(1) as pool:
            answering = pool.submit(answer)
            sleep(0.5)
            session.commit()
            answering.result()
        assert completed(session, [person]) == {"module": 1, "path": 1}
