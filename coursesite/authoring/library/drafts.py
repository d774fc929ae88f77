"""Reading one text as it would be published now, beside what is published around it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coursesite.authored import Problem, errors_in
from coursesite.authoring.library.folder import Files
from coursesite.authoring.rules import SETTINGS, TextId
from coursesite.content.library import (
    Known,
    Measures,
    WrittenScenario,
    media_used,
    read_module,
)
from coursesite.content.rules import Fact, Module, citable
from coursesite.content.rules.media import SUMS, media_in_sums
from coursesite.quizzes.library import ReadQuiz, read_quiz
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind

NUL = "\0"
STAND_IN = "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True)
class Surroundings:
    """What a text is checked against: `bank` is its module's quiz, `module` its quiz's module.

    `media` are the digests of the module's files by name, where the text does not say which.
    """

    day: date
    facts: Mapping[str, Fact]
    media: Mapping[str, str] = field(default_factory=dict)
    bank: str | None = None
    module: Module | None = None


@dataclass(frozen=True)
class Reading:
    """What a text held, and what is wrong with it; neither module nor quiz if an error is in it.

    A module's scenarios can be looked at before they are right; `media` are the files that it
    shows, with their digests by name.
    """

    problems: list[Problem]
    module: Module | None = None
    quiz: Quiz | None = None
    title: str = ""
    scenarios: Sequence[WrittenScenario] = ()
    media: Mapping[str, str] = field(default_factory=dict)
    measures: Measures = field(default_factory=Measures)

    @property
    def publishable(self) -> bool:
        return bool(self.module or self.quiz) and not errors_in(self.problems)

    @property
    def rendered(self) -> dict[str, Any]:
        """What is kept with the revision."""
        text = self.module or self.quiz
        return text.to_json() if text else {}


def clean(text: str) -> str:
    """What was sent by a browser, as a file holds it: a NUL, which nothing can store, is shown."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace(NUL, STAND_IN)


def read_draft(text: TextId, files: Files, around: Surroundings) -> Reading:
    """Check a module or a quiz, and render it if nothing stands in the way."""
    read = _read_module if text.kind is Kind.MODULE else _read_quiz
    reading = read(text, files, around)
    problems = [*reading.problems, *_stand_ins(text, files)]
    problems.sort(key=lambda problem: (problem.path != str(text.path_of(text.main_file)),))
    return replace(reading, problems=problems)


def _read_module(text: TextId, files: Files, around: Surroundings) -> Reading:
    media = {**around.media, **media_in_sums(files.get(SUMS, ""))}
    everything = {**files, **media}
    known = Known(around.facts, around.day)
    read = read_module(everything, text.slug, text.language, known)
    if read.module is None:
        return Reading(read.problems, scenarios=read.scenarios, measures=read.measures)
    problems = [*read.problems, *_problems_of_bank(text, read.module, around)]
    reading = Reading(problems, read.module, title=read.module.title)
    used = media_used(files[text.main_file], media)
    return replace(reading, scenarios=read.scenarios, measures=read.measures, media=used)


def _problems_of_bank(text: TextId, module: Module, around: Surroundings) -> list[Problem]:
    """The published questions must still fit the module."""
    if module.completion.quiz is None:
        return []
    quiz = TextId(Kind.QUIZ, text.slug, text.language)
    if around.bank is None:
        path = str(text.path_of(SETTINGS))
        return [
            Problem(path, 1, "a quiz is asked for here, and none is published: publish it first")
        ]
    return _read_bank(quiz, around.bank, module, around).problems


def _read_quiz(text: TextId, files: Files, around: Surroundings) -> Reading:
    if around.module is None:
        message = "the module of this quiz cannot be read: write that first"
        return Reading([Problem(str(text.path_of(text.main_file)), 1, message)])
    read = _read_bank(text, files.get(text.main_file, ""), around.module, around)
    return Reading(read.problems, quiz=read.quiz, title=around.module.title)


def _read_bank(text: TextId, bank: str, module: Module, around: Surroundings) -> ReadQuiz:
    return read_quiz(
        bank,
        str(text.path_of(text.main_file)),
        slug=text.slug,
        language=text.language,
        objectives=len(module.objectives),
        citable=citable(around.facts, around.day),
        draw=module.completion.quiz.draw if module.completion.quiz else 1,
        lessons=[lesson.id for lesson in module.lessons],
    )


def _stand_ins(text: TextId, files: Files) -> Iterator[Problem]:
    message = f"{STAND_IN} stands where a character was that no text can hold (NUL): delete it"
    for name, content in files.items():
        if STAND_IN in content:
            for number, line in enumerate(content.split("\n"), start=1):
                if STAND_IN in line:
                    yield Problem(str(text.path_of(name)), number, message)
