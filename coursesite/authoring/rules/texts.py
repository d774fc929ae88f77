"""What a text is called, and where its files lie."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from coursesite.errors import Invalid
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind

SETTINGS = "module.yaml"

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
    def main_file(self) -> str:
        """The file that authors mean when they speak of the text: of a module, `en.md`."""
        if self.kind is Kind.MODULE:
            return f"{self.language}.md"
        if self.kind is Kind.QUIZ:
            return f"{self.slug}.{self.language}.yaml"
        return f"{self.slug}.yaml"
