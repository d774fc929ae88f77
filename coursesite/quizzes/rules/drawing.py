"""Which questions of a bank an attempt asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from coursesite.quizzes.questions.base import Question, shuffled

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Lot:
    """What is drawn at once: one question, or all those of a case in their own order."""

    id: str
    objective: int
    questions: tuple[Question, ...]

    def seen(self, seen: Mapping[str, datetime]) -> datetime:
        """When any of it was last seen."""
        return max(seen.get(each.id, _NEVER) for each in self.questions)


def draw(
    questions: Sequence[Question],
    objectives: int,
    count: int,
    seen: Mapping[str, datetime],
    seed: int,
) -> tuple[Question, ...]:
    """Draw `count` times, as evenly over objectives 1 to `objectives` as the bank allows.

    A case is one draw, and gives all its questions. Within an objective those never seen come
    first, then those seen longest ago (`seen` tells when, by question id). A question on hold is
    never drawn. The same seed gives the same draw in the same order, however the bank is sorted.
    A bank that is too small is drawn whole.
    """
    ready = [lot for lot in _lots(questions) if 1 <= lot.objective <= objectives]
    mixed = shuffled(seed, ready, lambda lot: lot.id)
    waiting = sorted(mixed, key=lambda lot: lot.seen(seen))
    turns = _turns(waiting)
    chosen = {lot.id for lot in sorted(waiting, key=lambda lot: turns[lot.id])[:count]}
    return tuple(question for lot in mixed if lot.id in chosen for question in lot.questions)


def _lots(questions: Sequence[Question]) -> list[_Lot]:
    ready = {question.id: question for question in questions if not question.hold}
    lots = {}
    for question in ready.values():
        if question.story is None:
            lots[question.id] = _Lot(question.id, question.objective, (question,))
        else:
            story = question.story
            parts = tuple(ready[name] for name in story.questions if name in ready)
            lots[story.id] = _Lot(story.id, story.objective, parts)
    return list(lots.values())


def _turns(waiting: Sequence[_Lot]) -> dict[str, int]:
    """The round in which each lot is its objective's turn: 1 for the first of each."""
    rounds: dict[int, int] = {}
    turns = {}
    for lot in waiting:
        rounds[lot.objective] = rounds.get(lot.objective, 0) + 1
        turns[lot.id] = rounds[lot.objective]
    return turns
