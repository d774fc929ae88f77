"""The HTML around each kind of block. What stands inside is already safe."""

import re
from collections.abc import Callable, Iterator, Mapping

from coursesite.content.library.labels import Labels
from coursesite.content.library.outline import Block, Document, Outline
from coursesite.content.library.staging import Stage
from coursesite.content.library.typesetting import Node, Press
from coursesite.content.rules import DEBRIEF, Parts, Ref, RefKind
from coursesite.markup import as_text

Piece = str | Ref

_BOX = re.compile(r"<li>(\s*(?:<p>)?)\[[ xX]\] ")
_HEADING = re.compile(r"(#{1,4})")


class Drawing:
    """Draws the blocks of one lesson and remembers what was drawn of each."""

    def __init__(
        self,
        press: Press,
        labels: Labels,
        document: Document,
        outline: Outline,
    ) -> None:
        self.press = press
        self.labels = labels
        self.document = document
        self.outline = outline
        self.stages: Mapping[int, Stage] = {}  # the scenarios, by their lines
        self.drawn: dict[int, Parts] = {}  # what each block holds, by its line
        self._draw: dict[str, Callable[[Block, Parts], Parts]] = {
            "key": self._key,
            "case": self._case,
            "voice": self._voice,
            "check": self._check,
            "reflect": self._reflect,
            "local": self._local,
            "checklist": self._checklist,
            "facilitator": self._facilitator,
            "instead": self._instead,
        }

    def lesson(self, stages: Mapping[int, Stage]) -> Parts:
        """The whole lesson as strings of HTML and references."""
        self.stages = stages
        tree = self.press.lesson(self.document, self.outline)
        return self._inside(tree)

    def _inside(self, node: Node) -> Parts:
        pieces: list[Piece] = []
        for piece in node.pieces:
            pieces += self._block(piece) if isinstance(piece, Node) else [piece]
        return joined(pieces)

    def _block(self, node: Node) -> Parts:
        if node.block.kind == "notice":
            return self._notice(node)
        if node.block.kind == "scenario":
            return self._scenario(node)
        inner = self._inside(node)
        self.drawn[node.block.line] = inner
        return self._draw[node.block.kind](node.block, inner)

    def _key(self, _: Block, inner: Parts) -> Parts:
        return wrapped(f'<div class="block block-key">{self._label("key")}', inner, "</div>")

    def _case(self, block: Block, inner: Parts) -> Parts:
        fictional = self.labels.fictional
        own = self.press.line(block.title)
        title = own or self.labels.spoken(fictional)
        if own and fictional.casefold() not in own.casefold():
            title = f"{self.labels.spoken(fictional)}: {own}"
        opening = f'<div class="block block-case"><p class="block-name">{title}</p>'
        return wrapped(opening, inner, "</div>")

    def _voice(self, block: Block, inner: Parts) -> Parts:
        source = f"<figcaption><cite>{self.press.line(block.title)}</cite></figcaption>"
        return wrapped('<figure class="block block-voice">', inner, f"{source}</figure>")

    def _check(self, block: Block, _: Parts) -> Parts:
        return (Ref(RefKind.CHECK, block.id),)

    def _reflect(self, block: Block, inner: Parts) -> Parts:
        return (Ref(RefKind.REFLECT, block.id, block.title, inner),)

    def _local(self, block: Block, inner: Parts) -> Parts:
        return (Ref(RefKind.LOCAL, block.id, block.title, inner),)

    def _checklist(self, block: Block, inner: Parts) -> Parts:
        inner = tuple(_boxes(part) if isinstance(part, str) else part for part in inner)
        self.drawn[block.line] = inner
        title = self._title(block, "checklist")
        return wrapped(f'<section class="block block-checklist">{title}', inner, "</section>")

    def _facilitator(self, _: Block, __: Parts) -> Parts:
        return ()  # a page of its own, which is no part of the lesson

    def _scenario(self, node: Node) -> Parts:
        stage = self.stages[node.block.line]
        title = self._title(node.block, "scenario")
        pieces: list[Piece] = [f"{stage.opening}{title}"]
        for piece in node.pieces:
            pieces += self._scene(stage, piece) if isinstance(piece, Node) else [piece]
        return joined([*pieces, "</section>"])

    def _scene(self, stage: Stage, node: Node) -> Parts:
        """A scene or the debrief; other blocks stand beside them as anywhere."""
        if node.block.kind not in {"scene", DEBRIEF}:
            return self._block(node)
        inner: list[Piece] = []
        for piece in node.pieces:
            inner += self._within(stage, piece) if isinstance(piece, Node) else [piece]
        return stage.scene(node.block, joined(inner))

    def _within(self, stage: Stage, node: Node) -> Parts:
        if node.block.kind == "if":
            return wrapped(stage.passage(node.block), self._inside(node), "</div>")
        return self._block(node)

    def _notice(self, node: Node) -> Parts:
        instead = [
            piece
            for piece in node.pieces
            if isinstance(piece, Node) and piece.block.kind == "instead"
        ]
        passage = Node(node.block, [piece for piece in node.pieces if piece not in instead])
        said = self.labels.spoken(self.labels.notice)
        summary = f"<summary>{said} {as_text(node.block.title)}</summary>"
        opening = f'<details class="notice">{summary}'
        folded = wrapped(opening, self._inside(passage), "</details>")
        return joined([*folded, *(part for each in instead for part in self._block(each))])

    def _instead(self, _: Block, inner: Parts) -> Parts:
        return wrapped(f'<div class="instead">{self._label("instead")}', inner, "</div>")

    def _label(self, name: str) -> str:
        return f'<p class="block-name"{self.labels.tongue}>{getattr(self.labels, name)}</p>'

    def _title(self, block: Block, name: str) -> str:
        """A label, and the title one level below the heading that it stands under."""
        above = self.document.prose(self.outline.line, block.line)
        marks = [found[1] for _, line in above if (found := _HEADING.match(line))]
        level = min(len(marks[-1]) + 1 if marks else 2, 4)
        title = f"<h{level}>{self.press.line(block.title)}</h{level}>" if block.title else ""
        return self._label(name) + title


def _boxes(html: str) -> str:
    return _BOX.sub(r'<li class="box">\1', html)


def wrapped(before: str, inner: Parts, after: str) -> Parts:
    return joined([before, *inner, after])


def joined(pieces: list[Piece]) -> Parts:
    """The same with neighbouring strings made one and empty ones left out."""
    return tuple(_joined(pieces))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            continue
        if html := "".join(text):
            yield html
        text.clear()
        yield piece
    if html := "".join(text):
        yield html
