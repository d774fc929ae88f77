"""A translation carried over to a newer original: what still fits stays, the rest is marked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coursesite.content.library.translating.pieces import Template, Unit
from coursesite.content.library.translating.record import Made, Record
from coursesite.content.library.translating.standing import passages_of
from coursesite.differing import ALIKE, edits

NEAR = 8


@dataclass(frozen=True)
class Carried:
    """The translation built like the newer original, with its record."""

    text: str
    record: Record


def carried(
    before: Template,
    after: Template,
    translation: tuple[Template, Record],
    revision: str,
    day: date,
) -> Carried:
    """Give a translation of `before` the frame of `after`, whose digest is `revision`.

    What is new stands there in the original's words. What the original says otherwise from that
    `day` on keeps its old translation, and the record says so.
    """
    text, record = translation
    made = {each.original.key: each for each in passages_of(before, text, record) if each.made}
    places = aligned(before.units, after.units)
    marks = {unit.key: unit.mark for unit in after.units}
    moved = {places[key]: each for key, each in made.items() if key in places}
    passages = {
        unit.key: _from_then_on(moved[unit.key].made, marks[unit.key], day)
        for unit in after.units
        if unit.key in moved
    }
    words = {key: each.here.words for key, each in moved.items()}
    return Carried(
        after.text(words),
        Record(record.original, revision, {key: each for key, each in passages.items() if each}),
    )


def _from_then_on(made: Made | None, mark: str, day: date) -> Made | None:
    if made is None:
        return None
    if made.words == mark:
        return replace(made, changed=None)
    return made if made.changed else replace(made, changed=day)


def aligned(before: Sequence[Unit], after: Sequence[Unit]) -> Mapping[str, str]:
    """Which passage became which: by their words in order, by likeness, and wherever they moved."""
    pairs: dict[str, str] = {}
    old, new = [_named(unit) for unit in before], [_named(unit) for unit in after]
    for edit in edits(old, new):
        left, right = before[edit.first : edit.last], after[edit.from_ : edit.to]
        if edit.same:
            pairs |= {one.key: other.key for one, other in zip(left, right, strict=True)}
        else:
            pairs |= dict(_alike(left, right))
    taken = set(pairs.values())
    elsewhere = {unit.mark: unit.key for unit in after if unit.key not in taken}
    for unit in before:
        if unit.key not in pairs and unit.mark in elsewhere:
            pairs[unit.key] = elsewhere.pop(unit.mark)
    return pairs


def _named(unit: Unit) -> tuple[str, str]:
    return unit.key.partition("/")[0], unit.mark


def _alike(left: Sequence[Unit], right: Sequence[Unit]) -> Iterator[tuple[str, str]]:
    """In order: each with the first of the next few that says nearly the same, in one place."""
    start = 0
    for unit in left:
        near = range(start, min(start + NEAR, len(right)))
        found = [at for at in near if _likeness(unit, right[at]) >= ALIKE]
        if found:
            best = max(found, key=lambda at: _likeness(unit, right[at]))
            yield unit.key, right[best].key
            start = best + 1


def _likeness(one: Unit, other: Unit) -> float:
    """From 0 to 1. What has a name of its own, as a title or a question's text, is itself."""
    if one.place is not other.place:
        return 0
    if one.key == other.key and not one.key.rpartition("/")[2].isdigit():
        return 1
    words, others = Counter(one.words.split()), Counter(other.words.split())
    return 2 * (words & others).total() / (words.total() + others.total())
