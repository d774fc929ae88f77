"""Which questions of a bank an attempt asks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from coursesite.quizzes.questions.base import Question, shuffled

_NEVER = datetime.min.replace(tzinfo=UTC)


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


def _turns(waiting: Sequence[Question]) -> dict[str, int]:
    """The round in which each question is its objective's turn: 1 for the first of each."""
    rounds: dict[int, int] = {}
    turns = {}
    for question in waiting:
        rounds[question.objective] = rounds.get(question.objective, 0) + 1
        turns[question.id] = rounds[question.objective]
    return turns
