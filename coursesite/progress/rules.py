"""What can be completed, by what means, and what is still missing."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class TargetKind(StrEnum):
    PATH = "path"
    MODULE = "module"


class Means(StrEnum):
    """How a completion came about."""

    LEARNED = "learned"
    GRANTED = "granted"
    PRIOR = "prior"


@dataclass(frozen=True)
class Missing:
    """What stands between a learner and the completion of a module."""

    lessons: tuple[str, ...]
    quiz: bool
    attestation: bool

    @property
    def nothing(self) -> bool:
        return not (self.lessons or self.quiz or self.attestation)


def missing(
    required: Collection[str], read: Collection[str], *, quiz_open: bool, attestation_open: bool
) -> Missing:
    """The lessons not yet read, in their order, and whether quiz and attestation are still due."""
    unread = tuple(lesson for lesson in required if lesson not in read)
    return Missing(unread, quiz_open, attestation_open)
