"""A module as the people of an organisation read it, and which of its details are others now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coursesite.content.rules.local import LocalTexts, asked_in, texts_of
from coursesite.content.rules.modules import Check, Lesson, Module, Parts, RefKind


def read_with(module: Module, local: LocalTexts) -> Module:
    """The module as people read it for whom these texts are in force, field by field apart."""
    names = local.passages.keys() & asked_in(texts_of(module)).passages
    if not names:
        return module
    own = {
        name: placed.passage.parts
        for name in names
        if (placed := local.passages[name]).passage is not None
    }
    return replace(module, lessons=tuple(_lesson_with(each, own) for each in module.lessons))


def _lesson_with(lesson: Lesson, own: Mapping[str, Parts]) -> Lesson:
    return replace(
        lesson,
        parts=_parts_with(lesson.parts, own),
        checks=tuple(_check_with(each, own) for each in lesson.checks),
    )


def _check_with(check: Check, own: Mapping[str, Parts]) -> Check:
    options = tuple(
        replace(each, text=_parts_with(each.text, own), feedback=_parts_with(each.feedback, own))
        for each in check.options
    )
    return replace(check, question=_parts_with(check.question, own), options=options)


def _parts_with(parts: Parts, own: Mapping[str, Parts]) -> Parts:
    return tuple(
        part
        if isinstance(part, str)
        else replace(part, parts=own[part.id])
        if part.kind is RefKind.LOCAL and part.id in own
        else replace(part, parts=_parts_with(part.parts, own))
        for part in parts
    )


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What somebody knew of a field, and what stands there now; empty if nothing."""

    name: str
    before: str
    after: str


def fields_changed(module: Module, then: LocalTexts, now: LocalTexts) -> list[FieldChange]:
    """The fields of a module in which something else stands now."""
    found = [
        FieldChange(name, _value(then, name), _value(now, name))
        for name in sorted(asked_in(texts_of(module)).fields)
    ]
    return [each for each in found if each.before != each.after]


def _value(local: LocalTexts, name: str) -> str:
    placed = local.fields.get(name)
    return placed.value if placed else ""
