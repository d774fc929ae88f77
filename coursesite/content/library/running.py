"""The words that a learner reads in a lesson, without the signs that authors write around them."""

import re
from collections.abc import Collection, Iterable, Iterator

from coursesite.content.library.outline import CAPTIONS, Block, Document, Outline

_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_SIGNS = re.compile(r"\]\([^)]*\)(?:\{[^}]*\})?|\{:?[^{}]*\}|\[\^[^\]]*\]:?|\[@[^\]]*\]|[*_`\[\]|]")
_BEGINS = re.compile(r"\s*(?:[-*+]|[0-9]+\.)\s+(?:\[[ xX]\]\s+)?|\s*[>:]\s*")
_NO_SENTENCE = re.compile(r"\s*(?:#|\||/{3}|>)")
_ENDS = re.compile(r"[.!?]['\"\u2019\u201d)]*$")


def plain(line: str) -> str:
    """A line's words: no citation, address, picture, mark of a list or name of a class."""
    return _SIGNS.sub("", _BEGINS.sub("", _PICTURE.sub("", line), 1)).strip()


def lines_beside(
    document: Document, outline: Outline, kinds: Collection[str]
) -> Iterator[tuple[int, str]]:
    """A lesson's lines with their numbers, but for the blocks of these kinds and all options."""
    apart: set[int] = set()
    for block in outline.block.walk():
        if block.kind in kinds:
            apart |= set(range(block.line, block.last + 1))
        elif block.kind not in CAPTIONS:
            apart |= {*range(block.line + 1, block.first), block.last}
    lines = document.prose(outline.first, outline.last)
    return ((number, line) for number, line in lines if number not in apart)


def sentences_of(document: Document, outline: Outline) -> str:
    """The lesson's own sentences, a paragraph to a line: no heading, table or quotation."""
    lines = lines_beside(document, outline, {"voice", "facilitator"})
    return "\n".join(_paragraphs(line for _, line in lines))


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines that run on are put together; what ends without a full stop is given one."""
    words: list[str] = []
    for line in (*lines, ""):
        ends = not line.strip() or _NO_SENTENCE.match(line)
        if words and (ends or _BEGINS.match(line)):
            yield _ended(" ".join(words))
            words = []
        if not ends and plain(line):
            words.append(plain(line))


def _ended(paragraph: str) -> str:
    return paragraph if _ENDS.search(paragraph) else f"{paragraph}."


def block_lines(document: Document, block: Block) -> Iterator[str]:
    """What stands in a block, below its options, without the fences of blocks inside."""
    lines = (line for _, line in document.prose(block.first, block.last - 1))
    return (line for line in lines if not line.lstrip().startswith("///"))
