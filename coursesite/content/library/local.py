"""Reading what an organisation says of itself: its passages and fields, checked and rendered."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from coursesite.authored import Problem, Severity, did_you_mean, errors_in, read_text
from coursesite.content.library.drawing import Drawing
from coursesite.content.library.frames import warn_of_frames, warn_of_unnamed
from coursesite.content.library.labels import labels_for
from coursesite.content.library.links import LINK, Places, check_links
from coursesite.content.library.outline import KINDS, Document, Outline, passage_in
from coursesite.content.library.proofing import Allowed, check_blocks, check_text
from coursesite.content.library.typesetting import FIELD as FIELD_MARK
from coursesite.content.library.typesetting import Misplaced, Press, cited_in
from coursesite.content.rules import Fact, LocalText, OwnPassage, Parts, Ref
from coursesite.content.rules.local import (
    field_file,
    field_of,
    passage_file,
    passage_of,
)
from coursesite.markup import tangle_in

LONGEST_FIELD = 1_000
LONGEST_PASSAGE = 10_000
BLOCKS = ("key", "case", "voice")

_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_TURNED = re.compile("[\u202d\u202e]")
_ID = re.compile(r' id="[^"]*"')


@dataclass(frozen=True)
class KnownPlaces:
    """What a local version is read against.

    `fields` and `passages` are those that the course asks for now, `kept` the files that are
    published already: of these, one that nobody asks for any more is no mistake.
    """

    facts: Mapping[str, Fact]
    day: date
    fields: Collection[str]
    passages: Collection[str]
    kept: Collection[str] = ()


@dataclass(frozen=True)
class ReadLocal:
    """What the files held: `preview` is what can be drawn of it, in spite of errors elsewhere."""

    preview: LocalText
    problems: list[Problem] = field(default_factory=list)

    @property
    def text(self) -> LocalText | None:
        """What may be published; None if an error stands in the way."""
        return None if errors_in(self.problems) else self.preview


def read_local(
    files: Mapping[str, str], organisation: str, language: str, known: KnownPlaces
) -> ReadLocal:
    """Read every file of a local version; what can be drawn is drawn, whatever the others hold."""
    problems: list[Problem] = []
    fields: dict[str, str] = {}
    passages: dict[str, OwnPassage] = {}
    for file, source in sorted(files.items()):
        if (name := field_of(file)) is not None:
            problems += _check_field(name, source, known)
            fields[name] = source.strip()
        elif (name := passage_of(file)) is not None:
            passage, found = read_passage(name, source, language, known)
            problems += found
            if passage:
                passages[name] = passage
        else:
            problems.append(Problem(file, 1, "this is neither a field nor a passage: delete it"))
    return ReadLocal(LocalText(organisation, language, fields, passages), problems)


def _check_field(name: str, value: str, known: KnownPlaces) -> Iterator[Problem]:
    path = field_file(name)
    _, odd = read_text(value, path, LONGEST_FIELD)
    yield from odd
    yield from _unasked(path, name, known.fields, known)
    yield from _turned(path, value)


def _unasked(path: str, name: str, asked: Collection[str], known: KnownPlaces) -> Iterator[Problem]:
    if name in asked:
        return
    if path in known.kept:
        message = "nothing in the course asks for this any more: nobody sees it"
        yield Problem(path, 1, message, Severity.WARNING)
    else:
        message = f"nothing in the course asks for '{name}'{did_you_mean(name, list(asked))}"
        yield Problem(path, 1, message)


def _turned(path: str, text: str) -> Iterator[Problem]:
    """Characters that show a text in another order than it is kept in; no language needs them."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _TURNED.search(line):
            sign = f"U+{ord(found[0]):04X}"
            message = f"the invisible character {sign} turns the text around: delete it"
            yield Problem(path, number, message)


def read_passage(
    name: str, source: str, language: str, known: KnownPlaces
) -> tuple[OwnPassage | None, list[Problem]]:
    """One passage, drawn; None if an error stood in the way."""
    path = passage_file(name)
    text, odd = read_text(source, path, LONGEST_PASSAGE)
    if odd:
        return None, odd
    if line := tangle_in(text):
        return None, [Problem(path, line, _TANGLED)]
    document = Document(path, text.rstrip("\n").split("\n"))
    document.problems += [*_unasked(path, name, known.passages, known), *_turned(path, text)]
    outline = passage_in(document)
    _check(document, outline, known)
    if errors_in(document.problems):
        return None, document.problems
    try:
        parts = _drawn(document, outline, language)
    except Misplaced as misplaced:
        document.problem(misplaced.block.line, "this block does not stand by itself")
        return None, document.problems
    cited = dict.fromkeys(
        chain.from_iterable(cited_in(line) for _, line in document.prose(1, outline.last))
    )
    facts = tuple(known.facts[fact_id] for fact_id in cited)
    return OwnPassage(source, _at_home(parts, name), facts), document.problems


_TANGLED = "here are more lines, brackets or asterisks than are read: divide the text"


def _check(document: Document, outline: Outline, known: KnownPlaces) -> None:
    if not "".join(document.lines).strip():
        document.problem(1, "this passage has no words: write it, or take it out again")
    _check_kinds(document, outline)
    check_blocks(document, outline)
    warn_of_frames(document)
    warn_of_unnamed(document, outline.block.walk())
    fields = {name for line in document.lines for name in FIELD_MARK.findall(line)}
    check_text(document, 1, outline.last, Allowed(known.facts, known.day, fields))
    check_links(document, outline, Places((), ()))
    for number, line in document.prose(1, outline.last):
        _check_line(document, number, line, known)


def _check_kinds(document: Document, outline: Outline) -> None:
    """Blocks that are recorded, or that stand once in a module, belong to the course itself."""
    for block in outline.block.walk():
        if block.kind in KINDS and block.kind not in BLOCKS:
            message = f"'{block.kind}' cannot stand in a local passage: there are {_KINDS}"
            document.problem(block.line, message)


_KINDS = f"'{BLOCKS[0]}', '{BLOCKS[1]}' and '{BLOCKS[2]}'"


def _check_line(document: Document, number: int, line: str, known: KnownPlaces) -> None:
    if _HEADING.match(line):
        message = "a heading cannot stand in a local passage: write a line in **bold** instead"
        document.problem(number, message)
    if _FOOTNOTE.search(line):
        message = "a footnote cannot stand in a local passage: put it into the text"
        document.problem(number, message)
    if any(is_picture for is_picture, _words, _address in LINK.findall(line)):
        document.problem(number, "a picture cannot stand in a local passage: say it in words")
    for name in FIELD_MARK.findall(line):
        if name not in known.fields:
            hint = did_you_mean(name, list(known.fields))
            document.problem(number, f"nothing in the course asks for '{name}'{hint}")


def _drawn(document: Document, outline: Outline, language: str) -> Parts:
    labels = labels_for(language)
    return Drawing(Press(labels, "", language), labels, document, outline).lesson({})


def _at_home(parts: Parts, name: str) -> Parts:
    """What it cites is listed below it; nothing in it has an id that the lesson may have."""
    return tuple(
        replace(part, parts=_at_home(part.parts, name))
        if isinstance(part, Ref)
        else _ID.sub("", part).replace('href="#source-', f'href="#here-{name}-')
        for part in parts
    )
