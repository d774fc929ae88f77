"""Reading the register of facts and the glossary."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coursesite.authored import Problem, Read, read_yaml
from coursesite.content.library.schemas import (
    FactEntry,
    FactsFile,
    GlossaryFile,
    SourceEntry,
    TermEntry,
)
from coursesite.content.rules import Fact, Source, Term


@dataclass(frozen=True)
class ReadFacts:
    """The facts that could be read, by their id, and what is wrong with the register.

    `lines` say where each fact begins.
    """

    facts: Mapping[str, Fact]
    problems: list[Problem] = field(default_factory=list)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadGlossary:
    """The terms in the order of the file, and what is wrong with it."""

    terms: tuple[Term, ...]
    problems: list[Problem] = field(default_factory=list)


def read_facts(text: str, path: str) -> ReadFacts:
    """Read facts.yaml; nothing can be cited from a register with a problem in it."""
    read = read_yaml(text, path, FactsFile)
    if read.value is None:
        return ReadFacts({}, read.problems)
    doubles = _doubles(read, "facts", (fact.id for fact in read.value.facts))
    problems = [*read.turning, *doubles]
    entries = read.value.facts
    lines = {entry.id: read.line_of("facts", number) for number, entry in enumerate(entries)}
    return ReadFacts({entry.id: _fact(entry) for entry in entries}, problems, lines)


def read_glossary(text: str, path: str, *, citable: Container[str]) -> ReadGlossary:
    """Read the glossary of one language."""
    read = read_yaml(text, path, GlossaryFile)
    if read.value is None:
        return ReadGlossary((), read.problems)
    doubles = _doubles(read, "terms", (term.term for term in read.value.terms))
    problems = [*read.turning, *doubles]
    problems += _uncitable(read, read.value.terms, citable)
    return ReadGlossary(tuple(_term(entry) for entry in read.value.terms), problems)


def _doubles(
    read: Read[FactsFile] | Read[GlossaryFile], key: str, ids: Iterable[str]
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, id in enumerate(ids):
        if id in seen:
            first = read.line_of(key, seen[id])
            yield read.problem(f"'{id}' is here twice (first on line {first})", key, number)
        seen.setdefault(id, number)


def _uncitable(
    read: Read[GlossaryFile], terms: Iterable[TermEntry], citable: Container[str]
) -> Iterator[Problem]:
    for number, term in enumerate(terms):
        for source in term.sources:
            if source not in citable:
                message = f"fact '{source}' cannot be cited"
                yield read.problem(message, "terms", number, "sources")


def _fact(entry: FactEntry) -> Fact:
    return Fact(
        id=entry.id,
        statement=entry.statement,
        sources=tuple(_source(source) for source in entry.sources),
        verification=entry.verification,
        definition=entry.definition,
        caution=entry.caution,
        verified_on=entry.verified_on,
        review_by=entry.review_by,
        withdrawn=entry.withdrawn,
    )


def _source(entry: SourceEntry) -> Source:
    paragraph = None if entry.paragraph is None else str(entry.paragraph)
    return Source(entry.title, entry.publisher, entry.year, paragraph, entry.where)


def _term(entry: TermEntry) -> Term:
    return Term(entry.term, entry.definition, entry.also, entry.sources, entry.linked, entry.of)
