"""What is named in a module, and that each name is there once."""

import re
from collections.abc import Iterator

from coursesite.content.library.outline import Block, Document, Outline

RESERVED = frozenset(
    {"checklist", "facilitator", "media"}
)  # addresses below a module that are no lessons

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def blocks_of(outline: Outline, kind: str) -> list[Block]:
    """The blocks of one kind in a lesson, at any depth."""
    return [block for block in outline.block.walk() if block.kind == kind]


def quoted_lines(outlines: list[Outline]) -> Iterator[int]:
    """The lines that hold other people's words."""
    for outline in outlines:
        for block in blocks_of(outline, "voice"):
            yield from range(block.line, block.last + 1)


def check_ids(document: Document, outlines: list[Outline]) -> None:
    """Lessons have an id that can be an address; each id is used once in a module."""
    seen: dict[tuple[str, str], int] = {}
    for outline in outlines:
        _check_lesson_id(document, outline)
        _once(document, seen, ("lesson", outline.id), outline.line)
        for kind in ("check", "reflect", "scenario"):
            for block in blocks_of(outline, kind):
                _once(document, seen, (kind, block.id), block.line)


def _check_lesson_id(document: Document, outline: Outline) -> None:
    if not outline.title:
        document.problem(outline.line, "this lesson has no title: write '# Title {#lesson-id}'")
    elif not SLUG.match(outline.id):
        message = "a lesson needs an id in small letters and hyphens: '# Title {#lesson-id}'"
        document.problem(outline.line, message)
    elif outline.id in RESERVED:
        document.problem(
            outline.line, f"a lesson cannot have the id '{outline.id}': choose another"
        )


def _once(
    document: Document, seen: dict[tuple[str, str], int], name: tuple[str, str], line: int
) -> None:
    kind, id = name
    if id and name in seen:
        message = f"{kind} '{id}' is here twice (first on line {seen[name]}): give it its own id"
        document.problem(line, message)
    seen.setdefault(name, line)


def check_checklist(document: Document, outlines: list[Outline]) -> None:
    """A module has one take-away."""
    found = [block.line for outline in outlines for block in blocks_of(outline, "checklist")]
    if not found and outlines:
        message = "this module has no take-away: end its last lesson with a '/// checklist'"
        document.warn(outlines[-1].line, message)
    for line in found[1:]:
        document.problem(line, f"a module has one checklist (the first is on line {found[0]})")


def check_facilitator(document: Document, outlines: list[Outline]) -> None:
    """A sheet for those who run a joint session stands below all that a learner reads."""
    found = [block for outline in outlines for block in blocks_of(outline, "facilitator")]
    for block in found[1:]:
        message = f"a module has one facilitator's sheet (the first is on line {found[0].line})"
        document.problem(block.line, message)
    for block in found[:1]:
        below = document.lines[block.last :]
        if block not in outlines[-1].block.children or "".join(below).strip():
            message = "a facilitator's sheet is the last block of the last lesson: move it there"
            document.problem(block.line, message)
    for inner in (inner for block in found for inner in block.children):
        message = f"'{inner.kind}' cannot stand in a facilitator's sheet, which is read on paper"
        document.problem(inner.line, message)
