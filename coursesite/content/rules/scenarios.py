"""Branching scenarios: scenes, the choices between them, and what an earlier choice changes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

DEBRIEF = "debrief"


class Quality(StrEnum):
    """How good a choice in a scenario is; it is never a mark."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Condition:
    """What was chosen before: all that it needs, or any of it, and nothing that it excludes."""

    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    any: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return self.needs + self.without

    def holds(self, remembered: Collection[str]) -> bool:
        """Is it met by what the choices so far set?"""
        enough = any if self.any else all
        met = not self.needs or enough(name in remembered for name in self.needs)
        return met and not any(name in remembered for name in self.without)


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on from a scene. Without a quality it only leads on or back.

    Its id holds while its words and its target do. It is offered where all `conditions` hold;
    it `sets` names to be remembered, and `changes` meters by so many steps.
    """

    target: str
    quality: Quality | None = None
    id: str = ""
    words: str = ""
    sets: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    changes: tuple[tuple[str, int], ...] = ()

    def offered(self, remembered: Collection[str]) -> bool:
        return all(condition.holds(remembered) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Scene:
    """What one sees at once; `shows` are the kinds of media in it, such as `picture`."""

    id: str
    choices: tuple[Choice, ...]
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that choices raise or lower by steps, each step in words; `start` counts from 0."""

    id: str
    name: str
    start: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The map of a branching scenario; its words are in the lesson's parts."""

    id: str
    title: str
    start: str
    scenes: tuple[Scene, ...]
    meters: tuple[Meter, ...] = field(default=())

    @property
    def decisions(self) -> dict[tuple[str, str], Choice]:
        """What can be chosen, by the scene's id and the choice's."""
        return {
            (scene.id, choice.id): choice
            for scene in self.scenes
            for choice in scene.choices
            if choice.quality
        }
