"""Sentences without a language: what the rules say, and a page tells in its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    number: int


@dataclass(frozen=True)
class Months:
    number: int


class Said:
    """A sentence or a part of one, in English, and what stands in its places.

    `make words` finds the English; a page translates it, and says days, numbers and parts of it
    in its own language. As a text it is English, for commands and logs.
    """

    def __init__(self, sentence: str, /, **values: "Value") -> None:
        self.sentence = sentence
        self.values: Mapping[str, Value] = values

    def __str__(self) -> str:
        return self.sentence % {name: in_english(each) for name, each in self.values.items()}


Value = Said | date | Days | Months | str


def in_english(value: Value) -> str:
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, Days):
        return f"{value.number} day" if value.number == 1 else f"{value.number} days"
    if isinstance(value, Months):
        return f"{value.number} month" if value.number == 1 else f"{value.number} months"
    return str(value)


def in_words(day: date) -> str:
    """A day as people write it: 3 May 2027."""
    return f"{day.day} {day:%B %Y}"
