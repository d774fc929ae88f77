"""Passages of a text: to comment on, to find again, to replace by what was suggested."""

from collections.abc import Mapping
from dataclasses import dataclass

from coursesite.authoring.rules.merging import paragraphs
from coursesite.errors import Conflict


@dataclass(frozen=True)
class Passage:
    """A paragraph of a file, with the line on which it begins, counted from 1."""

    line: int
    text: str


def passages_of(text: str) -> list[Passage]:
    """The paragraphs of a text, without the empty lines between them."""
    found, line = [], 1
    for piece in paragraphs(text):
        if piece.strip():
            found.append(Passage(line, piece.rstrip("\n")))
        line += piece.count("\n")
    return found


def line_of(files: Mapping[str, str], file: str, passage: str) -> int | None:
    """The line where a passage begins now; None when it is no longer there."""
    text = files.get(file, "")
    at = text.find(passage) if passage else -1
    return None if at < 0 else text.count("\n", 0, at) + 1


def replaced(files: Mapping[str, str], file: str, passage: str, words: str) -> dict[str, str]:
    """The files with other words for a passage; Conflict unless it stands there exactly once."""
    text = files.get(file, "")
    if not passage or text.count(passage) != 1:
        raise Conflict(
            "The passage was changed since, or stands in more than one place: "
            "take the words over by hand."
        )
    return {**files, file: text.replace(passage, words)}


def needs_other_eyes(*, four_eyes: bool, author_id: int, publisher_id: int, approved: bool) -> bool:
    """Whether another person must approve first: only of what the publisher wrote alone."""
    return four_eyes and author_id == publisher_id and not approved
