"""What readers of a translation are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Changed:
    """A passage whose original says something else since; `original` is that, as safe HTML."""

    number: int
    since: date | None
    original: str


@dataclass(frozen=True, slots=True)
class Translation:
    """The original that a text was translated from, by its language and its revision's name.

    `missing` counts what is not translated, `changed` is what became out of date, by the ids of
    lessons, or under `front` of what stands above them. `titles` are those of the front matter and
    of lessons, by their keys, that stand there in the original's language.
    """

    original: str
    revision: str
    missing: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, tuple[Changed, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
