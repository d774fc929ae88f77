"""Where the scenes of a scenario stand on its map, and what is wrong with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coursesite.content.rules import DEBRIEF, Choice, Quality, Scenario, explore, reachable

WIDE, HIGH = 168, 46
ACROSS, DOWN = 196, 104
MARGIN = 12
LONGEST = 20


class Flaw(StrEnum):
    """What keeps people out of a scene, or in it."""

    UNREACHED = "unreached"
    NO_WAY_OUT = "no-way-out"


@dataclass(frozen=True)
class Stop:
    """A scene or the debrief; x and y are its upper left corner, `shows` the media in it."""

    id: str
    x: int
    y: int
    flaws: tuple[Flaw, ...]
    choices: tuple[Choice, ...]
    shows: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.id if len(self.id) <= LONGEST else f"{self.id[: LONGEST - 1]}…"


@dataclass(frozen=True)
class Way:
    """A line from one scene to another, as the path of an SVG."""

    path: str
    quality: Quality | None


@dataclass(frozen=True)
class ScenarioMap:
    """What is drawn; `lines` are those of the scenes in the text, where it can be changed."""

    id: str
    title: str
    stops: tuple[Stop, ...]
    ways: tuple[Way, ...]
    width: int
    height: int
    lines: Mapping[str, int]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(stop.id for stop in self.stops)


def draw_map(scenario: Scenario, lines: Mapping[str, int]) -> ScenarioMap:
    """Scenes in rows, each as far down as it is choices away from the start, the debrief last."""
    places = _places(scenario)
    flaws = _flaws(scenario)
    scenes = {scene.id: scene for scene in scenario.scenes}
    stops = tuple(
        Stop(id, x, y, flaws.get(id, ()), scenes[id].choices, scenes[id].shows)
        if id in scenes
        else Stop(id, x, y, (), ())
        for id, (x, y) in places.items()
    )
    ways = tuple(
        Way(_path(places[stop.id], places[choice.target]), choice.quality)
        for stop in stops
        for choice in stop.choices
        if choice.target in places and choice.target != stop.id
    )
    width = max(stop.x for stop in stops) + WIDE + 3 * MARGIN
    height = max(stop.y for stop in stops) + HIGH + MARGIN
    return ScenarioMap(scenario.id, scenario.title, stops, ways, width, height, lines)


def _places(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """The corners of all stops, in the order of the rows."""
    depths = _depths(scenario)
    last = max(depths.values(), default=0) + 1
    ordered = sorted(
        dict.fromkeys(scene.id for scene in scenario.scenes), key=lambda id: depths.get(id, last)
    )
    places: dict[str, tuple[int, int]] = {}
    taken: dict[int, int] = {}
    for id in [*ordered, DEBRIEF]:
        row = last + (len(depths) < len(ordered)) if id == DEBRIEF else depths.get(id, last)
        column = taken[row] = taken.get(row, -1) + 1
        places[id] = (MARGIN + column * ACROSS, MARGIN + row * DOWN)
    return places


def _depths(scenario: Scenario) -> dict[str, int]:
    """How many choices a scene is away from the start; one that is not reached is left out."""
    ways = {scene.id: [choice.target for choice in scene.choices] for scene in scenario.scenes}
    depths: dict[str, int] = {}
    row, depth = [scenario.start], 0
    while row:
        here = [id for id in dict.fromkeys(row) if id in ways and id not in depths]
        depths |= dict.fromkeys(here, depth)
        row, depth = [target for id in here for target in ways[id]], depth + 1
    return depths


def _flaws(scenario: Scenario) -> dict[str, tuple[Flaw, ...]]:
    """What every combination of choices shows, or, where there are too many, the links alone."""
    reached, stuck = _by_combinations(scenario) or _by_links(scenario)
    flaws: dict[str, tuple[Flaw, ...]] = {}
    for scene in scenario.scenes:
        unreached = (Flaw.UNREACHED,) if scene.id not in reached else ()
        closed = (Flaw.NO_WAY_OUT,) if scene.id in stuck or not scene.choices else ()
        flaws[scene.id] = unreached + closed
    return flaws


def _by_combinations(scenario: Scenario) -> tuple[set[str], set[str]] | None:
    asked = {
        name
        for scene in scenario.scenes
        for choice in scene.choices
        for condition in choice.conditions
        for name in condition.names
    }
    ways = explore(scenario, asked)
    if not ways.complete:
        return None
    return {moment.scene for moment in ways.moves}, {moment.scene for moment in ways.stuck()}


def _by_links(scenario: Scenario) -> tuple[set[str], set[str]]:
    ways = {scene.id: [choice.target for choice in scene.choices] for scene in scenario.scenes}
    back: dict[str, list[str]] = {}
    for id, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(id)
    return reachable([scenario.start], ways), ways.keys() - reachable([DEBRIEF], back)


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Down from the lower edge to the upper one; along a row below it; back around the right."""
    (x, y), (to_x, to_y) = start, end
    if to_y > y:
        x, y, to_x = x + WIDE // 2, y + HIGH, to_x + WIDE // 2
        bend = (to_y - y) // 2
        return f"M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"
    if to_y == y:
        x, y, to_x = x + WIDE // 2, y + HIGH, to_x + WIDE // 2
        bend = y + (DOWN - HIGH) * 3 // 4
        return f"M{x} {y}C{x} {bend} {to_x} {bend} {to_x} {y}"
    x, y, to_x, to_y = x + WIDE, y + HIGH // 2, to_x + WIDE, to_y + HIGH // 2
    bend = max(x, to_x) + 2 * MARGIN
    return f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}"
