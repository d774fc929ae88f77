"""What one attempt adds to the sums from which authors learn how their questions do."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

WHOLE = ""
"""Stands for the attempt itself where a question's id is expected."""

FULL = 1000
"""A full mark in whole numbers, which add up exactly."""

PACES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Seconds for an answer, each bound with what is below it."""


@dataclass(frozen=True)
class Answered:
    """What became of one question of an attempt.

    `points` are None where they say nothing: not marked, dropped, or given to everybody. `chosen`
    are parts and options, `seconds` None where the time is not known.
    """

    question_id: str
    given: bool
    points: Fraction | None
    chosen: tuple[tuple[str, str], ...] = ()
    seconds: int | None = None


@dataclass(frozen=True)
class Sitting:
    """An attempt that was handed in, as statistics see it: nobody's."""

    quiz_slug: str
    revision_id: int
    month: date
    first: bool
    passed: bool
    answered: tuple[Answered, ...]


class Key(NamedTuple):
    """What a sum is kept for; `part`, `option` and `seconds` are empty but for their own sums."""

    quiz_slug: str
    revision_id: int
    question_id: str
    month: date | None = None
    part: str = ""
    option: str = ""
    seconds: int = 0


Sums = Counter[tuple[Key, str]]
"""Numbers by what they are kept for and their name."""


def sums_of(sitting: Sitting) -> Sums:
    """Everything this attempt adds.

    Only a person's first attempt counts beyond how often a question was asked: later ones are made
    by those who failed, and one person would count twice.
    """
    sums: Sums = Counter()
    for question_id in (WHOLE, *(each.question_id for each in sitting.answered)):
        sums[_at(sitting, question_id), "asked"] += 1
    if sitting.first:
        for key, name, number in _first(sitting):
            sums[key, name] += number
    return sums


def _first(sitting: Sitting) -> Iterator[tuple[Key, str, int]]:
    whole = _at(sitting, WHOLE)
    yield whole, "people", 1
    yield whole, "passed", int(sitting.passed)
    points = [each.points for each in sitting.answered if each.points is not None]
    total, others = sum(points, Fraction(0)), len(points) - 1
    for each in sitting.answered:
        yield from _of_question(sitting, each)
        if each.points is not None:
            rest = floor(100 * (total - each.points) / others) if others else 0
            yield from _of_mark(_at(sitting, each.question_id), round(FULL * each.points), rest)


def _of_question(sitting: Sitting, each: Answered) -> Iterator[tuple[Key, str, int]]:
    key, passed = _at(sitting, each.question_id), int(sitting.passed)
    text = (sitting.quiz_slug, sitting.revision_id, each.question_id)
    yield key, "people", 1
    yield key, "passed", passed
    yield key, "given", int(each.given)
    for part, option in each.chosen:
        own = Key(*text, None, part, option)
        yield own, "people", 1
        yield own, "passed", passed
    if each.seconds is not None:
        yield Key(*text, seconds=_pace(each.seconds)), "people", 1


def _of_mark(key: Key, mark: int, rest: int) -> Iterator[tuple[Key, str, int]]:
    """The mark, and how the rest of the quiz went, which is 0 where there is none."""
    yield key, "marked", 1
    yield key, "mark", mark
    yield key, "mark_squared", mark * mark
    yield key, "rest", rest
    yield key, "rest_squared", rest * rest
    yield key, "product", mark * rest


def _at(sitting: Sitting, question_id: str) -> Key:
    return Key(sitting.quiz_slug, sitting.revision_id, question_id, sitting.month)


def _pace(seconds: int) -> int:
    """The bound that these seconds belong to; the last one holds all that took longer."""
    return next((bound for bound in PACES if seconds < bound), PACES[-1])


def chosen_in(
    drawn: Mapping[str, Any], response: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, str], ...]:
    """Which options a response names, with the part that each was chosen for; nothing typed."""
    options = {name for name, _html in drawn.get("options", ())}
    for gap in drawn.get("gaps", ()):
        options.update(name for name, _html in gap.get("options", ()))
    pairs = ((part, value) for part, values in response.items() for value in values)
    return tuple((part, value) for part, value in pairs if value in options or part in options)


def paces_of(started_at: datetime, saved: Mapping[str, datetime]) -> dict[str, int]:
    """Seconds from one answer to the next, by question id.

    Empty when answers came together, as from a page without scripts: then no time is known.
    """
    paces, last = {}, started_at
    for question_id, at in sorted(saved.items(), key=lambda each: each[1]):
        paces[question_id], last = int((at - last).total_seconds()), at
    return paces if all(seconds >= 1 for seconds in paces.values()) else {}
