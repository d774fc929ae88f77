"""The rows of a form that can be put in another order, added to and taken away, without a script.

Of each row a form sends `PREFIX-NUMBER-was`, its number in the file, empty for a new one;
`PREFIX-NUMBER-place`, from 1; and `PREFIX-NUMBER-remove` if it is to go.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_ROWS = 100

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Placed:
    """A row of the form; `was` is its number in the file, None for a new one.

    `sent` is whether the form holds it: what a form leaves out stays.
    """

    number: int
    was: int | None
    place: int
    remove: bool = False
    sent: bool = True


def rows_in(form: Form, prefix: str, there: int) -> list[Placed]:
    """All rows in the order that was asked for; `there` is how many the file has."""
    written = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,3}})-[a-z].*")
    numbers = sorted({int(found[1]) for name in form if (found := written.fullmatch(name))})
    rows = [_row(form, f"{prefix}-{number}", number, there) for number in numbers[:MOST_ROWS]]
    known = {row.was: row for row in rows if row.was is not None}
    new = [row for row in rows if row.was is None]
    left = [Placed(each, each, each, sent=False) for each in range(there) if each not in known]
    return sorted([*known.values(), *left, *new], key=_turn)


def _row(form: Form, name: str, number: int, there: int) -> Placed:
    was, place = _count(form, f"{name}-was"), _count(form, f"{name}-place")
    return Placed(
        number,
        was if was in range(there) else None,
        number if place < 0 else place - 1,
        remove=f"{name}-remove" in form,
    )


def _count(form: Form, name: str) -> int:
    """A small number; -1 for what is none."""
    text = (form.get(name) or [""])[0]
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else -1


def _turn(row: Placed) -> tuple[int, int]:
    """A row that was moved up goes before the one that is there, one moved down behind it."""
    return row.place, (row.place > row.number) - (row.place < row.number)
