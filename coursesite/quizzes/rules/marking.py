"""How the marks of an attempt add up, and whether that passes."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from coursesite.quizzes.questions.base import Mark
from coursesite.quizzes.rules.words import AttemptState


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
