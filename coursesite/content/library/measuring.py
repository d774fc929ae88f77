"""How long a text is and how hard to read, lesson by lesson, for those who write it."""

from collections.abc import Iterator
from dataclasses import dataclass

from coursesite.content.library.outline import CAPTIONS, Document, Outline
from coursesite.content.library.readability import grade_of, words_in_text
from coursesite.content.library.running import lines_beside, plain, sentences_of

ENOUGH_WORDS = 100
INSIDE = frozenset({"scene", "debrief", "if", "instead"})


@dataclass(frozen=True)
class Landmark:
    """A block of a lesson that can be gone to."""

    line: int
    kind: str
    name: str


@dataclass(frozen=True)
class LessonMeasure:
    """A lesson as it is written; `grade` None where the scale does not fit: too few words, or
    not English.
    """

    id: str
    title: str
    line: int
    words: int
    grade: float | None
    landmarks: tuple[Landmark, ...] = ()


@dataclass(frozen=True)
class Measures:
    """What is in a module's text; `minutes` is None while an error stands in the way."""

    lessons: tuple[LessonMeasure, ...] = ()
    minutes: float | None = None

    @property
    def words(self) -> int:
        return sum(lesson.words for lesson in self.lessons)

    @property
    def hardest(self) -> LessonMeasure | None:
        """The lesson that asks for most years of school."""
        graded = [lesson for lesson in self.lessons if lesson.grade is not None]
        return max(graded, key=lambda lesson: lesson.grade or 0, default=None)


def measured_lesson(document: Document, outline: Outline, *, english: bool) -> LessonMeasure:
    """All the words, on every route; the grade is that of the lesson's own sentences."""
    words = sum(len(plain(line).split()) for _, line in lines_beside(document, outline, ()))
    text = sentences_of(document, outline) if english else ""
    graded = len(words_in_text(text)) >= ENOUGH_WORDS
    landmarks = tuple(_landmarks(outline))
    grade = grade_of(text) if graded else None
    return LessonMeasure(outline.id, outline.title, outline.line, words, grade, landmarks)


def _landmarks(outline: Outline) -> Iterator[Landmark]:
    for block in outline.block.walk():
        if block.kind not in INSIDE and block.kind not in CAPTIONS:
            yield Landmark(block.line, block.kind, block.title or block.id)
