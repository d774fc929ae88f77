"""What a module is, and what follows from it, as values that are stored with a revision.

A revision is rendered once: what is in `parts` is HTML that was sanitised when the revision was
made, with a `Ref` at each place that differs from one learner or organisation to the next.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from html import unescape
from itertools import accumulate, pairwise
from re import sub
from typing import Any, Self

from pydantic import TypeAdapter

from coursesite.content.rules.facts import Fact
from coursesite.content.rules.scenarios import Scenario
from coursesite.content.rules.translations import Translation
from coursesite.errors import Invalid, NotFound
from coursesite.quizzes.rules import QuizTerms


class RefKind(StrEnum):
    """What a page puts in place of a reference."""

    CHECK = "check"  # the form of a knowledge check
    REFLECT = "reflect"  # the form of a private note; `parts` is its prompt
    FIELD = "field"  # what the organisation filled in, or the sentence about the gap
    LOCAL = "local"  # the closest override of this passage; `parts` is the default
    ROUTE = "route"  # the route that the learner took through this scenario last


@dataclass(frozen=True, slots=True)
class Ref:
    """A place in the text that is filled in while the page is shown."""

    kind: RefKind
    id: str
    title: str = ""
    parts: tuple["str | Ref", ...] = ()


Parts = tuple[str | Ref, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen in a knowledge check; its id holds while its text does."""

    id: str
    text: Parts
    correct: bool
    feedback: Parts


@dataclass(frozen=True, slots=True)
class Check:
    """An unscored question in a lesson. The key stays here: it is not in the lesson's HTML."""

    id: str
    question: Parts
    options: tuple[Option, ...]

    @property
    def multiple(self) -> bool:
        return sum(option.correct for option in self.options) > 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a learner is told at once about the answer given, and about nothing else."""

    right: bool
    chosen: tuple[Option, ...]


def judge_check(check: Check, chosen: Collection[str]) -> Verdict:
    """Compare the chosen options' ids with the key; something known must be chosen."""
    if not chosen:
        raise Invalid("Choose an answer first.")
    options = tuple(option for option in check.options if option.id in chosen)
    if len(options) < len(set(chosen)):
        raise Invalid("This question was changed in the meantime. Please answer it again.")
    key = {option.id for option in check.options if option.correct}
    return Verdict(key == set(chosen), options)


@dataclass(frozen=True, slots=True)
class Reflection:
    id: str
    prompt: Parts


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A thing to remember, collected on the module's page."""

    lesson_id: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed on a page of its own: the checklist, or how to run a joint session."""

    id: str
    lesson_id: str
    title: str
    parts: Parts
    cited: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page of reading. `minutes` is its share of the module's."""

    id: str
    title: str
    minutes: int
    parts: Parts
    checks: tuple[Check, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    cited: tuple[Fact, ...] = ()

    def find_check(self, check_id: str) -> Check | None:
        return next((check for check in self.checks if check.id == check_id), None)

    def find_reflection(self, reflection_id: str) -> Reflection | None:
        return next((each for each in self.reflections if each.id == reflection_id), None)


@dataclass(frozen=True, slots=True)
class Completion:
    """What completes a module; `lessons` None means every lesson."""

    lessons: tuple[str, ...] | None
    quiz: QuizTerms | None
    attestation: bool


@dataclass(frozen=True, slots=True)
class Module:
    """A module in one language, as one revision shows it for ever."""

    slug: str
    language: str
    title: str
    summary: str
    objectives: tuple[str, ...]
    attestation: str
    further_reading: tuple[str, ...]
    minutes: int
    audience: tuple[str, ...]
    completion: Completion
    sensitive: tuple[str, ...]
    review_by: date | None
    local_fields: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    key_points: tuple[KeyPoint, ...] = field(default=())
    checklist: Sheet | None = None
    facilitator: Sheet | None = None
    translation: Translation | None = None

    @property
    def required_lessons(self) -> tuple[str, ...]:
        """The ids of the lessons that must be read."""
        if self.completion.lessons is None:
            return tuple(lesson.id for lesson in self.lessons)
        return self.completion.lessons

    def language_of(self, title: str) -> str:
        """The language of a title by its key: the original's where it is not translated."""
        made_of = self.translation
        return made_of.original if made_of and title in made_of.titles else self.language

    def get_lesson(self, lesson_id: str) -> Lesson:
        for lesson in self.lessons:
            if lesson.id == lesson_id:
                return lesson
        raise NotFound("This module has no such lesson.")

    def neighbours(self, lesson_id: str) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after this one."""
        around = (None, *self.lessons, None)
        at = self.lessons.index(self.get_lesson(lesson_id)) + 1
        return around[at - 1], around[at + 1]

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values that JSON can hold."""
        plain: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The module that `to_json` was made of, exactly."""
        module: Self = _adapter().validate_python(plain)
        return module


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Module)


def filled(parts: Parts, draw: Callable[[Ref], str]) -> str:
    """The whole text as HTML; `draw` gives safe HTML for each reference."""
    return "".join(part if isinstance(part, str) else draw(part) for part in parts)


def refs_in(parts: Parts) -> Iterator[Ref]:
    """Every reference in a text, also those inside a local passage or a prompt."""
    for part in parts:
        if isinstance(part, Ref):
            yield part
            yield from refs_in(part.parts)


def words_in(parts: Parts) -> str:
    """The text without its HTML, for searching and counting."""
    inner = (part if isinstance(part, str) else f" {words_in(part.parts)} " for part in parts)
    return " ".join(unescape(sub(r"<[^>]*>", " ", "".join(inner))).split())


def share_minutes(minutes: int, words: Collection[int]) -> tuple[int, ...]:
    """Share a module's minutes among its lessons: one each, and the rest by their words."""
    spare, total = max(0, minutes - len(words)), sum(words) or 1
    bounds = [round(spare * counted / total) for counted in accumulate(words, initial=0)]
    return tuple(1 + upto - before for before, upto in pairwise(bounds))
