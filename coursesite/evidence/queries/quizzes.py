"""The quizzes that somebody handed in: what became of them, and each question as it was seen."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from coursesite.content.rules.media import SUMS, media_in_sums
from coursesite.evidence.library.seen import media_seen
from coursesite.evidence.queries.reading import Facts, Reading, value_of
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Shown
from coursesite.quizzes.rules import AttemptState, may_review


def quizzes_of(read: Reading) -> Iterator[Facts]:
    """As whoever looks after the person may see it: passed or not, when, in how many attempts."""
    rounds: dict[tuple[str, int], list[Attempt]] = {}
    for attempt in _over(read):
        if attempt.state is AttemptState.CLOSED:
            continue
        rounds.setdefault((attempt.quiz_slug, attempt.round), []).append(attempt)
    for (quiz, number), attempts in rounds.items():
        passed = [each for each in attempts if each.state is AttemptState.PASSED]
        yield {
            "quiz": quiz,
            "round": number,
            "attempts": len(attempts),
            "passed_at": value_of(passed[0].submitted_at) if passed else None,
            "last_at": value_of(attempts[-1].submitted_at),
        }


def attempts_of(read: Reading) -> Iterator[Facts]:
    """Each question as it was shown, with what was answered; marks where they may be seen."""
    for attempt in _over(read):
        found = sa.select(Answer).where(Answer.attempt_id == attempt.id)
        answers = {each.question_id: each for each in read.session.scalars(found)}
        passed = attempt.state is AttemptState.PASSED
        shown = may_review(attempt.review, attempt.state, passed=passed)
        quiz = QUIZZES.get(read.session, attempt.revision_id).text
        names = _names_of_media(attempt) if shown else {}
        yield {
            "quiz": attempt.quiz_slug,
            "round": attempt.round,
            "number": attempt.number,
            "revision": attempt.revision.digest,
            "local_version": attempt.local_version.digest if attempt.local_version else None,
            "state": attempt.state.value,
            "score": attempt.score,
            "pass_mark": attempt.pass_mark,
            "started_at": value_of(attempt.started_at),
            "submitted_at": value_of(attempt.submitted_at),
            "questions": [
                _question(drawn, quiz.find_question(drawn["id"]), answers.get(drawn["id"]), shown)
                | {"media": media_seen(drawn, names)}
                for drawn in attempt.drawn
            ],
        }


def _over(read: Reading) -> list[Attempt]:
    """What was handed in, and what was closed before, by when it was begun."""
    found = (
        sa.select(Attempt)
        .where(Attempt.person_id == read.person.id, Attempt.state != AttemptState.OPEN)
        .options(joinedload(Attempt.revision), joinedload(Attempt.local_version))
        .order_by(Attempt.id)
    )
    every = read.session.scalars(found)
    return [each for each in every if read.in_period(each.submitted_at or each.started_at)]


def _names_of_media(attempt: Attempt) -> dict[str, str]:
    """By digest; a name could tell the answer, so it is told where marks are."""
    listed = media_in_sums(attempt.revision.files.get(SUMS, ""))
    return {digest: name for name, digest in listed.items()}


def _question(drawn: Facts, question: Any, answer: Answer | None, shown: bool) -> Facts:
    """What stood on the page, never what would have been right."""
    seen = Shown.from_json(drawn)
    given = answer.response if answer else {}
    return {
        "shown": seen.to_json(),
        "answered": list(question.told(given, seen)) if question else None,
        "response": given,
        "saved_at": value_of(answer.saved_at) if answer else None,
        "points": str(answer.points) if shown and answer and answer.points is not None else None,
    }
