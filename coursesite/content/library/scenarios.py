"""Branching scenarios as authors write them, and whether every way through one leads somewhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursesite.authored import did_you_mean
from coursesite.content.library.outline import Block, Document
from coursesite.content.rules import Choice, Quality, Scenario, Scene

DEBRIEF = "debrief"
_LINK = re.compile(r"\]\(#([^)\s]*)\)(?:\{ *:? *([^}]*)\})?")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class WrittenScene:
    id: str
    line: int
    choices: Sequence[tuple[int, Choice]]


def read_scenario(document: Document, block: Block) -> Scenario:
    """The map of a scenario; what is wrong with it becomes the document's problems."""
    scenes = [_scene(document, each) for each in block.children if each.kind == "scene"]
    debriefs = [each.line for each in block.children if each.kind == DEBRIEF]
    for line, message in _faults(block, scenes, debriefs):
        document.problem(line, message)
    built = (Scene(scene.id, tuple(choice for _, choice in scene.choices)) for scene in scenes)
    return Scenario(block.id, block.title, block.start, tuple(built))


def _scene(document: Document, block: Block) -> WrittenScene:
    choices = []
    for number, line in document.prose(block.first, block.last - 1):
        for target, marks in _LINK.findall(line):
            choices.append((number, Choice(target, _quality(document, number, marks))))
    return WrittenScene(block.id, block.line, choices)


def _quality(document: Document, number: int, marks: str) -> Quality | None:
    names = re.findall(r"\.([\w-]+)", marks)
    for name in names:
        if name in list(Quality):
            return Quality(name)
        document.problem(number, f"a choice is no '.{name}'{did_you_mean(name, list(Quality))}")
    return None


def _faults(
    block: Block, scenes: list[WrittenScene], debriefs: list[int]
) -> Iterator[tuple[int, str]]:
    ways = {scene.id: [choice.target for _, choice in scene.choices] for scene in scenes}
    yield from _faults_of_ids(scenes)
    if len(debriefs) != 1:
        line = debriefs[1] if debriefs else block.line
        yield line, f"a scenario has one '/// debrief' at its end, this one has {len(debriefs)}"
    if block.start and block.start not in ways:
        message = f"scene '{block.start}' is the start but does not exist"
        yield block.line + 1, message + did_you_mean(block.start, list(ways))
    for scene in scenes:
        yield from _faults_of_links(scene, ways)
    yield from _faults_of_ways(block.start, scenes, ways)


def _faults_of_ids(scenes: list[WrittenScene]) -> Iterator[tuple[int, str]]:
    seen: dict[str, int] = {}
    for scene in scenes:
        if scene.id == DEBRIEF or not _SLUG.match(scene.id):
            example = "'/// scene | at-the-door'"
            yield scene.line, f"a scene needs a name in small letters and hyphens, as in {example}"
        elif scene.id in seen:
            yield scene.line, f"scene '{scene.id}' is here twice (first on line {seen[scene.id]})"
        seen.setdefault(scene.id, scene.line)


def _faults_of_links(
    scene: WrittenScene, ways: Mapping[str, list[str]]
) -> Iterator[tuple[int, str]]:
    for line, choice in scene.choices:
        if choice.target not in (*ways, DEBRIEF):
            message = f"scene '{choice.target}' is linked but does not exist"
            yield line, message + did_you_mean(choice.target, list(ways))
    if not scene.choices:
        yield scene.line, f"scene '{scene.id}' has no way out: end it with '- [Text.](#next-scene)'"


def _faults_of_ways(
    start: str, scenes: list[WrittenScene], ways: Mapping[str, list[str]]
) -> Iterator[tuple[int, str]]:
    reached = _reachable({start}, ways)
    back = {target: [id for id, targets in ways.items() if target in targets] for target in ways}
    back[DEBRIEF] = [id for id, targets in ways.items() if DEBRIEF in targets]
    ending = _reachable({DEBRIEF}, back)
    for scene in scenes:
        if start in ways and scene.id not in reached:
            yield scene.line, f"no choice leads to scene '{scene.id}'"
        if scene.choices and scene.id not in ending:
            yield scene.line, f"no way leads from scene '{scene.id}' to the debrief (#debrief)"


def _reachable(starts: set[str], ways: Mapping[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        if (scene := ahead.pop()) not in reached:
            reached.add(scene)
            ahead += ways.get(scene, [])
    return reached
