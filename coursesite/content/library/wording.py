"""Words that the course avoids, and how hard a text is to read. Both only warn."""

import re
from functools import cache
from pathlib import Path

from coursesite.authored import read_yaml
from coursesite.content.library.outline import Document, Outline
from coursesite.content.library.schemas import AvoidEntry, AvoidFile

_AVOID = Path(__file__).parent.parent / "avoid.yaml"
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|\u2018[^\u2019]*\u2019|\]\([^)]*\)|\{[^}]*\}|\[@[^\]]*\]")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*")  # noqa: RUF001 - as people type it
_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")

HARD = 50  # Flesch's scale: 60 and more is plain English, below 50 is for students
ENOUGH_WORDS = 100


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


def warn_of_hard_reading(document: Document, outline: Outline) -> None:
    """Warn of a lesson in long words and long sentences; the scale is made for English."""
    text = _plain(document, outline)
    words = _WORD.findall(text)
    ease = _reading_ease(words, len(_SENTENCE.findall(text)) or 1)
    if len(words) >= ENOUGH_WORDS and ease < HARD:
        advice = f"shorter words and sentences help (60 is plain English, under {HARD} is hard)"
        document.warn(outline.line, f"this lesson's reading ease is {ease:.0f}: {advice}")


def _plain(document: Document, outline: Outline) -> str:
    """The lesson's sentences; a heading, a list's entry or a table's cell ends one."""
    lines = (line.strip() for _, line in document.prose(outline.first, outline.last))
    kept = (_QUOTED.sub("", line) for line in lines if line and "///" not in line)
    return "\n".join(line if line[-1:] in ".!?:;" else f"{line}." for line in kept if line)


def _reading_ease(words: list[str], sentences: int) -> float:
    """Flesch's reading ease: 206.835 - 1.015 words per sentence - 84.6 syllables per word."""
    syllables = sum(_syllables(word.lower()) for word in words)
    count = len(words) or 1
    return 206.835 - 1.015 * count / sentences - 84.6 * syllables / count


def _syllables(word: str) -> int:
    silent = word.endswith("e") and not word.endswith(("le", "ee"))
    return max(1, len(_VOWELS.findall(word)) - silent)
