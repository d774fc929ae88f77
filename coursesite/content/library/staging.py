"""The HTML of a scenario: readable from top to bottom, with all that a script needs to play it."""

import json
import re
from collections.abc import Iterator

from coursesite.content.library.conditions import said
from coursesite.content.library.labels import Labels
from coursesite.content.library.outline import Block, Document
from coursesite.content.library.scenarios import WrittenChoice, WrittenScenario
from coursesite.content.rules import DEBRIEF, Condition, Parts, Ref, RefKind
from coursesite.markup import as_text

_LINK = re.compile(r"<a ([^>]*)>")
_HREF = re.compile(r'href="#([a-z][a-z0-9-]*)"')


class Stage:
    """Draws the links and the passages of one scenario."""

    def __init__(
        self, document: Document, labels: Labels, language: str, written: WrittenScenario
    ) -> None:
        self.document = document
        self.language = language
        self.labels = labels
        self.written = written
        self.scenario = written.scenario
        self.targets = {scene.id for scene in written.scenes} | {DEBRIEF}
        self.passages = dict(
            each for scene in (*written.scenes, written.debrief) for each in scene.passages
        )

    @property
    def opening(self) -> str:
        """The opening tag of the whole."""
        scenario = self.scenario
        meters = [
            {"id": each.id, "name": each.name, "start": each.start, "words": each.words}
            for each in scenario.meters
        ]
        data = f' data-meters="{as_text(json.dumps(meters))}"' if meters else ""
        return (
            f'<section class="block block-scenario" id="{scenario.id}" '
            f'data-scenario="{scenario.id}" data-start="{scenario.start}"{data}>'
        )

    def passage(self, block: Block) -> str:
        """The opening tag of what only some see, and for whom it is."""
        condition = self.passages[block.line]
        words = f'<p class="if-name">{self._said(condition)}</p>'
        return f'<div class="if"{_asks(condition)}>{words}'

    def scene(self, block: Block, inner: Parts) -> Parts:
        """A scene with its links to other scenes made choices, or the debrief."""
        lines = [scene.line for scene in self.written.scenes]
        if block.kind == DEBRIEF:
            drawn = self._linked(block, inner, [])
            route = Ref(RefKind.ROUTE, self.scenario.id)
            return (self._opening(DEBRIEF, self.labels.debrief), route, *drawn, "</section>")
        place = lines.index(block.line)
        scene = self.written.scenes[place]
        drawn = self._linked(block, inner, scene.choices)
        return (self._opening(scene.id, f"{self.labels.scene} {place + 1}"), *drawn, "</section>")

    def _opening(self, name: str, label: str) -> str:
        return (
            f'<section class="scene" id="{self.scenario.id}--{name}" data-scene="{name}">'
            f'<p class="block-name scene-name"{self.labels.tongue}>{label}</p>'
        )

    def _linked(self, block: Block, inner: Parts, choices: list[WrittenChoice]) -> Parts:
        upcoming = iter(choices)
        return tuple(
            self._choices(part, block, upcoming) if isinstance(part, str) else part
            for part in inner
        )

    def _choices(self, html: str, block: Block, upcoming: Iterator[WrittenChoice]) -> str:
        """The script reads how good each is, a reader not."""

        def choice(found: re.Match[str]) -> str:
            target = _HREF.search(found[1])
            if target is None or target[1] not in self.targets:
                return found[0]
            address = f'href="#{self.scenario.id}--{target[1]}"'
            if block.kind == DEBRIEF:
                return f"<a {address}>"
            read = next((each for each in upcoming if each.choice.target == target[1]), None)
            if read is None:
                self.document.problem(block.line, _UNREAD.format(target[1]))
                return found[0]
            return self._link(address, read)

        return _LINK.sub(choice, html)

    def _link(self, address: str, written: WrittenChoice) -> str:
        choice = written.choice
        data = {
            "quality": choice.quality or "",
            "choice": choice.id,
            "set": " ".join(choice.sets),
            "change": " ".join(f"{meter}{steps:+}" for meter, steps in choice.changes),
        }
        said_in_html = "".join(f' data-{name}="{value}"' for name, value in data.items() if value)
        if written.own is None:
            return f"<a {address}{said_in_html}>"
        words = f'<span class="if-name">{self._said(written.own)} </span>'
        return f"{words}<a {address}{said_in_html}{_asks(written.own)}>"

    def _said(self, condition: Condition) -> str:
        words = self.written.words
        return self.labels.spoken(said(condition, words, self.labels, self.language))


def _asks(condition: Condition) -> str:
    """The condition as attributes."""
    needs = f' data-if="{" ".join(condition.needs)}"' if condition.needs else ""
    without = f' data-unless="{" ".join(condition.without)}"' if condition.without else ""
    return f"{needs}{' data-any' if condition.any else ''}{without}"


_UNREAD = "the link to '{}' in this scene was not understood: write '- [Text.](#next-scene)'"
