"""Writing what a form of settings says into its file: only what it changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from coursesite.authored.tree import Location, Plain
from coursesite.authoring.library.questions import Writing
from coursesite.authoring.library.rows import Form
from coursesite.authoring.library.settings.slots import Slot, Sort, Wrong, found_at
from coursesite.errors import said

Orders = Mapping[tuple[str, ...], Sequence[str]]
"""By the keys above them, the keys in the order in which they are written."""


class Hand(Writing):
    """A file that is being changed; `find` shows it as it is so far."""

    def __init__(self, text: str, orders: Orders) -> None:
        super().__init__(text, ())
        self._orders = orders

    def order_at(self, at: Location) -> Sequence[str]:
        return self._orders.get(tuple(part for part in at if isinstance(part, str)), ())

    def fill(self, slots: Sequence[Slot], form: Form) -> None:
        """Write the values that are other than what is shown."""
        for slot in slots:
            shown = slot.shown(self.find(()))
            if shown is None:
                continue
            sent = slot.sent(form, shown)
            if not slot.same(sent, shown):
                self.write(slot, slot.value(sent))

    def write(self, slot: Slot, value: Plain) -> None:
        there = self._there(slot)
        if slot.sort is Sort.YES and value is (slot.usual == "y") and not there:
            return
        if value is None and slot.needed:
            if slot.sort is Sort.TICKS:
                raise Wrong(slot.name, said("Tick at least one."))
            value = ""
        if value is None:
            self.take_out(slot.at, slot.key)
        else:
            self.set(slot.at, slot.key, value)

    def _there(self, slot: Slot) -> bool:
        holder = found_at(self.find(()), slot.at)
        return isinstance(holder, dict) and slot.key in holder

    def set(self, at: Location, key: str, value: Plain) -> None:
        """Give a key its value; the keys above it come with it where they are missing."""
        while at and not found_at(self.find(()), at):
            above = at[-1]
            if isinstance(above, int):
                break
            at, key, value = at[:-1], above, {key: value}
        self.put(at, key, value)

    def take_out(self, at: Location, key: str) -> None:
        """Drop a key, and with the last of them the key above."""
        holder: Any = found_at(self.find(()), at)
        if not isinstance(holder, dict) or key not in holder:
            return
        if len(holder) == 1 and at and isinstance(at[-1], str):
            self.take_out(at[:-1], at[-1])
        else:
            self.drop(at, key)
