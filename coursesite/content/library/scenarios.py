"""Branching scenarios as authors write them, and whether every way through one leads somewhere."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coursesite.authored import did_you_mean
from coursesite.content.library.conditions import HOW, NAME, read_condition
from coursesite.content.library.links import LINK
from coursesite.content.library.outline import Block, Document
from coursesite.content.library.schemas import MeterOptions, ScenarioOptions
from coursesite.content.library.typesetting import FIELD
from coursesite.content.rules import (
    DEBRIEF,
    Choice,
    Condition,
    Meter,
    Quality,
    Scenario,
    Scene,
)
from coursesite.content.rules.media import MediaKind, kind_of
from coursesite.markup import to_html, words_of

_LINK = re.compile(r"\]\(#([^)\s]*)\)(?:\{ *:? *([^}\n]*)\})?")
_MARK = re.compile(r"""([.#]?)([A-Za-z][\w-]*)(?:=("[^"]*"|'[^']*'|[^\s"']+))?""")
_STEPS = re.compile(r"([+-])([1-9])\Z")
_OF_HTML = frozenset({"class", "dir", "id", "lang", "title"})
_MARKDOWN = re.compile(r"[\\`*_\[<&]")
LONGEST_WORDS = 300


@dataclass(frozen=True)
class WrittenChoice:
    """A choice and where it stands; `own` is its condition beside that of the passage around it."""

    line: int
    choice: Choice
    own: Condition | None


@dataclass(frozen=True)
class WrittenScene:
    id: str
    line: int
    last: int
    choices: list[WrittenChoice] = field(default_factory=list)
    passages: list[tuple[int, Condition]] = field(default_factory=list)
    shows: tuple[str, ...] = ()

    @property
    def asked(self) -> Iterator[tuple[int, Condition]]:
        """Its conditions, with the line of each."""
        yield from self.passages
        yield from ((each.line, each.own) for each in self.choices if each.own)


@dataclass(frozen=True)
class WrittenScenario:
    """A scenario and where all of it stands; `words` say what was chosen, by name."""

    line: int
    scenes: list[WrittenScene]
    debrief: WrittenScene
    words: Mapping[str, str]
    scenario: Scenario


def read_scenario(document: Document, block: Block) -> WrittenScenario:
    """A scenario as it was written; what cannot be read becomes the document's problems."""
    options = block.settings if isinstance(block.settings, ScenarioOptions) else None
    meters = [
        _meter(document, block, *each) for each in (options.meters if options else {}).items()
    ]
    reader = _Reader(document, [meter.id for meter in meters])
    scenes = [reader.scene(each) for each in block.children if each.kind == "scene"]
    debriefs = [reader.scene(each) for each in block.children if each.kind == DEBRIEF]
    debrief = debriefs[0] if debriefs else WrittenScene(DEBRIEF, block.line, block.line)
    built = tuple(
        Scene(each.id, tuple(it.choice for it in each.choices), each.shows) for each in scenes
    )
    start = options.start if options else ""
    scenario = Scenario(block.id, block.title, start, built, tuple(meters))
    return WrittenScenario(
        block.line, scenes, debrief, options.remember if options else {}, scenario
    )


def _meter(document: Document, block: Block, id: str, options: MeterOptions) -> Meter:
    start = options.start or options.words[0]
    if start not in options.words:
        message = f"meter '{id}' starts with '{start}', which is none of its words"
        document.problem(block.line + 1, message + did_you_mean(start, list(options.words)))
        start = options.words[0]
    name = options.name or id.replace("-", " ").capitalize()
    return Meter(id, name, options.words.index(start), options.words)


class _Reader:
    """Reads the scenes of one scenario."""

    def __init__(self, document: Document, meters: list[str]) -> None:
        self.document = document
        self.meters = meters

    def scene(self, block: Block) -> WrittenScene:
        passages = {each: self._passage(each) for each in block.children if each.kind == "if"}
        text = "\n".join(line for _, line in self._lines(block))
        scene = WrittenScene(
            block.id if block.kind == "scene" else DEBRIEF,
            block.line,
            block.last,
            passages=[(each.line, condition) for each, condition in passages.items()],
            shows=_kinds_shown(text),
        )
        inside = {
            line: condition
            for each, condition in passages.items()
            for line in range(each.line, each.last + 1)
        }
        numbers = [number for number, _ in self._lines(block)]
        for found in _LINK.finditer(text) if block.kind == "scene" else ():
            number = numbers[text.count("\n", 0, found.start())]
            scene.choices.append(self._choice(number, text, found, inside.get(number)))
        return scene

    def _lines(self, block: Block) -> Iterator[tuple[int, str]]:
        return self.document.prose(block.first, block.last - 1)

    def _passage(self, block: Block) -> Condition:
        return self._condition(block.line, block.title) if block.title else Condition()

    def _condition(self, number: int, text: str) -> Condition:
        condition = read_condition(text)
        if condition is None:
            self.document.problem(number, f"'{text}' is no condition: {HOW}")
        return condition or Condition()

    def _choice(
        self, number: int, text: str, found: re.Match[str], around: Condition | None
    ) -> WrittenChoice:
        words = _words_before(text, found.start())
        marks = _Marks()
        for sign, name, quoted in _MARK.findall(found[2] or ""):
            if sign == ".":
                marks.quality = self._quality(number, name) or marks.quality
            elif not sign and name not in _OF_HTML:
                self._mark(number, marks, name, quoted.strip("\"'"))
        choice = Choice(
            found[1],
            marks.quality,
            hashlib.sha256(f"{words}\n{found[1]}".encode()).hexdigest()[:10],
            words,
            tuple(marks.sets),
            tuple(each for each in (around, marks.own) if each),
            tuple(marks.changes),
        )
        return WrittenChoice(number, choice, marks.own)

    def _mark(self, number: int, marks: "_Marks", name: str, value: str) -> None:
        if name == "set":
            marks.sets += self._names(number, value)
        elif name == "if":
            marks.own = self._condition(number, value)
        elif name in self.meters:
            marks.changes += self._steps(number, name, value)
        else:
            message = f"a choice knows no '{name}'{did_you_mean(name, ['set', 'if', *self.meters])}"
            self.document.problem(number, message)

    def _quality(self, number: int, name: str) -> Quality | None:
        if name in list(Quality):
            return Quality(name)
        message = f"a choice is no '.{name}'{did_you_mean(name, list(Quality))}"
        self.document.problem(number, message)
        return None

    def _names(self, number: int, value: str) -> list[str]:
        names = value.split()
        for name in names or ["set"]:
            if not names or not NAME.match(name):
                message = f"'{name}' cannot be remembered: write a name as in 'set=told-the-truth'"
                self.document.problem(number, message)
        return names

    def _steps(self, number: int, meter: str, value: str) -> list[tuple[str, int]]:
        if steps := _STEPS.match(value):
            return [(meter, int(steps[0]))]
        message = f"a meter goes up or down by steps: write '{meter}=+1' or '{meter}=-2'"
        self.document.problem(number, message)
        return []


@dataclass
class _Marks:
    """What stands in the braces behind a choice."""

    quality: Quality | None = None
    own: Condition | None = None
    sets: list[str] = field(default_factory=list)
    changes: list[tuple[str, int]] = field(default_factory=list)


def _kinds_shown(text: str) -> tuple[str, ...]:
    """A drawing is a picture to whoever looks at it."""
    kinds = [kind_of(address) for is_picture, _words, address in LINK.findall(text) if is_picture]
    seen = (MediaKind.PICTURE if kind is MediaKind.DRAWING else kind for kind in kinds)
    return tuple(dict.fromkeys(kind.value for kind in seen if kind))


def _words_before(text: str, end: int) -> str:
    """The words of the link whose brackets close at `end`, without any Markdown."""
    depth, at = 1, end
    while depth and at > max(0, end - 2 * LONGEST_WORDS):
        at -= 1
        depth += {"]": 1, "[": -1}.get(text[at], 0)
    words = FIELD.sub(lambda found: found[1].replace("_", " "), text[at + 1 : end])
    if _MARKDOWN.search(words):
        words = words_of(to_html(words))
    return " ".join(words.split())[:LONGEST_WORDS]
