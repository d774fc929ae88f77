"""People named line by line: a staff number, an e-mail address or a full name each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_LINES = 5_000
NOBODY_LEFT: Mapping[str, date] = {}


@dataclass(frozen=True)
class Line:
    """What stands in a line that is not empty; lines are counted from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Known:
    """Somebody who may be named, with all that a line can name them by."""

    id: int
    name: str
    email: str
    staff_number: str | None = None

    @property
    def line(self) -> str:
        """The shortest that names them alone."""
        return self.staff_number or self.email


class Trouble(StrEnum):
    """Why a line names nobody: UNKNOWN fits no one, SEVERAL fits more, TWICE was there before,
    LEFT is somebody who does not work here any more.
    """

    UNKNOWN = "unknown"
    SEVERAL = "several"
    TWICE = "twice"
    LEFT = "left"


@dataclass(frozen=True)
class Misfit:
    """A line that cannot be taken; `first` is the line that named the same person before,
    `left_on` the last day of whoever left.
    """

    line: Line
    trouble: Trouble
    first: int | None = None
    left_on: date | None = None


def lines_of(text: str) -> list[Line]:
    """The lines of a pasted list; of a row of a sheet, its first cell."""
    cells = (re.split(r"[\t;]", line, maxsplit=1)[0].strip() for line in text.splitlines())
    return [Line(number, cell) for number, cell in enumerate(cells, 1) if cell]


def pick(
    lines: Iterable[Line], people: Iterable[Known], left: Mapping[str, date] = NOBODY_LEFT
) -> tuple[list[int], list[Misfit]]:
    """Whom the lines name, in their order, and every line that names nobody, with its reason.

    A staff number or an address goes before a name that is written alike. `left` are the numbers
    and addresses of those who left, in small letters, with their last days.
    """
    by_key, by_name = _index(people)
    chosen: dict[int, int] = {}
    misfits = []
    for line in lines:
        key = line.text.casefold()
        found = by_key.get(key) or by_name.get(key) or []
        if len(found) != 1:
            misfits.append(_misfit(line, bool(found), left.get(key)))
        elif found[0] in chosen:
            misfits.append(Misfit(line, Trouble.TWICE, chosen[found[0]]))
        else:
            chosen[found[0]] = line.number
    return list(chosen), misfits


def _misfit(line: Line, several: bool, left_on: date | None) -> Misfit:
    if several:
        return Misfit(line, Trouble.SEVERAL)
    if left_on is not None:
        return Misfit(line, Trouble.LEFT, left_on=left_on)
    return Misfit(line, Trouble.UNKNOWN)


_Index = dict[str, Sequence[int]]


def _index(people: Iterable[Known]) -> tuple[_Index, _Index]:
    by_key: dict[str, dict[int, None]] = {}
    by_name: dict[str, dict[int, None]] = {}
    for each in people:
        for key in filter(None, (each.staff_number, each.email)):
            by_key.setdefault(key.casefold(), {})[each.id] = None
        by_name.setdefault(each.name.casefold(), {})[each.id] = None
    return (
        {key: tuple(ids) for key, ids in by_key.items()},
        {key: tuple(ids) for key, ids in by_name.items()},
    )
