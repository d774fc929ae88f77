"""What long work is told, what it says of itself, and how it can stand."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class TaskState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = "final"
"""In what a task is told: once begun, it cannot be cancelled."""

UNDER_WAY = frozenset({TaskState.WAITING, TaskState.RUNNING})


@dataclass(frozen=True)
class Told:
    """What a handler knows: what was asked, by whom, and the cursor of its last step.

    `cursor` None means that it begins; it is what the last step that was kept handed over.
    """

    id: int
    payload: Mapping[str, Any]
    cursor: Mapping[str, Any] | None
    done: int
    organisation_id: int
    person_id: int | None
    origin: str | None
    language: str


@dataclass(frozen=True)
class Step:
    """A step was taken: so much is done, of so much where that is known only now.

    What the step wrote and `cursor` are kept together, or neither is.
    """

    done: int
    total: int | None = None
    cursor: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class MadeFile:
    """A file that was made, to be kept for the person; it is removed from `path` afterwards."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True)
class Result:
    """How it ended: a sentence marked by `said`, with its values, and perhaps a file."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    file: MadeFile | None = None


Work = Generator[Step, float | None, Result]
"""Long work: each step ends at its `yield`, which gives back how many seconds it took, all told."""

LONGEST_STEP = 0.5
"""Seconds that whoever wants to write meanwhile may wait for a step."""


class Pace:
    """How many rows the next step does, at most `most`, so that it takes about LONGEST_STEP.

    A slow machine or a cold disk makes steps smaller; they grow again, to twice the last at once.
    """

    FEWEST = 20

    def __init__(self, most: int) -> None:
        self.most = self.size = most

    def took(self, seconds: float | None) -> None:
        """How long the last step was; None where nobody measured."""
        if seconds is None:
            return
        fitting = self.size * min(2.0, LONGEST_STEP / max(seconds, 0.001))
        self.size = min(self.most, max(self.FEWEST, round(fitting)))
