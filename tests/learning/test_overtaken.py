"""An attempt that completes nothing any more, since more was asked, says so and is closed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.evidence.queries.quizzes import attempts_of, quizzes_of
from coursesite.evidence.queries.reading import Reading
from coursesite.evidence.rules import About
from coursesite.people.models import Person
from coursesite.progress.rules import Means
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.rules import Change
from tests.browser import Client
from tests.learning.stories import attempt_at, confirm, key_of
from tests.learning.test_changes import (
    CHANGES,
    NOW,
    SLUG,
    after,
    amira,
    answer,
    certified,
    client,
    completions,
    now,
    post,
    put,
    work,
)

__all__ = ["amira", "certified", "client", "now"]

BEHIND = "More changed since you began"
COUNTS_NOT = "This attempt does not count for what is asked now"


@pytest.fixture
def overtaken(session: Session, client: Client) -> str:
    """An attempt at what changed, with one answer, before still more was asked; its address."""
    put(session, after())
    work(session)
    post(client, do="questions")
    address = client.post(f"/quizzes/{SLUG}/attempts").location
    first = asked_first(attempt_at(session, address))
    client.post(f"{address}/answers", {"question": first, first: "o0"})
    assert BEHIND not in client.get(f"/quizzes/{SLUG}").text
    assert COUNTS_NOT not in client.get(address).text
    put(session, after("<p>Two people stay beside her.</p>"), Change.SAFETY, note="Safety.")
    work(session)
    return address


def asked_first(attempt: Attempt) -> str:
    return str(attempt.drawn[0]["id"])


def test_an_attempt_that_counts_no_more_says_so_and_is_closed_with_the_next_beginning(
    session: Session, client: Client, overtaken: str
) -> None:
    quiz = client.get(f"/quizzes/{SLUG}").text
    assert BEHIND in quiz
    assert f'href="{CHANGES}"' in quiz
    assert COUNTS_NOT in client.get(overtaken).text
    assert "is closed when you begin with this" in client.get(CHANGES).text

    led = post(client, lesson="afterwards")

    assert "counts neither as passed nor as failed" in client.get(led).text
    attempt = attempt_at(session, overtaken)
    session.refresh(attempt)
    assert (attempt.state, attempt.score, attempt.submitted_at) == (
        AttemptState.CLOSED,
        None,
        None,
    )
    late = client.post(
        f"{overtaken}/answers", {"question": asked_first(attempt), asked_first(attempt): "o1"}
    )
    assert late.status_code == 409
    assert "What you answered is kept" in (late.json or {})["message"]
    page = client.get(overtaken).text
    assert "Closed" in page
    assert "The right answer" not in page
    assert "Closed" in client.get("/record").text
    assert "closed before it was handed in" in client.get("/record.csv").text
    assert "Closed" in client.get(f"/quizzes/{SLUG}").text
    events = session.scalars(sa.select(Event.kind).where(Event.subject_type == "attempt")).all()
    assert events.count("attempt-closed") == 1

    answer(session, client)
    assert 'id="attestation"' in client.get(CHANGES).text
    confirm(client)
    assert completions(session)[-1].means is Means.CHANGES


def test_an_attempt_that_counts_no_more_may_be_handed_in_and_stays_as_it_is(
    session: Session, client: Client, overtaken: str
) -> None:
    key = key_of(session, attempt_at(session, overtaken))

    result = client.post(overtaken, {**key, "do": "check"}, follow_redirects=True).text

    assert "Passed" in result
    assert "it does not count for what is asked now" in result
    assert 'id="attestation"' not in client.get(CHANGES).text
    assert BEHIND in client.get(f"/quizzes/{SLUG}").text
    refused = client.post(f"/quizzes/{SLUG}/attempts")
    assert refused.status_code == 409
    assert "first read what changed" in refused.text
    post(client, lesson="afterwards")
    assert attempt_at(session, overtaken).state is AttemptState.PASSED
    answer(session, client)
    assert 'id="attestation"' in client.get(CHANGES).text


def test_the_pack_holds_what_was_answered_in_a_closed_attempt(
    session: Session, client: Client, certified: Person, overtaken: str
) -> None:
    post(client, lesson="afterwards")
    attempt = attempt_at(session, overtaken)
    about = About(certified.id, None, None, None, True, None)
    read = Reading(session, certified, about, "UTC", NOW.date())

    closed = [each for each in attempts_of(read) if each["state"] == "closed"]

    (one,) = closed
    assert one["number"] == attempt.number
    assert [each["response"] for each in one["questions"] if each["response"]]
    assert all(each["points"] is None for each in one["questions"])
    assert sum(each["attempts"] for each in quizzes_of(read)) == 1
