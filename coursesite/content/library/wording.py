"""Words that the course avoids, and how hard a text is to read. Both only warn."""

import re
from functools import cache
from pathlib import Path

from coursesite.authored import read_yaml
from coursesite.content.library.measuring import LessonMeasure
from coursesite.content.library.outline import Document
from coursesite.content.library.schemas import AvoidEntry, AvoidFile

_AVOID = Path(__file__).parent.parent / "avoid.yaml"
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|\u2018[^\u2019]*\u2019|\]\([^)]*\)|\{[^}]*\}|\[@[^\]]*\]")

HARDEST = 9


def warn_of_words(document: Document, language: str, quoted: frozenset[int]) -> None:
    """Warn of words on the avoid-list, except in what is quoted."""
    for number, line in document.prose(1, len(document.lines)):
        if number in quoted or line.lstrip().startswith(">"):
            continue
        _warn_of_line(document, number, _QUOTED.sub(" ", line), language)


def _warn_of_line(document: Document, number: int, line: str, language: str) -> None:
    for pattern, entry in _avoided(language):
        if found := pattern.search(line):
            document.warn(number, f"'{found[0]}': better '{entry.prefer}' ({entry.why})")


@cache
def _avoided(language: str) -> tuple[tuple[re.Pattern[str], AvoidEntry], ...]:
    read = read_yaml(_AVOID.read_text("utf-8"), _AVOID.name, AvoidFile)
    if read.value is None:
        raise ValueError("; ".join(str(problem) for problem in read.problems))
    entries = read.value.avoid.get(language, ())
    return tuple((_any_of(entry.words), entry) for entry in entries)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    choice = "|".join(re.escape(word).replace("'", "['’]") for word in longest_first)  # noqa: RUF001
    return re.compile(rf"(?i)(?<![\w-])(?:{choice})(?![\w-])")


def warn_of_hard_reading(document: Document, lesson: LessonMeasure) -> None:
    """Warn of a lesson in long words and long sentences."""
    if lesson.grade is not None and lesson.grade > HARDEST:
        advice = f"shorter words and sentences help (at most {HARDEST}, read at fourteen)"
        grade = f"grade {lesson.grade:.1f} of school by Flesch-Kincaid"
        document.warn(lesson.line, f"this lesson asks for {grade}: {advice}")
