"""Which objective of its module each question tests, while the objectives change places."""

from collections import Counter
from collections.abc import Mapping

from coursesite.authored.changing import put
from coursesite.authoring.library.questions.entries import ORDER, entries_in, every


def aimed_at(text: str) -> Mapping[int, int]:
    """How many questions test each objective, by its number from 0."""
    return Counter(each for entry in every(entries_in(text)) if (each := _aim(entry.data)) >= 0)


def aimed_anew(text: str, moved: Mapping[int, int | None]) -> str:
    """The questions with the numbers that their objectives have now."""
    for entry in every(entries_in(text)):
        now = moved.get(_aim(entry.data))
        if now is not None:
            text = put(text, entry.at, "objective", now + 1, ORDER)
    return text


def _aim(data: Mapping[str, object]) -> int:
    number = data.get("objective")
    return number - 1 if isinstance(number, int) and not isinstance(number, bool) else -1
