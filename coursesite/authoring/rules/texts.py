"""What a text is called, and where its files lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from coursesite.content.rules import CITED
from coursesite.content.rules.media import SUMS
from coursesite.errors import Invalid, NotFound
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind

SETTINGS = "module.yaml"

UNWRITTEN = frozenset({SUMS, CITED})
"""Files of a revision that are worked out when it is made: authors write none of them."""

SHELVES = {
    "modules": Kind.MODULE,
    "quizzes": Kind.QUIZ,
    "facts": Kind.FACTS,
    "paths": Kind.PATH,
    "glossaries": Kind.GLOSSARY,
}
"""What the kinds of texts are called in the addresses of their pages."""

ALL = "all"
"""The same of a text that holds every language."""

TITLES = {Kind.FACTS: "Facts", Kind.GLOSSARY: "Glossary"}
"""What revisions of texts without a title of their own are called."""

ONE_FOR_ALL = frozenset({Kind.FACTS, Kind.PATH})
REGISTERS = frozenset({Kind.FACTS, Kind.PATH, Kind.GLOSSARY})
"""What is no lesson and no question: one file of YAML that the course as a whole rests on."""


def may_ask(kind: Kind) -> bool:
    """Whether a change of such a text can ask people to learn again: words cannot.

    A corrected fact asks those who are certified in the modules that cite it.
    """
    return kind is not Kind.GLOSSARY


def kinds_of_change(kind: Kind) -> tuple[Change, ...]:
    """What a publisher can choose from, for a text that is published already."""
    changes = (Change.EDITORIAL, Change.MINOR, Change.MAJOR, Change.SAFETY)
    return tuple(each for each in changes if may_ask(kind) or each not in NEEDS_NOTE)


NEEDS_NOTE = frozenset({Change.MAJOR, Change.SAFETY})
"""The kinds of change whose reason must be told."""


@dataclass(frozen=True, order=True)
class TextId:
    """A text that is published as a whole: a module or a quiz in a language, a path ..."""

    kind: Kind
    slug: str
    language: str = EVERY_LANGUAGE

    def __str__(self) -> str:
        parts = [self.kind.value, self.slug, self.language]
        return "/".join(part for part in parts if part != EVERY_LANGUAGE)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The text of this name, as in `module/police-2-at-the-door/en`."""
        kind, _, rest = text.partition("/")
        slug, _, language = rest.partition("/")
        if kind not in set(Kind) or not slug:
            raise Invalid(
                "“%(text)s” is not the name of a text; one is module/its-slug/en.", text=text
            )
        return cls(Kind(kind), slug, language or EVERY_LANGUAGE)

    def path_of(self, file: str) -> PurePosixPath:
        """Where this file of the text lies in the course's folder."""
        folders = {
            Kind.MODULE: PurePosixPath("content", "modules", self.slug),
            Kind.QUIZ: PurePosixPath("quizzes"),
            Kind.PATH: PurePosixPath("content", "paths"),
        }
        return folders.get(self.kind, PurePosixPath("content")) / file

    @property
    def place(self) -> tuple[str, str, str]:
        """Where its pages are: shelf, slug and language."""
        shelf = next(name for name, kind in SHELVES.items() if kind is self.kind)
        return shelf, self.slug, ALL if self.language == EVERY_LANGUAGE else self.language

    @classmethod
    def at(cls, shelf: str, slug: str, language: str) -> Self:
        """The text whose pages are there; NotFound where there can be none."""
        kind = SHELVES[shelf]
        if (kind in ONE_FOR_ALL) != (language == ALL):
            raise NotFound("There is no such text.")
        return cls(kind, slug, EVERY_LANGUAGE if language == ALL else language)

    @property
    def main_file(self) -> str:
        """The file that authors mean when they speak of the text: of a module, `en.md`."""
        if self.kind is Kind.MODULE:
            return f"{self.language}.md"
        if self.kind in {Kind.QUIZ, Kind.GLOSSARY}:
            return f"{self.slug}.{self.language}.yaml"
        return f"{self.slug}.yaml"


def wholes_of(texts: Iterable[TextId]) -> list[list[TextId]]:
    """Texts that are published together, and in which order, so that all is there at any time.

    What is cited and explained comes first, then each module with its questions, in every
    language, and paths when their modules are there.
    """
    lessons = {Kind.MODULE, Kind.QUIZ}
    wholes: dict[tuple[int, str, str], list[TextId]] = {}
    for text in sorted(texts):
        order = 1 if text.kind in lessons else 2 if text.kind is Kind.PATH else 0
        key = (order, "" if text.kind in lessons else text.kind, text.slug)
        wholes.setdefault(key, []).append(text)
    return [whole for _key, whole in sorted(wholes.items())]
