"""What changed since somebody learned a module stands in for the whole module."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.assignments.models import Reminder
from coursesite.assignments.rules import Cause, Progress
from coursesite.assignments.services import announce_change, assign, open_renewals, recount
from coursesite.audit.services import SITE
from coursesite.certificates.models import Certificate
from coursesite.content.rules import Completion as Criteria
from coursesite.content.rules import Module, with_facts
from coursesite.jobs.services import run_next
from coursesite.people.models import Person
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import Quiz, QuizTerms
from coursesite.reminding.composing import composer
from coursesite.reminding.queries.gathered import gathered_for
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish
from coursesite.schedule import HANDLERS
from tests.assignments.makers import acting, make_plan, periods_of, requirement_of
from tests.assignments.proofs import deviations_of
from tests.browser import Browser, Client, Queries
from tests.learning.makers import FACT, FIRST, SECOND, a_module, publish_course
from tests.learning.stories import attempt_at, confirm, finish, key_of, read_everything
from tests.makers import make_person
from tests.quizzes.banks import bank

SLUG = "the-door"
CHANGES = f"/changes/{SLUG}"
LONG_AGO = datetime(2027, 3, 1, 9, tzinfo=UTC)
NOW = datetime(2027, 4, 10, 9, tzinfo=UTC)
SAID = "<p>Somebody stays.</p>"
MANY = "".join(f"<p>Passage {number} says what it always said.</p>" for number in range(9))


def after(text: str = "<p>Somebody stays with her.</p>", **values: Any) -> Module:
    """The module with another second lesson."""
    second = replace(SECOND, parts=(MANY, text))
    return a_module(lessons=(FIRST, second), **values)


def tagged(*names: str) -> Quiz:
    """The bank of eight, of which these questions belong to the second lesson."""
    quiz = bank(SLUG, 8)
    questions = (
        replace(each, lessons=("afterwards",) if each.id in names else ())
        for each in quiz.questions
    )
    return replace(quiz, questions=tuple(questions))


def put(
    session: Session, text: Module | Quiz, change: Change = Change.MAJOR, note: str = "A new law."
) -> Publication:
    """Publish a text; those who are certified are asked when a worker comes."""
    kind = Kind.MODULE if isinstance(text, Module) else Kind.QUIZ
    files = {"text": str(text.to_json())}
    new = NewRevision(kind, SLUG, "en", "The door", files, text.to_json())
    days = days_to_renew(change)
    made = publish(session, new, SITE, change=change, note=note, renew_days=days)
    assert made
    announce_change(session, made)
    session.commit()
    return made


def work(session: Session) -> None:
    while run_next(session, HANDLERS):
        session.expire_all()


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def amira(session: Session) -> Person:
    with time_machine.travel(LONG_AGO, tick=False):
        publish_course(session)
        put(session, after(SAID), Change.MINOR)
        put(session, tagged("q1", "q2"), Change.MINOR)
        person = make_person(session, given_name="Amira")
        assert person.unit
        assign(session, make_plan(person.unit, slug=SLUG), acting(make_person(session)))
        session.commit()
    return person


@pytest.fixture
def certified(session: Session, amira: Person, browser: Browser) -> Person:
    """Amira learned the module in March; it is April, and a law is new."""
    with time_machine.travel(LONG_AGO, tick=False):
        finish(session, browser.sign_in(amira))
    return amira


@pytest.fixture
def client(browser: Browser, certified: Person, now: None) -> Client:
    return browser.sign_in(certified)


def completions(session: Session) -> list[Completion]:
    found = sa.select(Completion).where(Completion.target_kind == TargetKind.MODULE)
    return list(session.scalars(found.order_by(Completion.number)))


def post(client: Client, **values: str) -> str:
    """What a button on the page of changes sends."""
    page = client.get(CHANGES).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    return client.post(CHANGES, {"revision": revision, **values}).location


def answer(session: Session, client: Client) -> Attempt:
    """Answer the questions, all right."""
    assert post(client, do="questions") == f"/quizzes/{SLUG}"
    address = client.post(f"/quizzes/{SLUG}/attempts").location
    attempt = attempt_at(session, address)
    client.post(address, {**key_of(session, attempt), "do": "check"})
    return attempt


def learn_a_change(session: Session, client: Client) -> None:
    put(session, after())
    work(session)
    post(client, lesson="afterwards")
    answer(session, client)
    confirm(client)


def asked(attempt: Attempt) -> set[str]:
    return {each["id"] for each in attempt.drawn}


def test_a_corrected_source_is_read_word_by_word(session: Session, client: Client) -> None:
    fact = replace(FACT, statement=FACT.statement.replace("remember", "forget"))
    put(session, with_facts(after(SAID), {FACT.id: fact}))
    work(session)

    page = client.get(CHANGES).text

    assert "Changed: source F1" in page
    assert re.search(r"<del>[^/]*removed:[^/]*</span>remember", page)
    assert re.search(r"<ins>[^/]*added:[^/]*</span>forget", page)
    assert post(client, lesson="at-the-door") == f"{CHANGES}#then"


def test_the_certified_learn_what_changed_and_are_renewed(
    session: Session, client: Client, certified: Person
) -> None:
    published = put(session, after())
    work(session)

    assert f'href="{CHANGES}"' in client.get("/learn").text
    assert f'href="{CHANGES}"' in client.get(f"/modules/{SLUG}").text
    page = client.get(CHANGES).text
    assert "Somebody stays<ins>" in page
    assert "with her" in page
    assert "A new law." in page
    assert "10 May 2027" in page
    assert "2 questions" in page
    assert "Passage 3" not in page

    assert post(client, lesson="afterwards") == f"{CHANGES}#then"
    assert requirement_of(session, certified, SLUG).progress is Progress.IN_PROGRESS
    module = client.get(f"/modules/{SLUG}").text
    assert "1 of 1 changed lesson read" in module
    assert "no time limit" not in module
    assert "Start the quiz" in client.get(f"/quizzes/{SLUG}").text
    attempt = answer(session, client)
    assert asked(attempt) == {"q1", "q2"}
    assert 'id="attestation"' in client.get(CHANGES).text
    confirm(client)

    first, again = completions(session)
    assert (again.means, again.number, again.revision_id) == (
        Means.CHANGES,
        2,
        published.revision_id,
    )
    assert again.evidence["since_revision_id"] == first.revision_id == published.replaced_id
    assert again.evidence["asked"]["lessons"] == ["afterwards"]
    assert set(again.evidence["asked"]["questions"]) == {"q1", "q2"}
    assert again.evidence["lessons"] == {"afterwards": published.revision_id}
    assert again.attempt_id == attempt.id


def test_a_new_period_and_certificate_begin(
    session: Session, client: Client, certified: Person
) -> None:
    before = requirement_of(session, certified, SLUG).valid_until
    assert before
    learn_a_change(session, client)

    requirement = requirement_of(session, certified, SLUG)
    assert requirement.progress is Progress.COMPLETED
    assert requirement.valid_until
    assert requirement.valid_until == NOW.date().replace(year=2028) > before
    assert [each.cause for each in periods_of(session, certified)] == [
        Cause.ASSIGNED,
        Cause.CHANGED,
    ]
    certificates = session.scalars(
        sa.select(Certificate).where(Certificate.target_slug == SLUG).order_by(Certificate.id)
    ).all()
    assert [each.valid_until for each in certificates] == [before, requirement.valid_until]
    assert deviations_of(session, certified.id) == []
    assert recount(session) == []
    assert "what had changed learned here" in client.get("/record").text
    assert "what had changed learned here" in client.get("/record.csv").text
    assert "Learned what had changed." in client.get(f"/learn/requirements/{requirement.id}").text
    assert "Nobody asks anything of you" in client.get(CHANGES).text


def test_all_changes_since_are_shown_from_the_revision_that_was_learned(
    session: Session, client: Client
) -> None:
    put(session, after("<p>Somebody stays with her.</p>"), note="First.")
    put(session, after("<p>Somebody calm stays with her.</p>"), Change.EDITORIAL, note="Aside.")
    put(session, after("<p>Somebody calm stays with her there.</p>"), note="Second.")
    work(session)

    page = client.get(CHANGES).text

    for words in ("calm ", " with her there", "First.", "Second."):
        assert words in page
    assert "Aside." not in page


def test_what_somebody_has_begun_stays_as_it_is_until_more_is_asked(
    session: Session, client: Client
) -> None:
    put(session, after())
    work(session)
    post(client, lesson="afterwards")
    put(session, after("<p>Somebody stays beside her.</p>"), Change.MINOR)

    page = client.get(CHANGES).text
    assert "with her" in page
    assert "beside" not in page

    put(session, after("<p>Two people stay beside her.</p>"), Change.SAFETY, note="Safety.")

    answer(session, client)
    confirm(client)
    assert len(completions(session)) == 1
    page = client.get(CHANGES).text
    assert "beside" in page
    work(session)
    assert "Safety." in client.get(CHANGES).text
    post(client, lesson="afterwards")
    answer(session, client)
    confirm(client)
    assert [each.means for each in completions(session)] == [Means.LEARNED, Means.CHANGES]
    numbers = session.scalars(sa.select(ModuleRound.number).order_by(ModuleRound.number)).all()
    assert numbers == [1, 2, 3]


def test_a_page_from_before_another_change_is_not_taken(session: Session, client: Client) -> None:
    put(session, after())
    work(session)
    page = client.get(CHANGES).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    put(session, after("<p>Somebody stays beside her.</p>"))

    answered = client.post(CHANGES, {"revision": revision, "lesson": "afterwards"})

    assert answered.status_code == 409
    assert "once more" in answered.text
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(LessonReading)) == 2


def test_where_nothing_is_tagged_the_usual_quiz_is_asked(session: Session, client: Client) -> None:
    put(session, bank(SLUG, 8), Change.MINOR)
    put(session, after())
    work(session)

    assert "and pass the usual quiz of 4 questions" in client.get(CHANGES).text
    post(client, lesson="afterwards")
    assert "questions on what changed" not in client.get(f"/quizzes/{SLUG}").text
    assert len(asked(answer(session, client))) == 4


def test_a_changed_question_belongs_to_what_changed(session: Session, client: Client) -> None:
    quiz = bank(SLUG, 8)
    questions = tuple(
        replace(each, html="<p>What else?</p>") if each.id == "q5" else each
        for each in quiz.questions
    )
    put(session, replace(quiz, questions=questions))
    work(session)

    page = client.get(CHANGES).text
    assert "No passage of it reads differently." in page
    assert "1 question" in page
    assert asked(answer(session, client)) == {"q5"}
    confirm(client)
    assert completions(session)[-1].means is Means.CHANGES


def test_failing_the_questions_renews_nothing(session: Session, client: Client) -> None:
    put(session, after())
    work(session)
    post(client, lesson="afterwards")
    address = client.post(f"/quizzes/{SLUG}/attempts").location
    client.post(address, {"q1": "o1", "q2": "o0", "do": "check"})
    confirm(client)

    assert len(completions(session)) == 1
    assert "Answer the questions" in client.get(CHANGES).text


def test_when_more_than_half_is_new_the_whole_module_is_asked(
    session: Session, client: Client
) -> None:
    long = "".join(
        f"<p>Now all is said otherwise, for the {number}th time.</p>" for number in range(40)
    )
    put(session, after(long))
    work(session)

    page = client.get(CHANGES).text
    assert "more than half" in page
    assert "I have read this" not in page
    assert post(client, lesson="afterwards") is None

    client.post(f"/modules/{SLUG}/rounds")
    assert "going through the whole module again" in client.get(CHANGES).text
    finish(session, client)
    assert completions(session)[-1].means is Means.LEARNED


def test_the_whole_module_can_be_chosen_instead(session: Session, client: Client) -> None:
    put(session, after())
    work(session)
    post(client, lesson="afterwards")

    client.post(f"/modules/{SLUG}/rounds")
    finish(session, client)

    assert completions(session)[-1].means is Means.LEARNED
    assert "asked" not in completions(session)[-1].evidence


def test_who_only_began_with_the_whole_module_may_still_go_back_to_what_changed(
    session: Session, client: Client
) -> None:
    put(session, after())
    work(session)
    client.post(f"/modules/{SLUG}/rounds")
    assert "Only what changed instead" in client.get(CHANGES).text

    post(client)

    assert "I have read this" in client.get(CHANGES).text
    client.post(f"/modules/{SLUG}/rounds")
    client.post(f"/modules/{SLUG}/afterwards/read")
    assert "Only what changed instead" not in client.get(CHANGES).text
    assert post(client, lesson="afterwards") is None


def test_a_module_without_quiz_and_confirmation_is_renewed_by_reading(
    session: Session, client: Client
) -> None:
    put(session, after(completion=Criteria(None, None, False)))
    work(session)

    assert post(client, lesson="afterwards") == f"/modules/{SLUG}"
    assert completions(session)[-1].means is Means.CHANGES


def test_a_change_of_setting_alone_is_seen_and_done(session: Session, client: Client) -> None:
    put(
        session,
        after(
            "<p>Somebody <strong>stays</strong>.</p>",
            completion=Criteria(None, QuizTerms(80, 4), False),
        ),
    )
    work(session)

    assert "No passage of it reads differently." in client.get(CHANGES).text
    assert post(client) == f"/modules/{SLUG}"
    assert completions(session)[-1].means is Means.CHANGES


def test_when_its_time_is_over_too_the_whole_module_is_asked(
    session: Session, browser: Browser, certified: Person
) -> None:
    with time_machine.travel(LONG_AGO + timedelta(days=340), tick=False):
        open_renewals(session)
        put(session, after())
        work(session)
        client = browser.sign_in(certified)
        page = client.get(CHANGES).text

    assert "Its time is over, too" in page
    assert "I have read this" not in page


def test_whoever_never_learned_it_is_led_to_the_module(
    session: Session, browser: Browser, amira: Person, now: None
) -> None:
    client = browser.sign_in(amira)
    read_everything(client)

    assert client.get(CHANGES).location == f"/modules/{SLUG}"
    assert client.post(CHANGES, {"lesson": "afterwards"}).status_code == 409


def test_a_minor_change_is_shown_and_asks_for_nothing(session: Session, client: Client) -> None:
    put(session, after(), Change.MINOR)

    page = client.get(CHANGES).text

    assert "with her" in page
    assert "Nobody asks anything of you" in page
    assert client.post(CHANGES, {"lesson": "afterwards"}).status_code == 409


def test_a_lesson_that_is_none_is_not_read(session: Session, client: Client) -> None:
    put(session, after())
    work(session)
    page = client.get(CHANGES).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]

    assert client.post(CHANGES, {"revision": revision, "lesson": "nowhere"}).status_code == 404
    assert client.get("/changes/nowhere").status_code == 404


def test_the_page_asks_six_questions(
    session: Session,
    client: Client,
) -> None:
    put(session, after())
    work(session)
    client.get(CHANGES)

    with Queries(session.connection()) as queries:
        client.get(CHANGES)

    assert len(queries) <= 6


def test_a_reminder_says_what_changed_and_leads_there(
    session: Session, app: Flask, client: Client, certified: Person
) -> None:
    put(session, after())
    work(session)
    period = periods_of(session, certified)[-1]
    session.add(
        Reminder(
            period_id=period.id,
            step="0",
            recipient_id=certified.id,
            level="own",
            due_on=period.due_on,
            created_at=NOW,
        )
    )
    session.flush()

    with app.test_request_context():
        gathered = gathered_for(session, [certified.id])[0]
        letter = composer(session, NOW.date())(gathered)

    assert "its text changed: you read what changed" in letter.text
    assert f"/changes/{SLUG}" in letter.text
    assert letter.html is None or f"/changes/{SLUG}" in letter.html
