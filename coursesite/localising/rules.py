"""The places that the course leaves to organisations, and how each is filled."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coursesite.content.rules import CITED, LocalTexts, Module, Placed, asked_in, texts_of
from coursesite.content.rules.local import (
    field_file,
    field_of,
    masters_of,
    passage_file,
    passage_of,
    words_of,
)

Files = Mapping[str, str]


@dataclass(frozen=True)
class ModulePlaces:
    """The places in one module: the fields it asks for, and the words at each passage."""

    title: str
    fields: frozenset[str]
    words: Mapping[str, str]
    titles: Mapping[str, str]


def places_in(module: Module) -> ModulePlaces:
    """What a module leaves to organisations."""
    masters = masters_of(module)
    return ModulePlaces(
        module.title,
        asked_in(texts_of(module)).fields,
        {name: words_of(refs) for name, refs in masters.items()},
        {name: refs[0].title for name, refs in masters.items()},
    )


@dataclass(frozen=True)
class Places:
    """All places of the course in a language, by module."""

    modules: Mapping[str, ModulePlaces] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Every field with the modules that ask for it."""
        return _by_name({slug: each.fields for slug, each in self.modules.items()})

    @property
    def passages(self) -> dict[str, list[str]]:
        """Every passage with the modules in which it stands."""
        return _by_name({slug: each.words.keys() for slug, each in self.modules.items()})

    def title_of(self, passage: str) -> str:
        """What the course calls a passage, or else its id."""
        titles = (each.titles.get(passage) for each in self.modules.values())
        return next((title for title in titles if title), passage)

    def words_at(self, passage: str) -> dict[str, str]:
        """What the course says there now, by module."""
        return {
            slug: each.words[passage]
            for slug, each in self.modules.items()
            if passage in each.words
        }


def _by_name(found: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for slug, asked in found.items():
        for name in asked:
            names.setdefault(name, []).append(slug)
    return dict(sorted(names.items()))


class Filled(StrEnum):
    """Whose words stand at a place."""

    OWN = "own"
    TAKEN_OVER = "taken-over"
    OPEN = "open"


def filled_by(placed: Placed | None) -> Filled:
    if placed is None:
        return Filled.OPEN
    return Filled.TAKEN_OVER if placed.organisation else Filled.OWN


def gaps_in(places: Places, local: LocalTexts) -> dict[str, list[str]]:
    """The fields for which learners see that nobody filled them in, with their modules."""
    return {name: slugs for name, slugs in places.fields.items() if name not in local.fields}


def with_values(files: Files, values: Files) -> dict[str, str]:
    """The files with these instead; one without words is taken out."""
    return {name: text for name, text in {**files, **values}.items() if text.strip()}


def with_fields(files: Files, values: Files) -> dict[str, str]:
    """The same, of fields by their names; their values are single texts without blanks around."""
    return with_values(files, {field_file(name): text.strip() for name, text in values.items()})


def with_passage(files: Files, passage: str, source: str) -> dict[str, str]:
    return with_values(files, {passage_file(passage): source})


def fields_in(files: Files) -> dict[str, str]:
    return {name: text for file, text in files.items() if (name := field_of(file)) is not None}


def passages_in(files: Files) -> dict[str, str]:
    return {name: text for file, text in files.items() if (name := passage_of(file)) is not None}


def mark_of(text: str | Files) -> str:
    """What a form was made of, so that a change in another window is noticed."""
    plain = text if isinstance(text, str) else json.dumps(dict(text), sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def name_of_file(file: str, places: Places) -> str:
    """What a file of a local version is about, in words."""
    passage = passage_of(file)
    if file == CITED:
        return "Facts that it cites"
    if passage is not None:
        return places.title_of(passage)
    return (field_of(file) or file).replace("_", " ").capitalize()


def touched(before: Files, after: Files) -> Sequence[str]:
    """The files that differ."""
    names = before.keys() | after.keys()
    return sorted(name for name in names if before.get(name) != after.get(name))


def modules_touched(files: Sequence[str], places: Places) -> dict[str, str]:
    """The titles of the modules in which any of these files is seen, by slug."""
    fields, passages = places.fields, places.passages
    slugs: set[str] = set()
    for file in files:
        slugs.update(fields.get(field_of(file) or "", ()))
        slugs.update(passages.get(passage_of(file) or "", ()))
    return {slug: places.modules[slug].title for slug in sorted(slugs)}


@dataclass(frozen=True)
class Inherited:
    """A place whose words another organisation gives after a move; "" is nobody."""

    file: str
    before: str
    after: str


def inherited_otherwise(before: LocalTexts, after: LocalTexts) -> list[Inherited]:
    """What is taken over from another than now, fields first; one's own words stay."""
    found = []
    for name_of, old, new in (
        (field_file, before.fields, after.fields),
        (passage_file, before.passages, after.passages),
    ):
        for name in sorted(old.keys() | new.keys()):
            was, will = old.get(name), new.get(name)
            if was != will and not (was and not was.organisation):
                found.append(Inherited(name_of(name), _whose(was), _whose(will)))
    return found


def _whose(placed: Placed | None) -> str:
    return placed.organisation if placed else ""
