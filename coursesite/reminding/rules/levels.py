"""Who is told beside a person: the managers of their unit, and those of the next level above."""

from collections.abc import Mapping

Managers = Mapping[str | None, tuple[int, ...]]
"""Managers by the path of the unit that they manage; None is the whole organisation."""


def levels_above(path: str | None, managers: Managers, person_id: int) -> list[tuple[int, ...]]:
    """The managers of somebody posted at `path`, nearest first; nobody is their own manager.

    A unit without a manager is looked after by the next one above it that has one. Who stands on a
    nearer level is not told again as the next one.
    """
    found: list[tuple[int, ...]] = []
    seen = {person_id}
    for place in _upwards(path):
        level = tuple(each for each in managers.get(place, ()) if each not in seen)
        if level:
            found.append(level)
            seen.update(level)
    return found


def _upwards(path: str | None) -> list[str | None]:
    """/1/7/ gives /1/7/, /1/ and None."""
    ids = path.strip("/").split("/") if path else []
    return [*(f"/{'/'.join(ids[:depth])}/" for depth in range(len(ids), 0, -1)), None]
