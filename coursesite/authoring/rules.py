"""What the files and the site have agreed on, and which of the two has changed since."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Self

from coursesite.errors import Invalid
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind


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
            raise Invalid(f"“{text}” is not the name of a text; one is module/its-slug/en.")
        return cls(Kind(kind), slug, language or EVERY_LANGUAGE)

    def path_of(self, file: str) -> PurePosixPath:
        """Where this file of the text lies in the course's folder."""
        folders = {
            Kind.MODULE: PurePosixPath("content", "modules", self.slug),
            Kind.QUIZ: PurePosixPath("quizzes"),
            Kind.PATH: PurePosixPath("content", "paths"),
        }
        return folders.get(self.kind, PurePosixPath("content")) / file


class Newer(StrEnum):
    """Which side has what the other lacks."""

    NEITHER = "neither"
    FILES = "files"
    SITE = "site"
    BOTH = "both"


def newer(agreed: str | None, file: str | None, live: str | None) -> Newer:
    """Compare a text in the files and on the site, as digests, with what they last agreed on.

    None means: not there. A text that is gone from the files stays published, for people have
    learned it: then the site is the one that has it.
    """
    if file == live:
        return Newer.NEITHER
    if live is None:
        return Newer.FILES
    if file in {None, agreed}:
        return Newer.SITE
    return Newer.FILES if live == agreed else Newer.BOTH
