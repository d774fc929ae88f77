"""From the checked text of a module to the module as it is stored with a revision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from coursesite.content.library.checks import WrittenCheck, build_check
from coursesite.content.library.drawing import Drawing
from coursesite.content.library.labels import labels_for
from coursesite.content.library.naming import blocks_of
from coursesite.content.library.outline import Block, Document, Outline
from coursesite.content.library.rendition import NO_IDS, Rendition
from coursesite.content.library.scenarios import WrittenScenario
from coursesite.content.library.schemas import FrontMatter, ModuleFile
from coursesite.content.library.staging import Stage
from coursesite.content.library.typesetting import Press, cited_in
from coursesite.content.rules import (
    Completion,
    Fact,
    KeyPoint,
    Lesson,
    Module,
    Reflection,
    Sheet,
    share_minutes,
)
from coursesite.content.rules.media import MediaShown
from coursesite.quizzes.rules import QuizTerms


@dataclass
class Written:
    """A lesson as it was written, taken apart."""

    outline: Outline
    checks: dict[int, WrittenCheck]
    scenarios: list[WrittenScenario]


class Builder:
    """Builds one module in one language."""

    def __init__(  # noqa: PLR0913 - each is named at the call
        self,
        document: Document,
        slug: str,
        language: str,
        *,
        facts: Mapping[str, Fact],
        media: MediaShown,
        rendition: Rendition | None = None,
    ) -> None:
        self.document = document
        self.facts = facts
        self.slug = slug
        self.language = language
        self.labels = labels_for(language)
        self.rendition = rendition
        self.ids = rendition.ids if rendition else NO_IDS
        original = rendition.record.original if rendition else ""
        self.press = Press(self.labels, slug, language, media, original)
        self.points: list[KeyPoint] = []
        self.sheets: dict[str, Sheet] = {}

    def build(self, terms: ModuleFile, front: FrontMatter, written: Sequence[Written]) -> Module:
        """The module; Misplaced if a block does not stand by itself."""
        shares = share_minutes(terms.minutes, [self._words(each.outline) for each in written])
        pairs = zip(written, shares, strict=True)
        lessons = tuple(self.lesson(each, share) for each, share in pairs)
        return Module(
            slug=self.slug,
            language=self.language,
            title=front.title,
            summary=front.summary,
            objectives=front.objectives,
            attestation=front.attestation,
            further_reading=front.further_reading,
            minutes=terms.minutes,
            audience=terms.audience,
            completion=_completion(terms),
            sensitive=terms.sensitive,
            review_by=terms.review_by,
            local_fields=terms.local_fields,
            lessons=lessons,
            key_points=tuple(self.points),
            checklist=self.sheets.get("checklist"),
            facilitator=self.sheets.get("facilitator"),
            translation=self.rendition.told() if self.rendition else None,
        )

    def lesson(self, written: Written, minutes: int) -> Lesson:
        """One lesson; Misplaced if a block of it does not stand by itself."""
        outline = written.outline
        stages = {
            each.line: Stage(self.document, self.labels, self.language, each)
            for each in written.scenarios
        }
        drawing = Drawing(self.press, self.labels, self.document, outline)
        parts = drawing.lesson(stages)
        self.points += [
            KeyPoint(outline.id, drawing.drawn[block.line]) for block in blocks_of(outline, "key")
        ]
        for block in (*blocks_of(outline, "checklist"), *blocks_of(outline, "facilitator")):
            self.sheets[block.kind] = self._sheet(drawing, block)
        return Lesson(
            id=outline.id,
            title=outline.title,
            minutes=minutes,
            parts=parts,
            checks=tuple(
                build_check(self.press, check, self.ids.options.get(check.block.id, ()))
                for check in written.checks.values()
            ),
            scenarios=tuple(each.scenario for each in written.scenarios),
            reflections=tuple(
                Reflection(block.id, drawing.drawn[block.line])
                for block in blocks_of(outline, "reflect")
            ),
            cited=self._cited(self._lines(outline)),
        )

    def _sheet(self, drawing: Drawing, block: Block) -> Sheet:
        lines = self.document.prose(block.first, block.last - 1)
        return Sheet(
            block.id,
            drawing.outline.id,
            block.title,
            drawing.drawn[block.line],
            self._cited(line for _, line in lines),
        )

    def _lines(self, outline: Outline) -> Iterator[str]:
        """What a learner reads: all but the facilitator's sheet."""
        sheets = blocks_of(outline, "facilitator")
        apart = {line for block in sheets for line in range(block.line, block.last + 1)}
        lines = self.document.prose(outline.first, outline.last)
        return (line for number, line in lines if number not in apart)

    def _words(self, outline: Outline) -> int:
        return sum(len(line.split()) for line in self._lines(outline))

    def _cited(self, lines: Iterator[str]) -> tuple[Fact, ...]:
        cited = dict.fromkeys(chain.from_iterable(cited_in(line) for line in lines))
        return tuple(self.facts[fact_id] for fact_id in cited)


def _completion(terms: ModuleFile) -> Completion:
    asked = terms.completion
    quiz = QuizTerms(**asked.quiz.model_dump()) if asked.quiz else None
    return Completion(None if asked.lessons == "all" else asked.lessons, quiz, asked.attestation)
