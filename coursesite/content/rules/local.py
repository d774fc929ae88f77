"""What an organisation says of itself inside the course: its own passages, its fields.

A local version is the text of one organisation in one language. Of several that could stand at a
place the closest organisation's is shown; what none has stays the course's own.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any, Self

from pydantic import TypeAdapter

from coursesite.content.rules.facts import Fact
from coursesite.content.rules.modules import Module, Parts, Ref, RefKind, filled, refs_in

FIELD = "field/"
PASSAGE = "passage/"
DEFAULT_LANGUAGE = "en"

_BREAK = re.compile(r"</(?:p|li|h[1-6]|tr|dt|dd|blockquote|figcaption)>|<br>")
_TAG = re.compile(r"<[^>]*>")


def slug_of(organisation_id: int) -> str:
    """What the local version of an organisation is called among the texts."""
    return f"organisation-{organisation_id}"


def number_of(slug: str) -> int:
    """The organisation whose local version has this name."""
    return int(slug.removeprefix("organisation-"))


def field_file(name: str) -> str:
    return FIELD + name


def passage_file(name: str) -> str:
    return f"{PASSAGE}{name}.md"


def field_of(file: str) -> str | None:
    """The field that a file of a local version fills in, or None."""
    return file.removeprefix(FIELD) if file.startswith(FIELD) else None


def passage_of(file: str) -> str | None:
    """The passage that a file of a local version replaces, or None."""
    if not file.startswith(PASSAGE):
        return None
    return file.removeprefix(PASSAGE).removesuffix(".md")


@dataclass(frozen=True, slots=True)
class OwnPassage:
    """An organisation's words at the place of a local passage, as written and rendered."""

    source: str
    parts: Parts
    cited: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalText:
    """The local version of one organisation in one language, as a revision shows it for ever."""

    organisation: str
    language: str
    fields: Mapping[str, str] = field(default_factory=dict)
    passages: Mapping[str, OwnPassage] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        text: Self = _adapter().validate_python(plain)
        return text


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(LocalText)


@dataclass(frozen=True, slots=True)
class Placed:
    """The text that stands at a place: whose it is, in which language, of which revision.

    `organisation` is empty for the reader's own. Of a field `value` is the text, of a passage
    `passage`.
    """

    revision_id: int
    language: str
    organisation: str = ""
    value: str = ""
    passage: OwnPassage | None = None


@dataclass(frozen=True, eq=False)
class LocalTexts:
    """All that is in force for the people of an organisation who read in a language.

    It is `made_of` these revisions, those of the reader's own organisation first. Pages keep in
    `drawn` what they drew of it, by keys of their own.
    """

    language: str = DEFAULT_LANGUAGE
    fields: Mapping[str, Placed] = field(default_factory=dict)
    passages: Mapping[str, Placed] = field(default_factory=dict)
    made_of: tuple[int, ...] = ()
    drawn: dict[Any, Any] = field(default_factory=dict)


NO_TEXTS = LocalTexts()


@dataclass(frozen=True, slots=True)
class Level:
    """The local versions of one organisation, by language, each with its revision's id."""

    versions: Mapping[str, tuple[int, LocalText]]
    own: bool = False

    def by_preference(self, language: str) -> Iterator[tuple[int, LocalText]]:
        """The reader's language first, then English, then whatever else there is."""
        first = [each for each in (language, DEFAULT_LANGUAGE) if each in self.versions]
        rest = sorted(self.versions.keys() - set(first))
        for each in dict.fromkeys([*first, *rest]):
            yield self.versions[each]


def in_force(levels: Sequence[Level], language: str) -> LocalTexts:
    """What is shown at each place: of the closest organisation, in its best language.

    `levels` begin with the reader's own organisation.
    """
    fields: dict[str, Placed] = {}
    passages: dict[str, Placed] = {}
    for level in levels:
        for revision_id, text in level.by_preference(language):
            whose = "" if level.own else text.organisation
            for name, value in text.fields.items():
                placed = Placed(revision_id, text.language, whose, value)
                fields.setdefault(name, placed)
            for name, passage in text.passages.items():
                placed = Placed(revision_id, text.language, whose, passage=passage)
                passages.setdefault(name, placed)
    made_of = tuple(number for level in levels for number, _ in level.versions.values())
    return LocalTexts(language, fields, passages, made_of)


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields and passages that a text has a place for."""

    fields: frozenset[str]
    passages: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.fields or self.passages)


def asked_in(texts: Iterable[Parts]) -> Asked:
    """Every field and passage that these texts have a place for."""
    refs = [ref for parts in texts for ref in refs_in(parts)]
    return Asked(
        frozenset(ref.id for ref in refs if ref.kind is RefKind.FIELD),
        frozenset(ref.id for ref in refs if ref.kind is RefKind.LOCAL),
    )


def passages_that_differ(before: LocalTexts, after: LocalTexts) -> set[str]:
    """The passages at which other words stand."""
    names = before.passages.keys() | after.passages.keys()
    return {name for name in names if _words_at(before, name) != _words_at(after, name)}


def _words_at(texts: LocalTexts, name: str) -> str | None:
    placed = texts.passages.get(name)
    return placed.passage.source if placed and placed.passage else None


def own_files(module: Module, local: LocalTexts) -> dict[str, str]:
    """What stands in a module at its places for local texts; its digest names the local version."""
    asked = asked_in(texts_of(module))
    placed = {field_file(each): local.fields.get(each) for each in asked.fields}
    files = {file: each.value for file, each in placed.items() if each}
    for name in asked.passages & local.passages.keys():
        if passage := local.passages[name].passage:
            files[passage_file(name)] = passage.source
    return dict(sorted(files.items()))


def texts_of(module: Module) -> Iterator[Parts]:
    """All that learners read of a module."""
    for lesson in module.lessons:
        yield lesson.parts
        for check in lesson.checks:
            yield check.question
            yield from (part for each in check.options for part in (each.text, each.feedback))
    for sheet in (module.checklist, module.facilitator):
        if sheet:
            yield sheet.parts


def masters_of(module: Module) -> dict[str, tuple[Ref, ...]]:
    """The module's own words at each of its local passages, by the passage's id."""
    found: dict[str, list[Ref]] = {}
    for parts in texts_of(module):
        for ref in refs_in(parts):
            if ref.kind is RefKind.LOCAL and ref not in found.get(ref.id, []):
                found.setdefault(ref.id, []).append(ref)
    return {name: tuple(refs) for name, refs in found.items()}


def words_of(refs: Collection[Ref]) -> str:
    """What the course says at a passage as lines of plain words; fields by their names."""
    return "\n\n".join(_lines(f"{ref.title}\n{_html(ref.parts)}") for ref in refs)


def _html(parts: Parts) -> str:
    return filled(parts, lambda ref: f"{{{{{ref.id}}}}}")


def _lines(html: str) -> str:
    text = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def changed_since(now: Mapping[str, str], seen: Mapping[str, str]) -> list[str]:
    """The modules whose words at a passage nobody has seen yet; both are words by module."""
    known = set(seen.values())
    return sorted(module for module, words in now.items() if words not in known)
