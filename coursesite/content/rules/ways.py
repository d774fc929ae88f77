"""Every way through a scenario whose later scenes depend on earlier choices."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from coursesite.content.rules.scenarios import DEBRIEF, Scenario, Scene

MOST_MOMENTS = 5_000
MOST_MOVES = 50_000
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Moment:
    """A scene as somebody comes to it, with what is `remembered`.

    Whoever returns to a scene stands there as they stood before: `behind` has the scenes that can
    be returned to, each with what was remembered there.
    """

    scene: str
    remembered: frozenset[str] = frozenset()
    behind: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass
class Ways:
    """All moments, each with those that follow; not `complete` when there were too many."""

    moves: dict[Moment, list[Moment]] = field(default_factory=dict)
    complete: bool = True

    def at(self, scene: str) -> list[Moment]:
        """The moments in this scene, those with the least to remember first."""
        found = [moment for moment in self.moves if moment.scene == scene]
        return sorted(found, key=lambda moment: (len(moment.remembered), sorted(moment.remembered)))

    def stuck(self) -> set[Moment]:
        """The moments from which nothing leads to the debrief."""
        back: dict[Moment, list[Moment]] = {}
        for moment, following in self.moves.items():
            for each in following:
                back.setdefault(each, []).append(moment)
        ending = reachable([moment for moment in self.moves if moment.scene == DEBRIEF], back)
        return self.moves.keys() - ending


def reachable(starts: Collection[Place], ways: Mapping[Place, list[Place]]) -> set[Place]:
    """The starts, and all that can be come to from them."""
    reached: set[Place] = set()
    ahead = list(starts)
    while ahead:
        if (place := ahead.pop()) not in reached:
            reached.add(place)
            ahead += ways.get(place, [])
    return reached


def explore(scenario: Scenario, asked: Collection[str]) -> Ways:
    """Follow every choice from the start; only the names that are `asked` for matter."""
    walk = _Walk(scenario, frozenset(asked))
    ways, ahead, moves = Ways(), [Moment(scenario.start)], 0
    while ahead:
        moment = ahead.pop()
        if moment in ways.moves:
            continue
        if len(ways.moves) >= MOST_MOMENTS or moves >= MOST_MOVES:
            ways.complete = False
            break
        following = ways.moves[moment] = list(walk.after(moment))
        moves += len(following)
        ahead += following
    return ways


class _Walk:
    def __init__(self, scenario: Scenario, asked: frozenset[str]) -> None:
        self.scenes: Mapping[str, Scene] = {scene.id: scene for scene in scenario.scenes}
        self.asked = asked
        ways = {scene.id: [choice.target for choice in scene.choices] for scene in scenario.scenes}
        self.ahead = {scene: reachable([scene], ways) for scene in ways}

    def after(self, moment: Moment) -> Iterator[Moment]:
        """The moments that one choice away follow."""
        scene = self.scenes.get(moment.scene)
        for choice in scene.choices if scene else ():
            known = choice.target in self.scenes or choice.target == DEBRIEF
            if known and choice.target != moment.scene and choice.offered(moment.remembered):
                yield self._move(moment, choice.target, self.asked.intersection(choice.sets))

    def _move(self, moment: Moment, target: str, new: frozenset[str]) -> Moment:
        for number, (scene, remembered) in enumerate(moment.behind):
            if scene == target:
                return Moment(target, remembered, moment.behind[:number])
        trail = (*moment.behind, (moment.scene, moment.remembered))
        behind = tuple(each for each in trail if self._may_return(target, each[0]))
        return Moment(target, moment.remembered | new, behind)

    def _may_return(self, scene: str, to: str) -> bool:
        return to in self.ahead.get(scene, ())
