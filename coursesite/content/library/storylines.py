"""Whether every way through a scenario leads somewhere, whatever was chosen before."""

from collections.abc import Iterator, Mapping

from coursesite.authored import did_you_mean
from coursesite.content.library.naming import SLUG
from coursesite.content.library.outline import Block, Document
from coursesite.content.library.scenarios import WrittenScenario, WrittenScene
from coursesite.content.rules import DEBRIEF, Condition, Moment, Ways, explore, reachable

Fault = tuple[int, str]


def check_scenario(document: Document, block: Block, written: WrittenScenario) -> None:
    """Report links that lead nowhere, scenes that nobody reaches, and ways that do not end."""
    for line, message in _faults(block, written):
        document.problem(line, message)
    for line, message in _oddities(written):
        document.warn(line, message)


def _faults(block: Block, written: WrittenScenario) -> Iterator[Fault]:
    scenes, start = written.scenes, written.scenario.start
    ways = {scene.id: [each.choice.target for each in scene.choices] for scene in scenes}
    yield from _faults_of_ids(scenes)
    debriefs = [each.line for each in block.children if each.kind == DEBRIEF]
    if len(debriefs) != 1:
        line = debriefs[1] if debriefs else block.line
        yield line, f"a scenario has one '/// debrief' at its end, this one has {len(debriefs)}"
    if start and start not in ways:
        message = f"scene '{start}' is the start but does not exist"
        yield block.line + 1, message + did_you_mean(start, list(ways))
    for scene in scenes:
        yield from _faults_of_links(scene, ways)
        yield from _faults_of_twins(scene)
    faults = list(_faults_of_ways(start, scenes, ways))
    yield from faults
    if start in ways and not faults:
        yield from _faults_of_conditions(written)


def _faults_of_ids(scenes: list[WrittenScene]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for scene in scenes:
        if scene.id == DEBRIEF or not SLUG.match(scene.id):
            example = "'/// scene | at-the-door'"
            yield scene.line, f"a scene needs a name in small letters and hyphens, as in {example}"
        elif scene.id in seen:
            yield scene.line, f"scene '{scene.id}' is here twice (first on line {seen[scene.id]})"
        seen.setdefault(scene.id, scene.line)


def _faults_of_links(scene: WrittenScene, ways: Mapping[str, list[str]]) -> Iterator[Fault]:
    for each in scene.choices:
        target = each.choice.target
        if target not in (*ways, DEBRIEF):
            message = f"scene '{target}' is linked but does not exist"
            yield each.line, message + did_you_mean(target, list(ways))
    if not scene.choices:
        yield scene.line, f"scene '{scene.id}' has no way out: end it with '- [Text.](#next-scene)'"


def _faults_of_twins(scene: WrittenScene) -> Iterator[Fault]:
    """Choices with the same words and target are one, so that they must do the same."""
    seen: dict[str, tuple[object, ...]] = {}
    for each in scene.choices:
        does = (each.choice.quality, each.choice.sets, each.choice.changes)
        if seen.setdefault(each.choice.id, does) != does:
            yield each.line, "this choice is here twice and does something else: word it otherwise"


def _faults_of_ways(
    start: str, scenes: list[WrittenScene], ways: Mapping[str, list[str]]
) -> Iterator[Fault]:
    reached = reachable({start}, ways)
    back: dict[str, list[str]] = {}
    for id, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(id)
    ending = reachable({DEBRIEF}, back)
    for scene in scenes:
        if start in ways and scene.id not in reached:
            yield scene.line, f"no choice leads to scene '{scene.id}'"
        if scene.choices and scene.id not in ending:
            yield scene.line, f"no way leads from scene '{scene.id}' to the debrief (#debrief)"


def _faults_of_conditions(written: WrittenScenario) -> Iterator[Fault]:
    sets = _sets(written)
    asked = [pair for scene in _all_scenes(written) for pair in scene.asked]
    unknown = list(_unknown_names(written, asked, list(sets)))
    yield from unknown
    if unknown or not asked:
        return
    names = {name for _, condition in asked for name in condition.names}
    ways = explore(written.scenario, names)
    if not ways.complete:
        yield written.line, "this scenario remembers too much to be checked: ask for fewer names"
        return
    for scene in _all_scenes(written):
        yield from _faults_of_moments(scene, ways.at(scene.id))
    yield from _faults_of_stuck(written, ways, names)


def _all_scenes(written: WrittenScenario) -> list[WrittenScene]:
    return [*written.scenes, written.debrief]


def _sets(written: WrittenScenario) -> dict[str, int]:
    """The names that choices set, with the first line that does."""
    sets: dict[str, int] = {}
    for scene in written.scenes:
        for each in scene.choices:
            for name in each.choice.sets:
                sets.setdefault(name, each.line)
    return sets


def _unknown_names(
    written: WrittenScenario, asked: list[tuple[int, Condition]], sets: list[str]
) -> Iterator[Fault]:
    for line, condition in asked:
        for name in condition.names:
            if name not in sets:
                message = f"'{name}' is asked for here but no choice has 'set={name}'"
                yield line, message + did_you_mean(name, sets)
    for name in written.words:
        if name not in sets:
            message = f"'remember' has words for '{name}' but no choice has 'set={name}'"
            yield written.line + 1, message + did_you_mean(name, sets)


def _faults_of_moments(scene: WrittenScene, moments: list[Moment]) -> Iterator[Fault]:
    """What nobody sees, whichever choices brought them here."""
    if not moments:
        message = f"scene '{scene.id}' is reached by no possible combination of choices"
        yield scene.line, message
        return
    for line, condition in scene.passages:
        if not any(condition.holds(moment.remembered) for moment in moments):
            yield line, f"this passage is never shown: nobody comes to '{scene.id}' like that"
    for each in scene.choices:
        if not any(each.choice.offered(moment.remembered) for moment in moments):
            yield each.line, f"this choice is never offered: nobody comes to '{scene.id}' like that"


def _faults_of_stuck(written: WrittenScenario, ways: Ways, names: set[str]) -> Iterator[Fault]:
    stuck = ways.stuck()
    for scene in written.scenes:
        moments = [moment for moment in ways.at(scene.id) if moment in stuck]
        closed = [moment for moment in moments if not ways.moves[moment]]
        if closed:
            how = _combination(closed[0], names)
            yield (
                scene.line,
                f"scene '{scene.id}' has no way out {how}: offer a choice without 'if'",
            )
        elif moments:
            how = _combination(moments[0], names)
            yield scene.line, f"no way leads from scene '{scene.id}' to the debrief {how}"


def _combination(moment: Moment, names: set[str]) -> str:
    taken = [f"with '{name}'" for name in sorted(moment.remembered)]
    missing = [f"without '{name}'" for name in sorted(names - moment.remembered)]
    return f"({', '.join([*taken, *missing])})"


def _oddities(written: WrittenScenario) -> Iterator[Fault]:
    """What is not wrong but says nothing."""
    asked = [condition for scene in _all_scenes(written) for _, condition in scene.asked]
    used = {name for condition in asked for name in condition.names}
    for name, line in _sets(written).items():
        if name not in used:
            yield line, f"'{name}' is remembered here but nothing asks for it"
    choices = [each.choice for scene in written.scenes for each in scene.choices]
    changed = {meter for choice in choices for meter, _ in choice.changes}
    for meter in written.scenario.meters:
        if meter.id not in changed:
            yield written.line + 1, f"no choice changes the meter '{meter.id}'"
