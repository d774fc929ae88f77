"""What a revision is called, and the kinds of change that a publisher can choose."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    MODULE = "module"
    QUIZ = "quiz"
    PATH = "path"
    FACTS = "facts"
    GLOSSARY = "glossary"
    LOCAL = "local"  # what an organisation says of itself inside the course


class Change(StrEnum):
    """How much a publication changes: see the rules of publishing."""

    FIRST = "first"
    EDITORIAL = "editorial"
    MINOR = "minor"
    MAJOR = "major"
    SAFETY = "safety"


DAYS_TO_RENEW = 30
"""By when a major change must be learned, unless its publisher says otherwise."""


def days_to_renew(change: Change, days: int | None = None) -> int | None:
    """Within how many days those who are certified must renew; 0 is at once, None asks nobody."""
    if change is Change.MAJOR:
        return DAYS_TO_RENEW if days is None else days
    return 0 if change is Change.SAFETY else None


EVERY_LANGUAGE = "*"


def digest_of(files: Mapping[str, str]) -> str:
    """The SHA-256, as 64 hex digits, of the files' names and texts in one canonical form."""
    canonical = json.dumps(dict(files), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def short(digest: str) -> str:
    """How a revision is named to people: its first twelve digits."""
    return digest[:12]
