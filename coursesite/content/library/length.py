"""How long a module takes, by what there is to read and to do on the shortest way through it."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from coursesite.content.library.building import Written
from coursesite.content.library.checks import WrittenCheck
from coursesite.content.library.outline import Block, Document
from coursesite.content.library.running import block_lines, lines_beside, plain
from coursesite.content.rules import DEBRIEF, Scenario, Scene

WORDS_A_MINUTE = 180  # plain English on a screen, read to be understood
SECONDS_A_CHECK = 20
SECONDS_A_DECISION = 15
SECONDS_A_NOTE = 60
SECONDS_A_QUESTION = 40  # of the quiz: read, answered, and its explanation
TOLERANCE = 0.2

APART = frozenset({"check", "scenario", "facilitator", "instead"})


def minutes_of(document: Document, lessons: Sequence[Written], drawn: int) -> float:
    """The minutes that a module takes whose quiz draws this many questions."""
    seconds = sum(_seconds(document, lesson) for lesson in lessons)
    return (seconds + drawn * SECONDS_A_QUESTION) / 60


def is_honest(promised: int, counted: float) -> bool:
    """Does the promise hold, give or take a fifth?"""
    return abs(counted - promised) <= TOLERANCE * promised


def _seconds(document: Document, lesson: Written) -> float:
    blocks = {block.id: block for block in lesson.outline.block.walk() if block.kind == "scenario"}
    lines = lines_beside(document, lesson.outline, APART)
    words = _words(line for _, line in lines) + sum(map(_words_of_check, lesson.checks.values()))
    decisions = 0
    for scenario in (written.scenario for written in lesson.scenarios):
        route = shortest_route(document, scenario, blocks[scenario.id])
        words += sum(_words(block_lines(document, block)) for block in route)
        decisions += sum(_decides(scene) for scene in _on(scenario, route))
    notes = sum(block.kind == "reflect" for block in lesson.outline.block.walk())
    return (
        words * 60 / WORDS_A_MINUTE
        + len(lesson.checks) * SECONDS_A_CHECK
        + decisions * SECONDS_A_DECISION
        + notes * SECONDS_A_NOTE
    )


def _words(lines: Iterable[str]) -> float:
    return sum(len(plain(line).split()) for line in lines)


def _words_of_check(check: WrittenCheck) -> float:
    """The question, what is offered, and half of what is said about it."""
    asked = [*check.question, *(line for option in check.options for line in option.text)]
    said = [line for option in check.options for line in option.feedback]
    return _words(asked) + _words(said) / 2


def shortest_route(document: Document, scenario: Scenario, block: Block) -> list[Block]:
    """The scenes from the start to the debrief: the fewest, and of those the fewest words."""
    scenes = {scene.id: scene for scene in scenario.scenes}
    blocks = {child.id or child.kind: child for child in block.children}
    ahead: list[tuple[int, float, tuple[str, ...], tuple[str, ...]]]
    ahead = [(1, 0, (scenario.start,), ())]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while ahead:
        count, words, route, remembered = heappop(ahead)
        here = route[-1]
        if here == DEBRIEF:
            return [blocks[each] for each in route]
        if (here, remembered) in seen or here not in blocks:
            continue
        seen.add((here, remembered))
        words += _words(block_lines(document, blocks[here]))
        for choice in scenes[here].choices:
            if choice.offered(remembered):
                names = tuple(sorted({*remembered, *choice.sets}))
                heappush(ahead, (count + 1, words, (*route, choice.target), names))
    return []


def _on(scenario: Scenario, route: Sequence[Block]) -> Iterator[Scene]:
    names = {block.id for block in route}
    return (scene for scene in scenario.scenes if scene.id in names)


def _decides(scene: Scene) -> bool:
    return sum(choice.quality is not None for choice in scene.choices) > 1
