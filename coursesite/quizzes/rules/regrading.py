"""What a corrected question makes of an attempt that was marked before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from coursesite.quizzes.questions.base import Mark, Option, Question
from coursesite.quizzes.questions.choice import Choice
from coursesite.quizzes.rules.marking import Score, outcome, score
from coursesite.quizzes.rules.words import AttemptState


class Way(StrEnum):
    """What can be done with the answers to a question that was wrong."""

    RESCORE = "rescore"
    BETTER = "only-if-better"
    FULL = "full-marks"
    DROP = "drop"


NEEDS_KEY = frozenset({Way.RESCORE, Way.BETTER})
"""The ways that mark the answers again."""

GIVEN = frozenset({Way.FULL, Way.DROP})
"""The ways after which a mark says nothing of what was answered."""


class RegradeState(StrEnum):
    """First it is only tried out; what was tried is carried out when somebody says how."""

    TRYING = "trying"
    TRIED = "tried"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class Held:
    """The mark of a question as it stands, and the way of the regrade that set it, if one did."""

    points: Fraction | None
    way: Way | None = None

    @property
    def telling(self) -> Fraction | None:
        """The mark as far as it says something of what was answered."""
        return None if self.way in GIVEN else self.points

    @property
    def words(self) -> str:
        """The mark in a table: a fraction, or why there is none."""
        if self.way is Way.DROP:
            return "dropped"
        return "unmarked" if self.points is None else str(self.points)


@dataclass(frozen=True)
class Result:
    """What an attempt comes to: the mark of the question in question, the sum, the state."""

    held: Held
    score: Score
    state: AttemptState

    @property
    def share(self) -> Fraction:
        """The part of all points that was earned."""
        return self.score.points / self.score.marked if self.score.marked else Fraction(0)


_BESIDE_THE_POINT = {
    "objective",
    "explanation_html",
    "sources",
    "lessons",
    "feedback_html",
    "questions",
}


def same_question(one: Question | None, other: Question | None) -> bool:
    """Whether both ask and mark alike; the order of options and what is explained do not count."""
    if one is None or other is None:
        return one is other
    return bool(_essence(one.to_json()) == _essence(other.to_json()))


def _essence(value: Any) -> Any:
    if isinstance(value, Mapping):
        ordered = value.get("type") == "order"
        return {
            key: each if ordered and key == "options" else _essence(each)
            for key, each in value.items()
            if key not in _BESIDE_THE_POINT
        }
    if isinstance(value, list | tuple):
        return sorted((_essence(each) for each in value), key=repr)
    return value


def markable(old: Question | None, new: Question | None) -> bool:
    """Whether answers to the old question can be marked by the new one's key."""
    return old is not None and new is not None and old.type == new.type


def mark_again(old: Question, new: Question, response: object) -> Mark:
    """What an answer to the old question earns by the new key; not marked where it cannot be told.

    An option that is gone and was wrong stays wrong. Of one that is gone and was right nobody can
    say what became of it: the answer is not marked again.
    """
    mark = new.mark(response)
    if mark.points is not None or not isinstance(old, Choice) or not isinstance(new, Choice):
        return mark
    known = {option.id for option in new.options}
    gone = [option for option in old.options if option.id not in known and not option.correct]
    wrong = tuple(Option(option.id, option.html) for option in gone)
    return replace(new, options=(*new.options, *wrong)).mark(response)


def settle(way: Way, before: Held, again: Mark | None) -> Held:
    """The mark of the question afterwards; `again` is what it earns by the new key."""
    if way in GIVEN:
        return Held(Fraction(1) if way is Way.FULL else None, way)
    if again is None or again.points is None:
        return before
    if way is Way.BETTER and not _improves(before, again.points):
        return before
    same = again.points == before.points and before.way not in GIVEN
    return before if same else Held(again.points, way)


def _improves(before: Held, points: Fraction) -> bool:
    return before.way is not Way.DROP and (before.points is None or points > before.points)


def result_of(
    marks: Mapping[str, Held], question_id: str, state: AttemptState, pass_mark: int
) -> Result:
    """What these marks come to; with no question left the attempt stays in its state."""
    counted = [Mark(held.points) for held in marks.values() if held.way is not Way.DROP]
    total = score(counted)
    return Result(marks[question_id], total, outcome(total, pass_mark) if counted else state)


def loses_pass(before: AttemptState, after: AttemptState) -> bool:
    """Whether the marks alone would take a pass away, which only a person may do."""
    return before is AttemptState.PASSED and after is not AttemptState.PASSED
