"""The values of a file of settings, each with the field of the form that shows it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from coursesite.authored.tree import Location, Plain
from coursesite.authoring.library.questions import number, one, words
from coursesite.authoring.library.rows import Form
from coursesite.errors import Invalid

Data = Mapping[str, Plain]


class Wrong(Invalid):
    """What stands in one field cannot be taken; nothing is saved."""

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class Sort(Enum):
    """How a value is asked for."""

    LINE = auto()
    NUMBER = auto()
    YES = auto()
    LINES = auto()  # a list, an entry on each line
    TICKS = auto()  # a list, chosen from what there is


@dataclass(frozen=True)
class Slot:
    """A value by the keys above it and its own; `needed` ones stay in the file, even empty.

    `usual` is what holds where the file says nothing.
    """

    at: tuple[str | int, ...]
    key: str
    sort: Sort = Sort.LINE
    needed: bool = False
    usual: str = ""
    joint: str = "-"  # between the words of a name that is typed

    @property
    def name(self) -> str:
        """What its field is called."""
        return "-".join(map(str, (*self.at, self.key)))

    def shown(self, data: Data) -> str | None:
        """What its field shows; None for a value that it cannot hold."""
        holder = found_at(data, self.at)
        if holder is None:
            return self.usual
        if not isinstance(holder, dict):
            return None
        return self._words(holder.get(self.key))

    def _words(self, value: Plain) -> str | None:
        if value is None:
            return self.usual
        if self.sort in {Sort.LINES, Sort.TICKS}:
            return _lines(value)
        if self.sort is Sort.YES:
            return {True: "y", False: ""}.get(value) if isinstance(value, bool) else None
        return None if isinstance(value, list | dict) else words(value)

    def sent(self, form: Form, shown: str) -> str:
        """What the form says, as a field shows it; what it does not hold stays as it was shown."""
        if self.sort in {Sort.YES, Sort.TICKS}:
            if f"{self.name}-asked" not in form:
                return shown
            return self._ticked(form, shown)
        text = one(form, self.name)
        if text is None:
            return shown
        return _plain_lines(text) if self.sort is Sort.LINES else " ".join(text.split())

    def _ticked(self, form: Form, shown: str) -> str:
        if self.sort is Sort.YES:
            return "y" if form.get(self.name) else ""
        ticked = [one({"": [each]}, "") or "" for each in form.get(self.name, ())]
        typed = re.split(r"[,;\n]+", one(form, f"{self.name}-others") or "")
        wanted = dict.fromkeys([*ticked, *(_name(each, self.joint) for each in typed)])
        there = [each for each in shown.split("\n") if each in wanted]
        return "\n".join(each for each in dict.fromkeys([*there, *wanted]) if each)

    def value(self, text: str) -> Plain:
        """What is written for the text of its field; None for nothing."""
        if self.sort in {Sort.LINES, Sort.TICKS}:
            return [line for line in text.split("\n") if line] or None
        if self.sort is Sort.YES:
            return text == "y"
        return number(text) if self.sort is Sort.NUMBER else text or None

    def same(self, one_text: str, other: str) -> bool:
        """Whether both say the same: line breaks inside a value do not count."""
        if self.sort in {Sort.LINES, Sort.TICKS}:
            return one_text == other
        return " ".join(one_text.split()) == " ".join(other.split())


def found_at(data: Data, at: Location) -> Plain:
    """What stands there; None if nothing does."""
    found: Plain = dict(data)
    for part in at:
        if isinstance(found, dict) and isinstance(part, str):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return None if found is None else "…"
    return found


def _lines(value: Plain) -> str | None:
    """The entries of a list, unless one is more than a line."""
    if not isinstance(value, list) or any(isinstance(each, list | dict) for each in value):
        return None
    found = [words(each) for each in value]
    fits = all(each.strip() == each and each and "\n" not in each for each in found)
    return "\n".join(found) if fits else None


def _plain_lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _name(typed: str, joint: str) -> str:
    """A name as files have them: small letters, and no blanks."""
    return joint.join(re.split(rf"[\s{joint}]+", typed.strip().lower()))


def kept_of(data: Data, slots: Sequence[Slot], others: Sequence[str] = ()) -> list[str]:
    """The keys that no field shows, by their way down; `others` are shown otherwise."""
    shown = {(*slot.at, slot.key) for slot in slots if slot.shown(data) is not None}
    return list(_kept(data, (), shown | {(each,) for each in others}))


def _kept(data: Data, at: tuple[str | int, ...], shown: set[tuple[str | int, ...]]) -> list[str]:
    found = []
    for key, value in data.items():
        here = (*at, key)
        if here in shown:
            continue
        deeper = isinstance(value, dict) and any(each[: len(here)] == here for each in shown)
        if deeper and isinstance(value, dict):
            found += _kept(value, here, shown)
        else:
            found.append(".".join(map(str, here)))
    return found
