"""What can be completed, by what means, and what is still missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class TargetKind(StrEnum):
    PATH = "path"
    MODULE = "module"


class Means(StrEnum):
    """How a completion came about; REFRESHED by what renews it in its place.

    CHANGES means that only what had changed since an earlier revision was learned, on top of it.
    """

    LEARNED = "learned"
    CHANGES = "changes"
    REFRESHED = "refreshed"
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


FEWEST_PEOPLE = 5


def first_choices(route: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What was chosen first in each scene, as the choice's id by the scene's."""
    first: dict[str, str] = {}
    for step in route:
        first.setdefault(step["scene"], step["choice"])
    return first


def at_least(people: int) -> int:
    """A number of people as others may see it: full fives, so that nothing tells of one person.

    0 stands for any number below five.
    """
    return people - people % FEWEST_PEOPLE
