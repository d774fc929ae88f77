"""What is wrong in an author's file, where, and what would be right."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

FEW = 20


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in an author's file, where, and what would be right.

    `at` is the key or item that it is about, where that is known.
    """

    path: str
    line: int
    message: str
    severity: Severity = Severity.ERROR
    at: tuple[str | int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def errors_in(problems: list[Problem]) -> bool:
    """Does anything here stand in the way of publishing?"""
    return any(problem.severity is Severity.ERROR for problem in problems)


def did_you_mean(word: str, known: list[str]) -> str:
    """The end of a sentence about a misspelt word: a suggestion, or what there is to choose."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f": did you mean '{close[0]}'?"
    return f"; known are {', '.join(sorted(known))}" if 0 < len(known) <= FEW else ""
