"""Reading one text as it would be published now, beside what is published around it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coursesite.authored import Problem, errors_in
from coursesite.authoring.library.banks import Bank, bank_among, not_translated, read_bank
from coursesite.authoring.library.folder import Files
from coursesite.authoring.library.registers import Resting, read_facts_beside, read_path_beside
from coursesite.authoring.rules import SETTINGS, TITLES, TextId
from coursesite.content.library import (
    Known,
    Measures,
    WrittenScenario,
    media_used,
    read_glossary,
    read_module,
)
from coursesite.content.rules import (
    Fact,
    Lesson,
    Module,
    Term,
    citable,
    facts_to_json,
    terms_to_json,
)
from coursesite.content.rules.media import SUMS, MediaShown, Size, media_in_sums
from coursesite.paths.rules import Path, in_language
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

NUL = "\0"
STAND_IN = "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True)
class Surroundings:
    """What a text is checked against: `bank` is its module's quiz, `module` its quiz's module.

    `media` are the digests of its module's files by name, where the text does not say which, and
    `sizes` those of the pictures that it shows, by digest.
    `original` are the files of which a translation is one, and `spare` is whether its learners
    can be asked the original's questions. `resting` is what rests on facts and paths.
    """

    day: date
    facts: Mapping[str, Fact]
    media: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    bank: Bank | None = None
    module: Module | None = None
    original: Files = field(default_factory=dict)
    spare: bool = False
    resting: Resting = field(default_factory=Resting)


@dataclass(frozen=True)
class Reading:
    """What a text held, and what is wrong with it; none of the five if an error is in it.

    A module's scenarios can be looked at before they are right, and its `lessons` while others
    are wrong; `media` are the files that a module or a quiz shows, with their digests by name.
    """

    problems: list[Problem]
    module: Module | None = None
    quiz: Quiz | None = None
    facts: Mapping[str, Fact] | None = None
    path: Path | None = None
    terms: tuple[Term, ...] | None = None
    title: str = ""
    scenarios: Sequence[WrittenScenario] = ()
    media: Mapping[str, str] = field(default_factory=dict)
    measures: Measures = field(default_factory=Measures)
    lessons: Sequence[Lesson] = ()

    @property
    def publishable(self) -> bool:
        held = (self.module, self.quiz, self.facts, self.path, self.terms)
        return any(each is not None for each in held) and not errors_in(self.problems)

    @property
    def rendered(self) -> dict[str, Any]:
        """What is kept with the revision."""
        if self.facts is not None:
            return facts_to_json(self.facts)
        if self.terms is not None:
            return terms_to_json(self.terms)
        text = self.module or self.quiz or self.path
        return text.to_json() if text else {}


def clean(text: str) -> str:
    """What was sent by a browser, as a file holds it: a NUL, which nothing can store, is shown."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace(NUL, STAND_IN)


def read_draft(text: TextId, files: Files, around: Surroundings) -> Reading:
    """Check a text, and render it if nothing stands in the way."""
    reading = _READERS[text.kind](text, files, around)
    problems = [*reading.problems, *_stand_ins(text, files)]
    problems.sort(key=lambda problem: (problem.path != str(text.path_of(text.main_file)),))
    return replace(reading, problems=problems)


def _read_module(text: TextId, files: Files, around: Surroundings) -> Reading:
    media = {**around.media, **media_in_sums(files.get(SUMS, ""))}
    everything = {**around.original, **files, **media}
    known = Known(around.facts, around.day, around.sizes)
    read = read_module(everything, text.slug, text.language, known)
    reading = Reading(
        read.problems,
        read.module,
        title=read.title,
        scenarios=read.scenarios,
        measures=read.measures,
        lessons=read.lessons,
    )
    if read.module is None:
        return reading
    problems = [*read.problems, *_problems_of_bank(text, read.module, around)]
    used = media_used(files[text.main_file], media)
    return replace(reading, problems=problems, media=used)


def _problems_of_bank(text: TextId, module: Module, around: Surroundings) -> list[Problem]:
    """The published questions must still fit the module."""
    if module.completion.quiz is None:
        return []
    if around.bank is None and around.spare:
        quiz = TextId(Kind.QUIZ, text.slug, text.language)
        return [not_translated(str(quiz.path_of(quiz.main_file)))]
    if around.bank is None:
        path = str(text.path_of(SETTINGS))
        return [
            Problem(path, 1, "a quiz is asked for here, and none is published: publish it first")
        ]
    return read_bank(around.bank, module, citable(around.facts, around.day)).problems


def _read_quiz(text: TextId, files: Files, around: Surroundings) -> Reading:
    if around.module is None:
        message = "the module of this quiz has errors or is not written yet: mend it first"
        return Reading([Problem(str(text.path_of(text.main_file)), 1, message)])
    original = bank_among(around.original)
    media = {**around.media, **media_in_sums(files.get(SUMS, ""))}
    bank = Bank(text, files, original, MediaShown(media, around.sizes))
    read = read_bank(bank, around.module, citable(around.facts, around.day))
    return Reading(read.problems, quiz=read.quiz, title=around.module.title, media=bank.shown)


def _read_facts(text: TextId, files: Files, around: Surroundings) -> Reading:
    read = read_facts_beside(*_main(text, files), around.resting, around.day)
    facts = None if errors_in(read.problems) else read.facts
    return Reading(read.problems, facts=facts, title=TITLES[text.kind])


def _read_path(text: TextId, files: Files, around: Surroundings) -> Reading:
    read = read_path_beside(*_main(text, files), text.slug, around.resting.modules)
    title = in_language(read.path.title, FALLBACK_LANGUAGE) if read.path else ""
    return Reading(read.problems, path=read.path, title=title)


def _read_glossary(text: TextId, files: Files, around: Surroundings) -> Reading:
    read = read_glossary(*_main(text, files), citable=citable(around.facts, around.day))
    terms = None if errors_in(read.problems) else read.terms
    return Reading(read.problems, terms=terms, title=TITLES[text.kind])


def _main(text: TextId, files: Files) -> tuple[str, str]:
    """The text of the main file, and its path."""
    return files.get(text.main_file, ""), str(text.path_of(text.main_file))


_READERS: Mapping[Kind, Callable[[TextId, Files, Surroundings], Reading]] = {
    Kind.MODULE: _read_module,
    Kind.QUIZ: _read_quiz,
    Kind.FACTS: _read_facts,
    Kind.PATH: _read_path,
    Kind.GLOSSARY: _read_glossary,
}


def _stand_ins(text: TextId, files: Files) -> Iterator[Problem]:
    message = f"{STAND_IN} stands where a character was that no text can hold (NUL): delete it"
    for name, content in files.items():
        if STAND_IN in content:
            for number, line in enumerate(content.split("\n"), start=1):
                if STAND_IN in line:
                    yield Problem(str(text.path_of(name)), number, message)
