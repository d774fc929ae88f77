"""What learners do in tests, through their browsers."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import QUIZZES
from tests.browser import Client


def read_everything(client: Client, slug: str = "the-door") -> None:
    for lesson in ("at-the-door", "afterwards"):
        client.get(f"/modules/{slug}/{lesson}")
        client.post(f"/modules/{slug}/{lesson}/read")


def start_quiz(client: Client, slug: str = "the-door") -> str:
    """The address of the attempt."""
    client.get(f"/quizzes/{slug}")
    return client.post(f"/quizzes/{slug}/attempts").location


def attempt_at(session: Session, address: str) -> Attempt:
    found = sa.select(Attempt).where(Attempt.id == int(address.rsplit("/", 1)[1]))
    return session.scalars(found.execution_options(populate_existing=True)).one()


def key_of(session: Session, attempt: Attempt) -> dict[str, str]:
    """The right option of each drawn question, as the attempt's own revision has it."""
    quiz = QUIZZES.get(session, attempt.revision_id).text
    drawn = (quiz.find_question(each["id"]) for each in attempt.drawn)
    return {question.id: question.key()["chosen"][0] for question in drawn if question}


def wrong(key: dict[str, str]) -> dict[str, str]:
    return {question: "o1" if right == "o0" else "o0" for question, right in key.items()}


def pass_quiz(session: Session, client: Client, slug: str = "the-door") -> str:
    address = start_quiz(client, slug)
    key = key_of(session, attempt_at(session, address))
    return client.post(address, {**key, "do": "check"}).location


def confirm(client: Client, slug: str = "the-door") -> None:
    client.post(f"/modules/{slug}/attestation", {"accepted": "y"})


def finish(session: Session, client: Client, slug: str = "the-door") -> None:
    read_everything(client, slug)
    pass_quiz(session, client, slug)
    confirm(client, slug)
