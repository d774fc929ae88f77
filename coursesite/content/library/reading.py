"""Reading a module's files: either a module, rendered once and for all, or what is wrong."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from coursesite.authored import Problem, Read, Severity, errors_in, read_text, read_yaml
from coursesite.authored.text import warn_of_turning
from coursesite.content.library.building import Builder, Written
from coursesite.content.library.checks import read_check
from coursesite.content.library.frames import warn_of_frames, warn_of_unnamed
from coursesite.content.library.length import is_honest, minutes_of
from coursesite.content.library.links import Places, check_links, check_media
from coursesite.content.library.measuring import LessonMeasure, Measures, measured_lesson
from coursesite.content.library.naming import (
    check_checklist,
    check_facilitator,
    check_ids,
    quoted_lines,
)
from coursesite.content.library.outline import Block, Document, Outline, lessons_in
from coursesite.content.library.proofing import (
    Allowed,
    check_blocks,
    check_headings,
    check_text,
    declared_and_unused,
)
from coursesite.content.library.rendition import (
    Ids,
    Rendition,
    cleaned,
    read_rendition,
)
from coursesite.content.library.scenarios import WrittenScenario, read_scenario
from coursesite.content.library.schemas import FrontMatter, ModuleFile
from coursesite.content.library.storylines import check_scenario
from coursesite.content.library.translating import record_name
from coursesite.content.library.typesetting import Misplaced
from coursesite.content.library.wording import warn_of_hard_reading, warn_of_words
from coursesite.content.rules import Fact, Lesson, Module
from coursesite.content.rules.media import FOLDER, MediaShown, Size
from coursesite.markup import tangle_in

LIMIT = 200_000  # characters of a module in one language: five times those of a long one
MOST_LINES = 3_000


@dataclass(frozen=True)
class ReadModule:
    """What a module's files held: `module` is None if an error stood in the way.

    The scenarios are as they were written, so that they can be drawn before they are right.
    Without a module, `lessons` are those in which nothing is wrong, and the title is as written.
    """

    module: Module | None
    problems: list[Problem]
    scenarios: list[WrittenScenario] = field(default_factory=list)
    measures: Measures = field(default_factory=Measures)
    lessons: tuple[Lesson, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Known:
    """What a text is read against.

    `day` is the day of publishing: a fact past its review cannot be cited then. `sizes` are those
    of the module's pictures, by their digests, as far as they are known.
    """

    facts: Mapping[str, Fact]
    day: date
    sizes: Mapping[str, Size] = field(default_factory=dict)


def read_module(files: Mapping[str, str], slug: str, language: str, known: Known) -> ReadModule:
    """Read `module.yaml` and `en.md` (by their names in the module's folder), check and render.

    `files` also has the name of every file in `media/`, with its digest where that is known.
    """
    folder = f"content/modules/{slug}"
    missing = [name for name in ("module.yaml", f"{language}.md") if name not in files]
    if missing:
        return ReadModule(None, [Problem(f"{folder}/{name}", 1, _MISSING) for name in missing])
    terms = read_yaml(files["module.yaml"], f"{folder}/module.yaml", ModuleFile)
    text, odd = read_text(files[f"{language}.md"], f"{folder}/{language}.md", LIMIT)
    if odd:
        return ReadModule(None, [*terms.problems, *odd])
    document = Document(f"{folder}/{language}.md", text.split("\n"))
    if len(document.lines) > MOST_LINES:
        return ReadModule(None, [Problem(document.path, MOST_LINES + 1, _TOO_MANY_LINES)])
    if line := tangle_in(text):
        return ReadModule(None, [Problem(document.path, line, _TANGLED)])
    rendition, odd = _rendition(files, folder, language, known.facts)
    if rendition:
        document.lines = rendition.marked(text).split("\n")
    document.problems += [*odd, *warn_of_turning(text, document.path)]
    allowed = Allowed(known.facts, known.day, _declared(terms))
    reading = _Reading(document, terms, allowed, rendition)
    digests = {name: digest for name, digest in files.items() if name.startswith(FOLDER)}
    return reading.read(slug, language, MediaShown(digests, known.sizes))


def _rendition(
    files: Mapping[str, str], folder: str, language: str, facts: Mapping[str, Fact]
) -> tuple[Rendition | None, list[Problem]]:
    """What is known of a translation; a text without a record stands for itself."""
    if record_name(f"{language}.md") not in files:
        return None, []
    rendition, problems = read_rendition(files, folder, language, facts)
    return (replace(rendition, ids=_ids_of(rendition)) if rendition else None), problems


def _ids_of(rendition: Rendition) -> Ids:
    """The ids that follow from the original's words."""
    original = Document("", rendition.original.split("\n"))
    _front, first = _front_matter(original)
    written = [taken_apart(original, each) for each in lessons_in(original, first)]
    checks = [check for each in written for check in each.checks.values()]
    return Ids.of(checks, [scenario for each in written for scenario in each.scenarios])


_TANGLED = "here are more lines, brackets or asterisks than are read: divide the text"
_TOO_MANY_LINES = f"at most {MOST_LINES} lines of a module are read: divide it"
_MISSING = "this file does not exist: every module has a module.yaml and one text per language"


def _declared(terms: Read[ModuleFile]) -> tuple[str, ...]:
    return terms.value.local_fields if terms.value else ()


def taken_apart(document: Document, outline: Outline) -> Written:
    """A lesson with its checks and scenarios; what is wrong in them is the document's problem."""
    blocks = list(outline.block.walk())
    checks = {block.line: read_check(document, block) for block in blocks if block.kind == "check"}
    scenarios = [_scenario(document, block) for block in blocks if block.kind == "scenario"]
    return Written(outline, checks, scenarios)


def _scenario(document: Document, block: Block) -> WrittenScenario:
    written = read_scenario(document, block)
    check_scenario(document, block, written)
    return written


class _Reading:
    """One reading of one module; the problems gather in the document."""

    def __init__(
        self,
        document: Document,
        terms: Read[ModuleFile],
        allowed: Allowed,
        rendition: Rendition | None,
    ) -> None:
        self.document = document
        self.rendition = rendition
        self.terms = terms
        self.allowed = allowed
        self.front, self.first = _front_matter(document)
        self.lessons: tuple[LessonMeasure, ...] = ()
        self.media = MediaShown({})

    def read(self, slug: str, language: str, media: MediaShown) -> ReadModule:
        self.media = media
        outlines = lessons_in(self.document, self.first)
        written = [self._taken_apart(each) for each in outlines]
        english = language.partition("-")[0] == "en"
        self.lessons = tuple(
            measured_lesson(self.document, each, english=english) for each in outlines
        )
        self._check(outlines, language)
        minutes = self._check_length(written)
        module = None
        if self.terms.value and self.front.value and not self._failed():
            module = self._build(slug, language, written)
        problems = sorted(self._problems(), key=lambda each: (each.path, each.line))
        scenarios = [scenario for each in written for scenario in each.scenarios]
        measures = Measures(self.lessons, minutes)
        if module is None or self._failed():
            sound = tuple(self._sound(slug, language, written))
            title = title_in("\n".join(self.document.lines))
            return ReadModule(None, problems, scenarios, measures, sound, title)
        return ReadModule(module, problems, scenarios, measures, module.lessons, module.title)

    def _taken_apart(self, outline: Outline) -> Written:
        written = taken_apart(self.document, outline)
        if self.rendition:
            written.scenarios = [self.rendition.ids.kept_by(each) for each in written.scenarios]
        return written

    def _problems(self) -> list[Problem]:
        problems = [*self.terms.problems, *self.front.problems, *self.document.problems]
        return cleaned(problems) if self.rendition else problems

    def _failed(self) -> bool:
        return errors_in(self._problems())

    # --- checking ---

    def _check(self, outlines: list[Outline], language: str) -> None:
        places = Places([outline.id for outline in outlines], self.media.digests)
        for outline in outlines:
            check_headings(self.document, outline)
            check_blocks(self.document, outline)
            check_text(self.document, outline.first, outline.last, self.allowed)
            check_links(self.document, outline, places)
            warn_of_unnamed(self.document, outline.block.walk())
        for lesson in self.lessons:
            warn_of_hard_reading(self.document, lesson)
        warn_of_frames(self.document)
        warn_of_words(self.document, language, frozenset(quoted_lines(outlines)))
        check_ids(self.document, outlines)
        check_checklist(self.document, outlines)
        check_facilitator(self.document, outlines)
        self._check_terms([outline.id for outline in outlines])

    def _check_terms(self, lessons: list[str]) -> None:
        """What module.yaml promises must be in the text, and the other way round."""
        terms, front = self.terms.value, self.front.value
        if terms is None:
            return
        for lesson in terms.completion.lessons if terms.completion.lessons != "all" else ():
            if lesson not in lessons:
                self._term(f"there is no lesson '{lesson}'", "completion", "lessons")
        if terms.completion.attestation and front and not front.attestation.strip():
            message = "'attestation' is missing: module.yaml asks for one"
            self.front.problems.append(self.front.problem(message, "attestation"))
        for name in declared_and_unused(self.document, terms.local_fields):
            message = f"the local field '{name}' is declared but the text never uses it"
            self._term(message, "local_fields", severity=Severity.WARNING)
        if terms.review_by and terms.review_by < self.allowed.day:
            message = "this day is over: read the module again and set a new one"
            self._term(message, "review_by", severity=Severity.WARNING)
        for message in check_media(self.media.digests):
            self._term(message)

    def _check_length(self, written: list[Written]) -> float | None:
        """The minutes that learners and their managers are told are those that it takes."""
        terms = self.terms.value
        if terms is None or self._failed():
            return None
        quiz = terms.completion.quiz
        counted = minutes_of(self.document, written, quiz.draw if quiz else 0)
        if not is_honest(terms.minutes, counted):
            message = f"by its words and tasks this module takes about {counted:.0f} minutes"
            self._term(message, "minutes", severity=Severity.WARNING)
        return counted

    def _term(
        self, message: str, *location: str | int, severity: Severity = Severity.ERROR
    ) -> None:
        self.terms.problems.append(self.terms.problem(message, *location, severity=severity))

    def _build(self, slug: str, language: str, written: list[Written]) -> Module | None:
        terms, front = self.terms.value, self.front.value
        if terms is None or front is None:
            return None
        try:
            return self._builder(slug, language).build(terms, front, written)
        except Misplaced as misplaced:
            self.document.problem(misplaced.block.line, _MISPLACED)
            return None

    def _builder(self, slug: str, language: str) -> Builder:
        return Builder(
            self.document,
            slug,
            language,
            facts=self.allowed.facts,
            media=self.media,
            rendition=self.rendition,
        )

    def _sound(self, slug: str, language: str, written: list[Written]) -> Iterator[Lesson]:
        """The lessons that can be looked at while something is wrong elsewhere in the module."""
        errors = {each.line for each in self.document.problems if each.severity is Severity.ERROR}
        builder = self._builder(slug, language)
        for each in written:
            lines = range(each.outline.line, each.outline.last + 1)
            if errors.isdisjoint(lines):
                with suppress(Misplaced):
                    yield builder.lesson(each, 0)


_MISPLACED = (
    "this block does not stand by itself: it begins and ends in different list entries, "
    "or in the middle of a table"
)


def title_in(text: str) -> str:
    """The title as it stands at the top, whatever is wrong with the rest; "" if there is none."""
    lines = takewhile(lambda line: line.rstrip() != "---", text.split("\n")[1:])
    written = next((line for line in lines if line.startswith("title:")), "")
    title = written.removeprefix("title:").strip()
    with suppress(ValueError):
        return str(json.loads(title))
    return title.strip("'")


def _front_matter(document: Document) -> tuple[Read[FrontMatter], int]:
    """What stands between two lines of dashes at the top, and the line below them."""
    lines = document.lines
    ends = [number for number, line in document.numbered(2, len(lines)) if line.rstrip() == "---"]
    if lines[0].rstrip() != "---" or not ends:
        message = "the text begins with title, summary and objectives between two lines of '---'"
        return Read(document.path, None, [Problem(document.path, 1, message)]), 1
    text = "\n".join(lines[1 : ends[0] - 1])
    return read_yaml(text, document.path, FrontMatter, first_line=2), ends[0] + 1
