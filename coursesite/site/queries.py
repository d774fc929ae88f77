"""The paths and modules that anyone may look at, each as it is read today."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.paths.queries import PATHS, get_path
from coursesite.paths.rules import (
    Path,
    Step,
    StepModule,
    best_language,
    in_language,
    minutes_of,
)


@dataclass(frozen=True)
class ModuleEntry:
    """A module of a path; `module` None while in preparation, `language` that of the title."""

    slug: str
    title: str
    language: str
    minutes: int | None
    module: Module | None


@dataclass(frozen=True)
class StepEntry:
    """One module, or so many (`choose`) of several."""

    modules: tuple[ModuleEntry, ...]
    choose: int
    required: bool


@dataclass(frozen=True)
class PathEntry:
    """A learning path in the reader's language, as far as it is written in that."""

    slug: str
    title: str
    title_language: str
    summary: str
    summary_language: str
    minutes: int
    steps: tuple[StepEntry, ...]

    @property
    def url(self) -> str:
        return f"/catalogue/{self.slug}"

    @property
    def modules(self) -> int:
        return sum(len(step.modules) for step in self.steps)

    @property
    def ready(self) -> int:
        """How many of the modules can be opened today."""
        return sum(entry.module is not None for step in self.steps for entry in step.modules)


def catalogue(session: Session, language: str) -> list[PathEntry]:
    """Every live path with its modules."""
    modules = _live_modules(session, language)
    return [_entry(shown.text, modules, language) for shown in PATHS.all_live(session)]


def path_entry(session: Session, slug: str, language: str) -> PathEntry:
    """One path with its modules, or NotFound."""
    path = get_path(session, slug).text
    return _entry(path, _live_modules(session, language), language)


def _live_modules(session: Session, language: str) -> dict[str, Module]:
    return {shown.slug: shown.text for shown in MODULES.all_live(session, language)}


def _entry(path: Path, modules: Mapping[str, Module], language: str) -> PathEntry:
    return PathEntry(
        slug=path.slug,
        title=in_language(path.title, language),
        title_language=best_language(path.title, language),
        summary_language=best_language(path.summary, language),
        summary=in_language(path.summary, language),
        minutes=minutes_of(path, {slug: module.minutes for slug, module in modules.items()}),
        steps=tuple(_step(step, modules, language) for step in path.steps),
    )


def _step(step: Step, modules: Mapping[str, Module], language: str) -> StepEntry:
    entries = tuple(_module(each, modules.get(each.slug), language) for each in step.modules)
    return StepEntry(entries, step.choose, step.required)


def _module(named: StepModule, live: Module | None, language: str) -> ModuleEntry:
    if live:
        return ModuleEntry(
            named.slug, live.title, live.language_of("front/title"), live.minutes, live
        )
    title = in_language(named.title, language)
    return ModuleEntry(named.slug, title, best_language(named.title, language), named.minutes, None)
