"""What the course states as fact, what its words mean, and what may be cited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from re import sub
from typing import Any

from pydantic import TypeAdapter

from coursesite.errors import said


class Verification(StrEnum):
    """How far a fact was checked against its source."""

    VERIFIED = "verified"
    PARTLY = "partly"
    SECONDARY = "secondary"
    SEED = "seed"
    UNVERIFIED = "unverified"


VERIFIED_IN_WORDS = {
    Verification.VERIFIED: said("Read in the source itself"),
    Verification.PARTLY: said(
        "Read in part; the paragraph or the exact wording is still to be checked"
    ),
    Verification.SECONDARY: said("Read in a publication about the source"),
    Verification.SEED: said("Stated in one of the documents that this course grew from"),
    Verification.UNVERIFIED: said("Not yet checked"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reader can follow a fact up."""

    title: str
    publisher: str | None = None
    year: int | None = None
    paragraph: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What the course states as fact: of whom, when and where, and what it does not say."""

    id: str
    statement: str
    sources: tuple[Source, ...]
    verification: Verification
    definition: str | None = None
    caution: str | None = None
    verified_on: date | None = None
    review_by: date | None = None
    withdrawn: str | None = None

    @property
    def verified_in_words(self) -> str:
        return VERIFIED_IN_WORDS[self.verification]


def why_not_citable(fact: Fact, day: date) -> str | None:
    """What forbids to cite this fact in a text published that day; None if nothing does."""
    if fact.withdrawn is not None:
        return f"was withdrawn: {fact.withdrawn}"
    if fact.verification is Verification.UNVERIFIED:
        return "has not been verified"
    if fact.review_by is not None and fact.review_by < day:
        return f"should have been reviewed by {fact.review_by.isoformat()}"
    return None


def citable(facts: Mapping[str, Fact], day: date) -> frozenset[str]:
    """The ids of the facts that a text published that day may cite."""
    return frozenset(id for id, fact in facts.items() if why_not_citable(fact, day) is None)


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary; a word that everybody knows is not `linked` in lessons.

    In a translated glossary, `of` is the term of the original that it translates.
    """

    term: str
    definition: str
    also: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    linked: bool = True
    of: str = ""

    @property
    def anchor(self) -> str:
        """Where it stands on the glossary's page."""
        return f"term-{sub(r'[^a-z0-9]+', '-', (self.of or self.term).lower()).strip('-')}"

    @property
    def names(self) -> tuple[str, ...]:
        """How texts call it; an abbreviation in brackets is a name, any other remark is not."""
        bare, _, remark = self.term.partition(" (")
        short = (remark[:-1],) if remark[:-1].isupper() else ()
        return (bare, *short, *self.also)


@cache
def _terms() -> TypeAdapter[tuple[Term, ...]]:
    return TypeAdapter(tuple[Term, ...])


def terms_to_json(terms: Collection[Term]) -> dict[str, Any]:
    """The glossary as plain values that JSON can hold."""
    return {"terms": _terms().dump_python(tuple(terms), mode="json")}


def terms_from_json(plain: Mapping[str, Any]) -> tuple[Term, ...]:
    """The glossary that `terms_to_json` was given, exactly."""
    return _terms().validate_python(plain["terms"])


@cache
def _facts() -> TypeAdapter[dict[str, Fact]]:
    return TypeAdapter(dict[str, Fact])


def facts_to_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The register as plain values that JSON can hold."""
    plain: dict[str, Any] = _facts().dump_python(dict(facts), mode="json")
    return plain


def facts_from_json(plain: Mapping[str, Any]) -> dict[str, Fact]:
    """The register that `facts_to_json` was given, exactly."""
    return _facts().validate_python(plain)
