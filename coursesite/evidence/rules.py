"""What a pack is about, and what its reader may see in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

FORMAT = "coursesite-evidence/1"
MOST_PEOPLE = 5_000
IN_A_REPORT = 250
"""So many people stand in one report of a unit; of more, there are several."""

NOT_FOR_OTHERS = (
    "accommodation-",
    "attempt-",
    "evidence-",
    "first-signed-in",
    "pass-",
    "password-",
    "quiz-unlocked",
)
"""Kinds of events about a person that only the person sees: marks, sign-in, support in quizzes."""


@dataclass(frozen=True)
class About:
    """One person, or the people of a unit (`unit_path`, those below it included) in a period.

    `whole` means that the person takes their own along, with answers and marks. `paths` are the
    units of who asks; None is the whole organisation.
    """

    person_id: int | None
    unit_path: str | None
    first_on: date | None
    last_on: date | None
    whole: bool
    paths: tuple[str, ...] | None

    def to_json(self) -> dict[str, Any]:
        return {
            "person_id": self.person_id,
            "unit_path": self.unit_path,
            "first_on": self.first_on.isoformat() if self.first_on else None,
            "last_on": self.last_on.isoformat() if self.last_on else None,
            "whole": self.whole,
            "paths": None if self.paths is None else list(self.paths),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "About":
        first, last = (data[name] and date.fromisoformat(data[name]) for name in DAYS)
        paths = None if data["paths"] is None else tuple(data["paths"])
        return cls(data["person_id"], data["unit_path"], first, last, data["whole"], paths)

    def holds(self, day: date) -> bool:
        """Whether a day lies in the period; without one, every day does."""
        after = self.first_on is None or day >= self.first_on
        return after and (self.last_on is None or day <= self.last_on)


DAYS = ("first_on", "last_on")


def may_see_event(kind: str, *, whole: bool) -> bool:
    """Whether an event about somebody stands in a pack for this reader."""
    return whole or not kind.startswith(NOT_FOR_OTHERS)
