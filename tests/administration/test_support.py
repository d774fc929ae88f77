"""Looking after somebody: more time, more attempts, an unlocked quiz; and who may see it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.content.rules import Completion
from coursesite.people.models import Accommodation, Person
from coursesite.people.rules import Role
from coursesite.quizzes.models import Attempt, Unlock
from coursesite.quizzes.queries import allowance_of
from coursesite.quizzes.rules import Allowance, QuizTerms
from tests.browser import Browser, Client
from tests.learning.makers import a_module, publish_module, publish_quiz
from tests.learning.stories import attempt_at, start_quiz
from tests.makers import make_person

TODAY = clock.today("UTC")
GIVEN = {
    "support-extra_time": "50",
    "support-extra_attempts": "1",
    "support-larger": "y",
    "support-starts_on": TODAY.isoformat(),
    "support-reason": "Reads slowly",
}


@pytest.fixture
def learner(session: Session) -> Person:
    terms = QuizTerms(pass_mark=80, draw=4, attempts=1, minutes=20)
    publish_module(session, a_module(completion=Completion(None, terms, False)))
    publish_quiz(session)
    return make_person(session, given_name="Zelda")


@pytest.fixture
def client(browser: Browser, learner: Person) -> Client:
    return browser.sign_in(learner)


@pytest.fixture
def manager(session: Session, browser: Browser, learner: Person) -> Client:
    unit = learner.unit
    assert unit
    return browser.sign_in(make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit))


def page_of(person: Person) -> str:
    return f"/people/{person.id}/support"


def test_what_is_given_holds_at_once_and_is_told_to_both(
    session: Session, learner: Person, client: Client, manager: Client
) -> None:
    assert "more time" in manager.post(page_of(learner), GIVEN, follow_redirects=True).text
    page = client.get("/quizzes/the-door").text
    assert "50 % more time, 1 more attempt, larger text and controls" in page
    assert "30 minutes." in page
    assert "You have 2 attempts; 2 are left." in page
    address = start_quiz(client)
    assert 'class="larger"' in client.get(address).text
    attempt = attempt_at(session, address)
    assert attempt.closes_at == attempt.started_at + timedelta(minutes=30)
    assert "Reads slowly" in client.get("/settings/my-data.json").text


def test_an_attempt_that_is_running_becomes_longer(
    session: Session, learner: Person, client: Client, manager: Client
) -> None:
    address = start_quiz(client)
    manager.post(page_of(learner), GIVEN)
    attempt = attempt_at(session, address)
    assert attempt.closes_at == attempt.started_at + timedelta(minutes=30)


def test_an_attempt_whose_time_is_over_stays_over(
    session: Session, learner: Person, client: Client, manager: Client
) -> None:
    attempt = attempt_at(session, start_quiz(client))
    attempt.started_at -= timedelta(minutes=25)
    attempt.closes_at = over = attempt.started_at + timedelta(minutes=20)
    session.commit()
    manager.post(page_of(learner), GIVEN)
    session.refresh(attempt)
    assert attempt.closes_at == over


def test_what_has_ended_holds_no_more(
    session: Session, learner: Person, client: Client, manager: Client
) -> None:
    manager.post(page_of(learner), GIVEN)
    given = session.scalars(sa.select(Accommodation)).one()
    ended = f"{page_of(learner)}/{given.id}/end"
    assert manager.post(ended, {"end-reason": " "}).status_code == 422
    manager.post(ended, {"end-reason": "A mistake"})
    assert "more time" not in client.get("/quizzes/the-door").text
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_type == "accommodation"))
    assert list(kinds) == ["accommodation-given", "accommodation-ended"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"support-extra_time": "-1"}, "Number must be between 0 and 400"),
        ({"support-extra_time": "401"}, "Number must be between 0 and 400"),
        ({"support-extra_time": "half"}, "Not a valid integer"),
        ({"support-extra_attempts": "9" * 30}, "Number must be between 0 and 50"),
        ({"support-reason": "  "}, "Enter some words"),
        ({"support-reason": "x" * 1001}, "cannot be longer than 1000"),
        ({"support-starts_on": "soon"}, "Not a valid date"),
        ({"support-ends_on": "2020-01-01"}, "The last day lies before the first"),
        (
            {"support-extra_time": "0", "support-extra_attempts": "0", "support-larger": None},
            "Say what this person is to have",
        ),
    ],
)
def test_what_cannot_be_given(
    session: Session,
    learner: Person,
    manager: Client,
    changes: dict[str, str | None],
    sentence: str,
) -> None:
    form = {name: text for name, text in {**GIVEN, **changes}.items() if text is not None}
    answer = manager.post(page_of(learner), form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(sa.select(Accommodation)).all() == []


def test_a_quiz_is_unlocked_with_a_reason(
    session: Session, learner: Person, client: Client, manager: Client
) -> None:
    client.post(start_quiz(client), {"do": "anyway"})
    assert "No attempt is left" in client.get("/quizzes/the-door").text
    unlock = f"{page_of(learner)}/unlock"
    assert manager.post(unlock, {"unlock-quiz": "the-door"}).status_code == 422
    forged = {"unlock-quiz": "forged", "unlock-reason": "Why not"}
    assert manager.post(unlock, forged).status_code == 422
    manager.post(unlock, {"unlock-quiz": "the-door", "unlock-reason": "Power cut"})
    assert client.post("/quizzes/the-door/attempts").status_code == 302
    assert session.query(Attempt).count() == 2
    event = session.scalars(sa.select(Event).where(Event.kind == "quiz-unlocked")).one()
    assert (event.reason, event.subject_id) == ("Power cut", str(learner.id))


def test_the_page_tells_neither_marks_nor_answers(
    learner: Person, client: Client, manager: Client
) -> None:
    client.post(start_quiz(client), {"do": "anyway"})
    page = manager.get(page_of(learner)).text
    assert "1 attempt," in page
    assert "Not passed" in page
    assert "0 %" not in page


def test_nobody_looks_after_themselves(session: Session, browser: Browser, learner: Person) -> None:
    unit = learner.unit
    assert unit
    boss = make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit)
    client = browser.sign_in(boss)
    assert "somebody else who looks after you" in client.get(page_of(boss)).text
    assert client.post(page_of(boss), GIVEN).status_code == 403
    client.post(start_quiz(client), {"do": "anyway"})
    unlock = {"unlock-quiz": "the-door", "unlock-reason": "I want to"}
    assert client.post(f"{page_of(boss)}/unlock", unlock).status_code == 403
    assert session.scalars(sa.select(Unlock)).all() == []


def test_only_who_looks_after_somebody_sees_it(
    session: Session, browser: Browser, learner: Person, manager: Client
) -> None:
    manager.post(page_of(learner), GIVEN)
    given = session.scalars(sa.select(Accommodation)).one()
    assert learner.unit
    home = learner.unit
    others = {
        make_person(session, home): 403,
        make_person(session, home, roles=(Role.AUTHOR,)): 403,
        make_person(session, roles=(Role.ADMINISTRATOR,)): 404,
    }
    for other, status in others.items():
        client = browser.sign_in(other)
        assert client.get(page_of(learner)).status_code == status
        assert client.post(page_of(learner), GIVEN).status_code == status
        ended = client.post(f"{page_of(learner)}/{given.id}/end", {"end-reason": "Mine"})
        assert ended.status_code == status
    assert given.ends_on is None


def test_what_was_given_to_another_person_is_not_ended_here(
    session: Session, learner: Person, manager: Client
) -> None:
    manager.post(page_of(learner), GIVEN)
    given = session.scalars(sa.select(Accommodation)).one()
    colleague = make_person(session, learner.unit)
    session.commit()
    ended = manager.post(f"{page_of(colleague)}/{given.id}/end", {"end-reason": "Forged"})
    assert ended.status_code == 404


def test_of_several_the_most_generous_holds_on_its_days(session: Session, learner: Person) -> None:
    def give(extra_time: int, extra_attempts: int, starts_on: date, ends_on: date | None) -> None:
        session.add(
            Accommodation(
                person_id=learner.id,
                extra_time=extra_time,
                extra_attempts=extra_attempts,
                starts_on=starts_on,
                ends_on=ends_on,
                reason="Because",
                given_by_id=learner.id,
                given_at=clock.now(),
            )
        )

    give(25, 0, date(2026, 1, 1), None)
    give(10, 2, date(2026, 3, 1), date(2026, 3, 31))
    give(90, 9, date(2027, 1, 1), None)
    session.flush()

    def on(day: date) -> Allowance:
        return allowance_of(session, learner.id, "the-door", day)

    assert on(date(2025, 12, 31)) == Allowance()
    assert on(date(2026, 1, 1)) == Allowance(25)
    assert on(date(2026, 3, 31)) == Allowance(25, 2)
    assert on(date(2026, 4, 1)) == Allowance(25)
