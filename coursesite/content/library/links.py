"""Links, pictures and anchors: does each lead somewhere, and can everybody use it?"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from coursesite.authored import did_you_mean
from coursesite.content.library.outline import Block, Document, Outline
from coursesite.content.rules.media import FOLDER, beside, fault_of
from coursesite.markup import safe_address

LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.)*+)\]\(\s*+<?([^\s()>]*+)[^()]*+\)")
_NAMED = re.compile(r" {0,3}\[(?!\^)[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
_ANCHOR = re.compile(r"\{[^{}#]*+#([A-Za-z][\w-]*+)[^{}]*+\}\s*$")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]++)\](:?)")
_DECORATES = re.compile(r"\{:?[^{}]*\.decorative\b[^{}]*\}")
_MEDIA = re.compile(r"\(\s*+<?(media/[A-Za-z0-9._-]++)|\]:\s*+<?(media/[A-Za-z0-9._-]++)")


@dataclass(frozen=True)
class Places:
    """What a link in this module can lead to."""

    lessons: Collection[str]
    media: Collection[str]


def check_links(document: Document, outline: Outline, places: Places) -> None:
    """Report every link, picture, anchor and footnote of a lesson that leads nowhere."""
    anchors = _anchors(document, outline)
    choices = frozenset(_lines_of_scenes(outline.block))
    for number, line in document.prose(outline.first, outline.last):
        for is_picture, words, address in LINK.findall(line):
            if is_picture and not words.strip() and not decorates(line, address):
                document.problem(number, _UNSAID)
            known = address.startswith("#") and (number in choices or address[1:] in anchors)
            if not known:
                _address(document, number, address, places)
        if named := _NAMED.match(line):
            _address(document, number, named[1], places)
    _footnotes(document, outline)


def check_media(names: Collection[str]) -> Iterator[str]:
    """What is not taken, and what is missing beside sound and film: a transcript, captions."""
    for name in sorted(names):
        if fault := fault_of(name):
            yield fault
        lies = beside(name)
        if lies and lies not in names:
            what = "captions" if lies.endswith(".vtt") else "transcript"
            yield f"{name} has no {what}: put {lies.removeprefix(FOLDER)} beside it"


def media_used(text: str, media: Mapping[str, str]) -> dict[str, str]:
    """Of these media, with their digests by name, those that the text shows or leads to.

    What must lie beside sound or film comes along.
    """
    named = {name for found in _MEDIA.findall(text) for name in found if name}
    named |= {lies for name in named if (lies := beside(name))}
    return {name: media[name] for name in sorted(named) if name in media}


def decorates(line: str, address: str) -> bool:
    """Is the picture marked as one that says nothing: `![](media/line.svg){.decorative}`?"""
    after = line.partition(f"]({address}")[2].partition(")")[2]
    return bool(_DECORATES.match(after))


_UNSAID = (
    "this picture has no alternative text: say between [ and ] what it shows, or write "
    "{.decorative} behind it if it says nothing"
)


def _address(document: Document, number: int, address: str, places: Places) -> None:
    if not address or not safe_address(address):
        advice = "use https:, mailto:, tel:, or a page of this course"
        document.problem(number, f"a link cannot lead to '{address}': {advice}")
    elif address.startswith("#"):
        document.problem(number, f"'{address}' is linked but nothing in this lesson has that id")
    elif not address.startswith("/") and ":" not in address:
        _relative(document, number, address.partition("#")[0], places)


def _relative(document: Document, number: int, address: str, places: Places) -> None:
    if address.startswith("media/"):
        if address not in places.media:
            media = [name for name in places.media if name.startswith("media/")]
            document.problem(number, f"{address} does not exist{did_you_mean(address, media)}")
    elif address not in places.lessons:
        hint = did_you_mean(address, list(places.lessons))
        document.problem(number, f"'{address}' is linked but no lesson has that id{hint}")


def _anchors(document: Document, outline: Outline) -> set[str]:
    found = {outline.id: outline.line}
    for block in outline.block.walk():
        if block.kind == "scenario":
            found |= {f"{block.id}--{each.id or each.kind}": each.line for each in block.children}
            _anchor(document, found, block.line, block.id)
    for number, line in document.prose(outline.first, outline.last):
        if line.startswith("#") and (anchor := _ANCHOR.search(line)):
            _anchor(document, found, number, anchor[1])
    return set(found)


def _anchor(document: Document, found: dict[str, int], number: int, name: str) -> None:
    if name in found:
        message = f"the id '{name}' is in this lesson twice (first on line {found[name]})"
        document.problem(number, message)
    found.setdefault(name, number)


def _lines_of_scenes(block: Block) -> Iterator[int]:
    for each in block.walk():
        if each.kind == "scene":
            yield from range(each.line, each.last)


def _footnotes(document: Document, outline: Outline) -> None:
    used: dict[str, int] = {}
    defined: dict[str, int] = {}
    for number, line in document.prose(outline.first, outline.last):
        for found in _FOOTNOTE.finditer(line):
            is_definition = found[2] and not line[: found.start()].strip()
            (defined if is_definition else used).setdefault(found[1], number)
    for name in used.keys() - defined.keys():
        message = f"footnote '{name}' has no text: write '[^{name}]: ...' on a line of this lesson"
        document.problem(used[name], message)
    for name in defined.keys() - used.keys():
        document.problem(defined[name], f"footnote '{name}' is never used: write '[^{name}]'")
