"""Reading and checking the whole course at once, as it lies in a folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as Folder

from coursesite.authored import Problem, Severity
from coursesite.authoring.library.banks import Bank, not_translated, read_bank
from coursesite.authoring.library.folder import (
    banks_in,
    files_like,
    module_files,
    record_beside,
    sizes_in,
    text_of,
)
from coursesite.authoring.library.layout import faults_in_layout
from coursesite.authoring.library.registers import unwritten
from coursesite.authoring.rules import TextId
from coursesite.content.library import Known, check_svg, read_facts, read_glossary, read_module
from coursesite.content.library.intake.inspecting import fault_of_file
from coursesite.content.rules import Fact, Module, Term, citable
from coursesite.content.rules.media import (
    FOLDER,
    MEGABYTE,
    USUAL,
    Limits,
    MediaKind,
    MediaShown,
    kind_of,
)
from coursesite.paths.library import read_path
from coursesite.paths.rules import Path
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


@dataclass
class Course:
    """All that could be read of a course; modules and quizzes by slug and language."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    glossaries: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    modules: dict[tuple[str, str], Module] = field(default_factory=dict)
    quizzes: dict[tuple[str, str], Quiz] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check_course(folder: Folder, day: date) -> list[Problem]:
    """What is wrong in `content/` and `quizzes/` of this folder, for publishing that day."""
    return read_course(folder, day).problems


def read_course(
    folder: Folder, day: date, limits: Limits = USUAL, *, shown: Collection[str] = ()
) -> Course:
    """Read `content/` and `quizzes/` of this folder, as they would be published that day.

    What is `shown` already, by digests of media, stays right: what is found in it is a warning.
    """
    return _Reading(folder, day, limits, shown).read()


class _Reading:
    def __init__(
        self, folder: Folder, day: date, limits: Limits, shown: Collection[str] = ()
    ) -> None:
        self.limits = limits
        self.shown = shown
        self.folder = folder
        self.day = day
        self.course = Course()
        self.broken: set[str] = set()  # modules that exist but cannot be read

    def read(self) -> Course:
        content = self.folder / "content"
        for path in files_like(content, "facts.yaml"):
            self._facts(path)
        for path in files_like(content, "glossary.*.yaml"):
            self._glossary(path)
        for folder in sorted((content / "modules").glob("*/")):
            self._module(folder)
        for path in banks_in(self.folder):
            self._quiz(path)
        for path in files_like(content / "paths", "*.yaml"):
            self._path(path)
        self.course.problems += faults_in_layout(self.folder)
        self.course.problems.sort(key=lambda problem: (problem.path, problem.line))
        return self.course

    def _facts(self, path: Folder) -> None:
        read = read_facts(text_of(path), self._name(path))
        self.course.facts = read.facts
        self.course.problems += read.problems

    def _glossary(self, path: Folder) -> None:
        text, name = text_of(path), self._name(path)
        read = read_glossary(text, name, citable=citable(self.course.facts, self.day))
        self.course.glossaries[path.name.split(".")[1]] = read.terms
        self.course.problems += read.problems

    def _module(self, folder: Folder) -> None:
        files = module_files(folder)
        self._media(folder, files)
        sizes = sizes_in(folder, files)
        for language in _languages(files):
            known = Known(self.course.facts, self.day, sizes)
            read = read_module(files, folder.name, language, known)
            self.course.problems += read.problems
            if read.module:
                self.course.modules[folder.name, language] = read.module
                self._quiz_of(read.module, MediaShown(_media_of(files), sizes))
            else:
                self.broken.add(folder.name)

    def _media(self, folder: Folder, files: Mapping[str, str]) -> None:
        for name, digest in files.items():
            if not name.startswith(FOLDER):
                continue
            path = folder / name
            most = self.limits.of(kind_of(path.name) or MediaKind.PICTURE)
            if path.stat().st_size > most:
                message = f"this file is too large: at most {most // MEGABYTE} MB are shown"
                self._problem(path, message)
            elif path.suffix.lower() == ".svg":
                self.course.problems += check_svg(path.read_bytes(), self._name(path))
            elif fault := fault_of_file(path.name, path.read_bytes()):
                severity = Severity.WARNING if digest in self.shown else Severity.ERROR
                self.course.problems.append(Problem(self._name(path), 1, fault, severity))

    def _quiz_of(self, module: Module, media: MediaShown) -> None:
        if module.completion.quiz is None:
            return
        path = self._bank_of(module.slug, module.language)
        if not path.exists():
            self._missing(module, path)
            return
        original = module.translation.original if module.translation else FALLBACK_LANGUAGE
        bank = Bank(
            TextId(Kind.QUIZ, module.slug, module.language),
            {each.name: text_of(each) for each in (path, *record_beside(path)) if each.exists()},
            text_of(own) if (own := self._bank_of(module.slug, original)).exists() else None,
            media,
        )
        read = read_bank(bank, module, citable(self.course.facts, self.day))
        self.course.problems += read.problems
        if read.quiz:
            self.course.quizzes[module.slug, module.language] = read.quiz

    def _bank_of(self, slug: str, language: str) -> Folder:
        return self.folder / "quizzes" / f"{slug}.{language}.yaml"

    def _missing(self, module: Module, path: Folder) -> None:
        """A translation may have none yet: then the original's questions are asked."""
        if module.translation is None:
            self._problem(path, "this quiz does not exist, but module.yaml asks for one")
        elif self._bank_of(module.slug, module.translation.original).exists():
            self.course.problems.append(not_translated(self._name(path)))

    def _quiz(self, path: Folder) -> None:
        """A question bank without its module is never asked."""
        slug, _, language = path.stem.rpartition(".")
        if (slug, language) not in self.course.modules and slug not in self.broken:
            self._problem(path, f"there is no module '{slug}' in '{language}' for this quiz")

    def _path(self, path: Folder) -> None:
        read = read_path(text_of(path), self._name(path), path.stem)
        self.course.problems += read.problems
        if read.path:
            self.course.paths[path.stem] = read.path
        written = {slug for slug, _ in self.course.modules} | self.broken
        self.course.problems += unwritten(read, self._name(path), written)

    def _name(self, path: Folder) -> str:
        return path.relative_to(self.folder).as_posix()

    def _problem(self, path: Folder, message: str, line: int = 1) -> None:
        self.course.problems.append(Problem(self._name(path), line, message))


def _media_of(files: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if name.startswith(FOLDER)}


def _languages(files: Mapping[str, str]) -> list[str]:
    """The languages that a module is written in; English, which is then missed, if in none."""
    return sorted(name.removesuffix(".md") for name in files if name.endswith(".md")) or ["en"]
