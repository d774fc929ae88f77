"""Questions moved, copied and taken away; the others stay as they are written."""

from coursesite.authored.changing import New, copied, put, rearrange
from coursesite.authoring.library.questions.entries import (
    Entry,
    entries_in,
    free_id,
    get_entry,
    ids_in,
)
from coursesite.errors import Invalid


def moved(text: str, question_id: str, by: int) -> str:
    """The question one place up (-1) or down (+1); at the end of the list it stays."""
    entry = get_entry(text, question_id)
    order: list[int | New] = list(range(_neighbours(text, entry)))
    to = entry.number + by
    if not 0 <= to < len(order):
        return text
    order[entry.number], order[to] = order[to], order[entry.number]
    return rearrange(text, entry.at[:-1], order)


def _neighbours(text: str, entry: Entry) -> int:
    every = entries_in(text)
    return len(every) if entry.outer is None else len(every[entry.outer].inner)


def with_copy(text: str, question_id: str) -> tuple[str, str]:
    """The text with a copy right after the question, and the id of the copy.

    All its ids are new; those of its options belong to it alone and stay.
    """
    entry = get_entry(text, question_id)
    known = ids_in(text)
    new = copied(text, entry.at[:-1], entry.number)
    at = (*entry.at[:-1], entry.number + 1)
    name = free_id(entry.id, known)
    new = put(new, at, "id", name)
    known.add(name)
    for inner in entry.inner:
        own = free_id(inner.id, known)
        known.add(own)
        new = put(new, (*at, *inner.at[len(entry.at) :]), "id", own)
    return new, name


def without(text: str, question_id: str) -> str:
    """The text without the question."""
    entry = get_entry(text, question_id)
    others: list[int | New] = [
        each for each in range(_neighbours(text, entry)) if each != entry.number
    ]
    if not others:
        raise Invalid("A quiz keeps at least one question: write another one first.")
    return rearrange(text, entry.at[:-1], others)
