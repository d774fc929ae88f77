"""What a new register of facts, learning path or glossary changes, as told before publishing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from coursesite.authoring.rules.texts import TextId
from coursesite.content.rules import Fact, Term, why_not_citable
from coursesite.paths.rules import CertificateTerms, CompleteOn, Path

T = TypeVar("T")


@dataclass(frozen=True)
class Cited:
    """A place of a live text that cites a fact, or uses a term: a lesson, a question, a term."""

    text: TextId
    title: str
    place: str

    def __str__(self) -> str:
        return f"{self.text}, {self.place}"


@dataclass(frozen=True)
class FactChange:
    """A fact that is new, other or gone; `hindered` says why it may not be cited, if so, before
    and after.
    """

    id: str
    before: Fact | None
    after: Fact | None
    cited: Sequence[Cited]
    hindered: tuple[str | None, str | None]

    @property
    def lapses(self) -> bool:
        """Could it be cited, and cannot be any more?"""
        could, can = (each is None for each in self.hindered)
        return self.before is not None and could and not (can and self.after is not None)

    @property
    def returns(self) -> bool:
        """Can it be cited from now on, as it could not be before?"""
        return self.after is not None and self.hindered[1] is None and not self._could

    @property
    def _could(self) -> bool:
        return self.before is not None and self.hindered[0] is None


def fact_changes(
    before: Mapping[str, Fact],
    after: Mapping[str, Fact],
    cited: Mapping[str, Sequence[Cited]],
    day: date,
) -> list[FactChange]:
    """Every fact that is not the same in both, by its id."""
    return [
        FactChange(
            id,
            before.get(id),
            after.get(id),
            cited.get(id, ()),
            (_hindrance(before.get(id), day), _hindrance(after.get(id), day)),
        )
        for id in sorted(before.keys() | after.keys())
        if before.get(id) != after.get(id)
    ]


def _hindrance(fact: Fact | None, day: date) -> str | None:
    return why_not_citable(fact, day) if fact else None


@dataclass(frozen=True)
class PathChange:
    """The modules that a path gains and loses, and those that are asked more or less strictly.

    `certificate` are its terms before and after, where they are others.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()
    reordered: bool = False
    waits: tuple[CompleteOn, CompleteOn] | None = None
    certificate: tuple[CertificateTerms | None, CertificateTerms | None] | None = None

    @property
    def modules(self) -> tuple[str, ...]:
        """Every module whose people are counted."""
        return (*self.added, *self.removed, *self.required, *self.recommended)


def path_change(before: Path | None, after: Path) -> PathChange:
    if before is None:
        return PathChange(added=after.module_slugs)
    old, new = _strictness(before), _strictness(after)
    both = [slug for slug in new if slug in old]
    return PathChange(
        added=tuple(slug for slug in new if slug not in old),
        removed=tuple(slug for slug in old if slug not in new),
        required=tuple(slug for slug in both if new[slug] and not old[slug]),
        recommended=tuple(slug for slug in both if old[slug] and not new[slug]),
        reordered=both != [slug for slug in old if slug in new],
        waits=_if_other(before.complete_on, after.complete_on),
        certificate=_if_other(before.certificate, after.certificate),
    )


def _strictness(path: Path) -> dict[str, bool]:
    return {slug: step.required for step in path.steps for slug in step.slugs}


def _if_other(before: T, after: T) -> tuple[T, T] | None:
    return (before, after) if before != after else None


@dataclass(frozen=True)
class TermChange:
    """A term that is new, other or gone, and the lessons that use it."""

    term: str
    before: Term | None
    after: Term | None
    used: Sequence[Cited] = ()


def changed_terms(before: Collection[Term], after: Collection[Term]) -> list[TermChange]:
    """Every term that is not the same in both; where it is used is to be found out."""
    old, new = ({each.term: each for each in terms} for terms in (before, after))
    return [
        TermChange(term, old.get(term), new.get(term))
        for term in sorted(old.keys() | new.keys(), key=str.casefold)
        if old.get(term) != new.get(term)
    ]
