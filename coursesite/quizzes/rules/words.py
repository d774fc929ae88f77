"""The words of quizzes: terms, attempts, what a person may have beyond the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from coursesite.quizzes.questions import question_from_json
from coursesite.quizzes.questions.base import Question


class AttemptState(StrEnum):
    """Where an attempt stands; submitted means that a mark which decides is still missing, and
    closed that more was asked before it was handed in: its answers stay, and it has no mark.
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"
    CLOSED = "closed"


HANDED_IN = (AttemptState.SUBMITTED, AttemptState.PASSED, AttemptState.FAILED)


class Hindrance(StrEnum):
    """Why no new attempt may begin."""

    OPEN_ATTEMPT = "open attempt"
    NO_ATTEMPTS_LEFT = "no attempts left"
    WAITING = "waiting"
    READING = "reading"


class Review(StrEnum):
    """When the right answers of an attempt are shown; never before."""

    IMMEDIATE = "immediate"
    SUBMISSION = "submission"
    PASSING = "passing"


@dataclass(frozen=True)
class QuizTerms:
    """What a module asks of its quiz.

    0 means: as many `attempts` as one likes, no time limit in `minutes`, and no number of failures
    after which the lessons are to be read again (`read_again_after`). In the `grace_minutes` after
    the time limit one may hand in, but change nothing.
    """

    pass_mark: int
    draw: int
    attempts: int = 0
    wait_minutes: int = 0
    minutes: int = 0
    read_again_after: int = 0
    grace_minutes: int = 2
    review: Review = Review.SUBMISSION


@dataclass(frozen=True)
class PastAttempt:
    """What counts of an attempt when the next one is asked for."""

    state: AttemptState
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Allowance:
    """What one person may have beyond the terms.

    `extra_time` is in per cent. After `unlocked_at` no earlier attempt counts against the person.
    """

    extra_time: int = 0
    extra_attempts: int = 0
    larger: bool = False
    unlocked_at: datetime | None = None


NO_ALLOWANCE = Allowance()


@dataclass(frozen=True)
class Quiz:
    """The question bank of one module in one language, rendered."""

    slug: str
    language: str
    questions: tuple[Question, ...]

    def find_question(self, question_id: str) -> Question | None:
        """The question of that id, or None when this revision has none."""
        return next((each for each in self.questions if each.id == question_id), None)

    def to_json(self) -> dict[str, Any]:
        """What is stored with the revision, keys included: never send it to a browser."""
        return {
            "slug": self.slug,
            "language": self.language,
            "questions": [question.to_json() for question in self.questions],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The quiz exactly as it was stored."""
        questions = tuple(question_from_json(entry) for entry in data["questions"])
        return cls(data["slug"], data["language"], questions)
