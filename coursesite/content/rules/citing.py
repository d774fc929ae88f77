"""What a module cites, as its readers find it: a part of each of its revisions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from coursesite.content.rules.facts import Fact
from coursesite.content.rules.local import LocalText
from coursesite.content.rules.modules import Lesson, Module, Sheet

CITED = "cited.yaml"
"""The file of a revision that holds the facts it cites. It is worked out, and written nowhere."""


def as_shown(fact: Fact) -> tuple[object, ...]:
    """All that readers of a lesson find of a fact, but for the day on which it was checked."""
    sources = tuple((it.title, it.publisher, it.year, it.paragraph) for it in fact.sources)
    return fact.statement, fact.definition, fact.verification, sources


def reads_alike(one: Fact, other: Fact) -> bool:
    """Whether readers of a lesson find the same; a new day of checking is nothing to read."""
    return as_shown(one) == as_shown(other)


def cited_by(module: Module) -> dict[str, Fact]:
    """The facts that a module cites, as it shows them, by their ids in the order of reading."""
    return {fact.id: fact for each in _citing(module) for fact in each.cited}


def _citing(module: Module) -> Iterator[Lesson | Sheet]:
    yield from module.lessons
    yield from (each for each in (module.checklist, module.facilitator) if each)


def behind(module: Module, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The facts that say something else in this register than in the module."""
    return others_in(facts, cited_by(module))


def others_in(facts: Mapping[str, Fact], cited: Mapping[str, Fact]) -> tuple[str, ...]:
    """Those of these facts that say something else in this register."""
    return tuple(
        id for id, fact in cited.items() if id in facts and not reads_alike(fact, facts[id])
    )


def with_facts(module: Module, facts: Mapping[str, Fact]) -> Module:
    """The same text with its facts as they are in this register; one that is gone stays."""
    checklist, facilitator = module.checklist, module.facilitator
    return replace(
        module,
        lessons=tuple(replace(each, cited=_now(each.cited, facts)) for each in module.lessons),
        checklist=checklist and replace(checklist, cited=_now(checklist.cited, facts)),
        facilitator=facilitator and replace(facilitator, cited=_now(facilitator.cited, facts)),
    )


def _now(cited: Iterable[Fact], facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    return tuple(facts.get(each.id, each) for each in cited)


def local_facts(text: LocalText) -> dict[str, Fact]:
    """What the passages of an organisation cite, as they show it."""
    return {fact.id: fact for each in text.passages.values() for fact in each.cited}


def local_with_facts(text: LocalText, facts: Mapping[str, Fact]) -> LocalText:
    """An organisation's own words, with the course's facts as they are in this register."""
    passages = {
        name: replace(each, cited=_now(each.cited, facts)) for name, each in text.passages.items()
    }
    return replace(text, passages=passages)


def corrected(before: Module, after: Module) -> dict[str, tuple[Fact, Fact]]:
    """The facts that both cite and that say something else in the later one, by their ids."""
    known = cited_by(before)
    return {
        id: (known[id], fact)
        for id, fact in cited_by(after).items()
        if id in known and not reads_alike(known[id], fact)
    }


def in_a_line(fact: Fact) -> str:
    """What readers find of a fact, in one line, to be compared word by word."""
    sources = (
        ", ".join(str(part) for part in (it.title, it.publisher, it.year, it.paragraph) if part)
        for it in fact.sources
    )
    told = (fact.statement, fact.definition or "", *(f"({each})" for each in sources))
    return " ".join(part for part in told if part)


def without_cited(files: Mapping[str, str]) -> dict[str, str]:
    """What authors have written of a revision's files."""
    return {name: text for name, text in files.items() if name != CITED}


def cited_file(facts: Mapping[str, Fact]) -> dict[str, str]:
    """The file that holds these facts as readers find them, if there are any."""
    if not facts:
        return {}
    lines = [line for id in sorted(facts) for line in _lines(facts[id])]
    return {CITED: "\n".join(lines) + "\n"}


def _lines(fact: Fact) -> Iterator[str]:
    yield f"{fact.id}:"
    yield f"  statement: {_quoted(fact.statement)}"
    if fact.definition:
        yield f"  definition: {_quoted(fact.definition)}"
    yield f"  verification: {fact.verification.value}"
    yield "  sources:"
    for each in fact.sources:
        yield f"  - title: {_quoted(each.title)}"
        if each.publisher:
            yield f"    publisher: {_quoted(each.publisher)}"
        if each.year:
            yield f"    year: {each.year}"
        if each.paragraph:
            yield f"    paragraph: {_quoted(each.paragraph)}"


def _quoted(text: str) -> str:
    """In quotes, as YAML and JSON both read it, so that the file is the same for ever."""
    return json.dumps(text, ensure_ascii=False)
