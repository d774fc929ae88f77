"""What a feature above this one asks on the pages that make and change an assignment.

Reminders know assignments, and not the other way round; still they belong on the same form. So
whoever puts the site together says once what reads them, and these pages only pass them on.
"""

from collections.abc import Iterable
from typing import Protocol, cast

from flask import Flask, current_app

from coursesite.assignments.models import Assignment
from coursesite.assignments.services.reaching import Watch

WHERE = "beside assignments"


class Beside(Protocol):
    """What was asked beside one assignment; its templates know what it shows."""

    @property
    def errors(self) -> Iterable[tuple[str, str]]:
        """Every field's number and what is wrong with it."""
        ...

    def validate(self) -> bool: ...

    def watch(self) -> Watch:
        """What sees everybody while it is foreseen what becomes of them."""
        ...

    def preview(self, kind: str, slug: str) -> object:
        """What its template shows before anything is done, or None."""
        ...

    def keep(self, assignment: Assignment) -> None:
        """The assignment is made: what was asked beside it is kept, in the same transaction."""
        ...


class Reader(Protocol):
    """`standing`: it is only to be seen with an assignment that stands, and not to be chosen."""

    def __call__(self, assignment: Assignment | None, *, standing: bool) -> Beside: ...


def set_up(app: Flask, reader: Reader) -> None:
    app.extensions[WHERE] = reader


def of_new(copied: Assignment | None = None) -> Beside:
    """As it was sent; before anything was, as it usually is or as the copied one has it."""
    return _read(copied, standing=False)


def of_standing(assignment: Assignment) -> Beside:
    return _read(assignment, standing=True)


def _read(assignment: Assignment | None, *, standing: bool) -> Beside:
    reader = cast("Reader", current_app.extensions[WHERE])
    return reader(assignment, standing=standing)
