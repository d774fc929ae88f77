"""Two texts that began as one, brought together paragraph by paragraph."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from merge3 import Merge3

Texts = Mapping[str, str]

OPENS = "<<<<<<<"
_PARAGRAPH = re.compile(r"(?<=\n)\n+")


class Side(StrEnum):
    """Whose paragraphs stay; BOTH puts mine first."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Region:
    """Some paragraphs in a row, as either has them.

    `side` says whose they are where at most one changed them; None where both did, each otherwise.
    """

    mine: str
    theirs: str
    side: Side | None = None

    def text(self, chosen: Side | None) -> str:
        """The paragraphs that stay; `chosen` counts only where both changed them."""
        side = self.side or chosen
        if side is Side.BOTH:
            return _apart(self.mine) + self.theirs
        return self.theirs if side is Side.THEIRS else self.mine

    @property
    def marked(self) -> str:
        """The paragraphs that stay, or both sides' between the marks that git sets."""
        if self.side:
            return self.text(None)
        mine, theirs = (_ended(each) for each in (self.mine, self.theirs))
        return f"{OPENS} files\n{mine}=======\n{theirs}>>>>>>> site\n"


@dataclass(frozen=True)
class Merging:
    """The regions of each file, by its name."""

    files: Mapping[str, tuple[Region, ...]]

    @property
    def choices(self) -> dict[str, Region]:
        """What somebody must choose, by a name for each choice."""
        return {name: each for name, each in self._named() if each.side is None}

    def texts(self, chosen: Mapping[str, Side]) -> dict[str, str]:
        """The files brought together; KeyError when a choice is missing."""
        return {
            file: "".join(
                each.text(None if each.side else chosen[_name(number, at)])
                for at, each in enumerate(regions)
            )
            for number, (file, regions) in enumerate(self.files.items())
        }

    def marked(self) -> dict[str, str]:
        """The files brought together, with marks around what must be chosen."""
        return {
            file: "".join(each.marked for each in regions) for file, regions in self.files.items()
        }

    def _named(self) -> Iterator[tuple[str, Region]]:
        for number, regions in enumerate(self.files.values()):
            yield from ((_name(number, at), each) for at, each in enumerate(regions))


def _name(file: int, region: int) -> str:
    return f"choice-{file}-{region}"


def merging(base: Texts, mine: Texts, theirs: Texts) -> Merging:
    """How two sets of files differ from the one that both began with; a missing file is empty."""
    names = sorted({*mine, *theirs})
    return Merging(
        {
            name: tuple(_regions(base.get(name, ""), mine.get(name, ""), theirs.get(name, "")))
            for name in names
        }
    )


def mark_of(*texts: Texts) -> str:
    """Names these texts, so that choices made on others are not carried out."""
    plain = json.dumps([dict(each) for each in texts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _regions(base: str, mine: str, theirs: str) -> Iterator[Region]:
    began, one, other = paragraphs(base), paragraphs(mine), paragraphs(theirs)
    for kind, *places in Merge3(began, one, other).merge_regions():
        if kind == "unchanged":
            same = "".join(began[slice(*places)])
            yield Region(same, same, Side.MINE)
        elif kind == "same":
            same = "".join(one[slice(*places)])
            yield Region(same, same, Side.MINE)
        elif kind == "a":
            yield Region("".join(one[slice(*places)]), "", Side.MINE)
        elif kind == "b":
            yield Region("", "".join(other[slice(*places)]), Side.THEIRS)
        else:
            _began, _ended, *sides = places
            yield Region("".join(one[slice(*sides[:2])]), "".join(other[slice(*sides[2:])]))


def paragraphs(text: str) -> Sequence[str]:
    """The text in pieces that end with their empty lines; a text without any, line by line."""
    if not _PARAGRAPH.search(text):
        return text.splitlines(keepends=True)
    ends = [found.end() for found in _PARAGRAPH.finditer(text)]
    starts = [0, *ends]
    pieces = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return [piece for piece in pieces if piece]


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _apart(text: str) -> str:
    return text if text.endswith("\n\n") or not text else text.rstrip("\n") + "\n\n"
