"""When an attempt at a quiz may begin, what it asks, and how it ends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, Self

from coursesite.quizzes.questions import question_from_json
from coursesite.quizzes.questions.base import Mark, Question, shuffled

_NEVER = datetime.min.replace(tzinfo=UTC)


class AttemptState(StrEnum):
    """Where an attempt stands; submitted means that a mark which decides is still missing."""

    OPEN = "open"
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"


class Hindrance(StrEnum):
    """Why no new attempt may begin."""

    OPEN_ATTEMPT = "open attempt"
    NO_ATTEMPTS_LEFT = "no attempts left"
    WAITING = "waiting"


@dataclass(frozen=True)
class QuizTerms:
    """What a module asks of its quiz; `attempts` 0 means as many as one likes."""

    pass_mark: int
    draw: int
    attempts: int = 0
    wait_minutes: int = 0


@dataclass(frozen=True)
class PastAttempt:
    """What counts of an attempt when the next one is asked for."""

    state: AttemptState
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Allowance:
    """What one person may have beyond the terms.

    After `unlocked_at` no earlier attempt counts against the person any more.
    """

    extra_attempts: int = 0
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


@dataclass(frozen=True)
class Score:
    """The points of an attempt over the questions that could be marked."""

    points: Fraction
    marked: int
    unmarked: int = 0

    @property
    def percent(self) -> int | None:
        """Whole per cent of what was marked, rounded down; None when nothing was."""
        return floor(100 * self.points / self.marked) if self.marked else None


def may_start(
    terms: QuizTerms,
    past: Sequence[PastAttempt],
    now: datetime,
    allowance: Allowance = NO_ALLOWANCE,
) -> bool:
    """Whether this person may begin an attempt now."""
    return hindrance(terms, past, now, allowance) is None


def hindrance(
    terms: QuizTerms,
    past: Sequence[PastAttempt],
    now: datetime,
    allowance: Allowance = NO_ALLOWANCE,
) -> Hindrance | None:
    """What keeps this person from beginning an attempt now, or None.

    `past` holds the attempts that count together: those of one period, in any order.
    """
    if any(attempt.state is AttemptState.OPEN for attempt in past):
        return Hindrance.OPEN_ATTEMPT
    if attempts_left(terms, past, allowance) == 0:
        return Hindrance.NO_ATTEMPTS_LEFT
    until = waits_until(terms, past, allowance)
    return Hindrance.WAITING if until is not None and now < until else None


def attempts_left(
    terms: QuizTerms, past: Sequence[PastAttempt], allowance: Allowance = NO_ALLOWANCE
) -> int | None:
    """How many attempts may still begin; None means as many as one likes.

    An attempt that could not be marked costs nothing.
    """
    if not terms.attempts:
        return None
    used = sum(1 for _ in _decided(past, allowance))
    return max(0, terms.attempts + allowance.extra_attempts - used)


def waits_until(
    terms: QuizTerms, past: Sequence[PastAttempt], allowance: Allowance = NO_ALLOWANCE
) -> datetime | None:
    """When the waiting time after the last failure ends, or None without a failure to wait for."""
    failures = [
        attempt.finished_at
        for attempt in _decided(past, allowance)
        if attempt.state is AttemptState.FAILED and attempt.finished_at
    ]
    if not failures or not terms.wait_minutes:
        return None
    return max(failures) + timedelta(minutes=terms.wait_minutes)


def draw(
    questions: Sequence[Question],
    objectives: int,
    count: int,
    seen: Mapping[str, datetime],
    seed: int,
) -> tuple[Question, ...]:
    """Draw `count` questions, as evenly over objectives 1 to `objectives` as the bank allows.

    Within an objective those never seen come first, then those seen longest ago (`seen` tells
    when, by question id). A question on hold is never drawn. The same seed gives the same draw
    in the same order, however the bank is sorted. A bank that is too small is drawn whole.
    """
    ready = [each for each in questions if not each.hold and 1 <= each.objective <= objectives]
    mixed = shuffled(seed, ready, lambda question: question.id)
    waiting = sorted(mixed, key=lambda question: seen.get(question.id, _NEVER))
    turns = _turns(waiting)
    chosen = {each.id for each in sorted(waiting, key=lambda each: turns[each.id])[:count]}
    return tuple(question for question in mixed if question.id in chosen)


def score(marks: Iterable[Mark]) -> Score:
    """The sum of the marks; what was not marked stands apart and is no zero."""
    points = [mark.points for mark in marks]
    marked = [each for each in points if each is not None]
    return Score(sum(marked, Fraction(0)), len(marked), len(points) - len(marked))


def passed(result: Score, pass_mark: int) -> bool | None:
    """Whether the pass mark (in per cent) is reached; None while a missing mark decides."""
    total = result.marked + result.unmarked
    needed = Fraction(total * pass_mark, 100)
    if total and result.points >= needed:
        return True
    if result.points + result.unmarked < needed:
        return False
    return None


def outcome(result: Score, pass_mark: int) -> AttemptState:
    """The state of an attempt that was handed in."""
    decision = passed(result, pass_mark)
    if decision is None:
        return AttemptState.SUBMITTED
    return AttemptState.PASSED if decision else AttemptState.FAILED


def _decided(past: Sequence[PastAttempt], allowance: Allowance) -> Iterator[PastAttempt]:
    since = allowance.unlocked_at or _NEVER
    for attempt in past:
        decided = attempt.state in {AttemptState.PASSED, AttemptState.FAILED}
        if decided and (attempt.finished_at is None or attempt.finished_at > since):
            yield attempt


def _turns(waiting: Sequence[Question]) -> dict[str, int]:
    """The round in which each question is its objective's turn: 1 for the first of each."""
    rounds: dict[int, int] = {}
    turns = {}
    for question in waiting:
        rounds[question.objective] = rounds.get(question.objective, 0) + 1
        turns[question.id] = rounds[question.objective]
    return turns
