"""What a learning path is made of, when a step may begin, and when the path is complete.

`done` are the slugs of the modules that a person has completed, `published` of those that can be
opened today.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter

FALLBACK = "en"


class CompleteOn(StrEnum):
    """Which required steps must be done."""

    ALL = "all"  # every one, so that the path waits for what is still in preparation
    PUBLISHED = "published"  # those that can be opened: what is in preparation blocks nobody


@dataclass(frozen=True, slots=True)
class StepModule:
    """A module of a path; title and minutes are shown while it is in preparation."""

    slug: str
    title: Mapping[str, str]
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One module, or so many (`choose`) of several."""

    modules: tuple[StepModule, ...]
    choose: int = 1
    required: bool = True
    after: tuple[str, ...] = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(module.slug for module in self.modules)


@dataclass(frozen=True, slots=True)
class CertificateTerms:
    """The certificate of a path; `valid_months` None is for good."""

    title: Mapping[str, str]
    valid_months: int | None
    template: str


@dataclass(frozen=True, slots=True)
class Path:
    """A learning path: the same steps in every language."""

    slug: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    audience: tuple[str, ...]
    steps: tuple[Step, ...]
    complete_on: CompleteOn = CompleteOn.ALL
    certificate: CertificateTerms | None = None

    @property
    def module_slugs(self) -> tuple[str, ...]:
        """Every module of the path, in order."""
        return tuple(slug for step in self.steps for slug in step.slugs)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values that JSON can hold."""
        plain: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The path that `to_json` was made of, exactly."""
        path: Self = _adapter().validate_python(plain)
        return path


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Path)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, else in its parent language, in English, or in any there is."""
    return texts.get(best_language(texts, language), "")


def best_language(texts: Mapping[str, str], language: str) -> str:
    """The language in which in_language() finds it."""
    for wanted in (language, language.partition("-")[0], FALLBACK):
        if wanted in texts:
            return wanted
    return next(iter(texts), language)


def still_needed(path: Path, step: Step, done: Collection[str], published: Collection[str]) -> int:
    """How many more modules of this step must be completed; a recommended step needs none."""
    if not step.required:
        return 0
    counted = _counted(path, step.slugs, {*done, *published})
    finished = sum(slug in done for slug in step.slugs)
    return max(0, min(step.choose, len(counted)) - finished)


def is_complete(path: Path, done: Collection[str], published: Collection[str]) -> bool:
    """Is every required step done? A path of which nothing can be opened yet is not complete."""
    required = [step for step in path.steps if step.required]
    begun = any(slug in done for step in required for slug in step.slugs)
    return begun and not any(still_needed(path, step, done, published) for step in required)


def left_out(path: Path, done: Collection[str], published: Collection[str]) -> int:
    """How many required modules can neither be opened nor were completed."""
    known = {*done, *published}
    required = [step for step in path.steps if step.required]
    return sum(max(0, step.choose - len(known.intersection(step.slugs))) for step in required)


def missing_before(
    path: Path, step: Step, done: Collection[str], published: Collection[str]
) -> tuple[str, ...]:
    """The modules that must be completed before this step may begin."""
    counted = _counted(path, step.after, {*done, *published})
    return tuple(slug for slug in counted if slug not in done)


def _counted(path: Path, slugs: Collection[str], known: Collection[str]) -> list[str]:
    """Those that count; `known` can be opened, or were completed while they could be."""
    if path.complete_on is CompleteOn.ALL:
        return list(slugs)
    return [slug for slug in slugs if slug in known]


def minutes_of(path: Path, minutes: Mapping[str, int]) -> int:
    """How long the required steps take; `minutes` knows better than the path what is published."""
    return sum(_step_minutes(step, minutes) for step in path.steps if step.required)


def _step_minutes(step: Step, minutes: Mapping[str, int]) -> int:
    each = sorted(minutes.get(module.slug, module.minutes or 0) for module in step.modules)
    return sum(each[: step.choose])
