"""Finding entries of a register: what a list says of each, and what somebody looks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coursesite.authoring.library.entries import RegisterEntry
from coursesite.authoring.rules import Turn


@dataclass(frozen=True)
class Listed:
    """An entry in the list: how often it is used, what is wrong with it, when it is due."""

    entry: RegisterEntry
    used: int = 0
    problems: Sequence[str] = ()
    due: date | None = None
    turn: Turn = Turn.NEVER


@dataclass(frozen=True)
class Asked:
    """What is looked for: words, how far it was verified, and what is due."""

    words: str = ""
    verification: str = ""
    due: bool = False

    def fits(self, listed: Listed) -> bool:
        entry = listed.entry
        if self.verification and entry.words("verification") != self.verification:
            return False
        if self.due and listed.turn not in {Turn.OVERDUE, Turn.SOON}:
            return False
        text = repr(list(_values(entry.data))).casefold()
        return all(word in text for word in self.words.casefold().split())


def _values(value: object) -> Sequence[str]:
    if isinstance(value, Mapping):
        return [part for each in value.values() for part in _values(each)]
    if isinstance(value, list):
        return [part for each in value for part in _values(each)]
    return [str(value)]
