"""Whom an assignment is for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from coursesite.assignments.rules.words import Criterion


@dataclass(frozen=True)
class Condition:
    """One condition; a person matches who meets every condition of some group."""

    kind: Criterion
    value: str
    group: int = 1


@dataclass(frozen=True)
class Member:
    """What conditions look at; somebody who left the organisation meets none."""

    id: int
    unit_path: str | None
    audience: str | None
    roles: frozenset[str]
    hired_on: date | None
    here: bool = True


def matches(conditions: Iterable[Condition], person: Member) -> bool:
    """Whether every condition of some group holds; no conditions match nobody."""
    ordered = sorted(conditions, key=lambda each: each.group)
    return person.here and any(
        all(_holds(condition, person) for condition in group)
        for _number, group in groupby(ordered, key=lambda each: each.group)
    )


def _holds(condition: Condition, person: Member) -> bool:
    return _TESTS[condition.kind](condition.value, person)


_TESTS: dict[Criterion, Callable[[str, Member], bool]] = {
    Criterion.UNIT: lambda value, person: (person.unit_path or "").startswith(value),
    Criterion.AUDIENCE: lambda value, person: person.audience == value,
    Criterion.ROLE: lambda value, person: value in person.roles,
    Criterion.PERSON: lambda value, person: str(person.id) == value,
    Criterion.HIRED_AFTER: lambda value, person: (
        person.hired_on is not None and person.hired_on > date.fromisoformat(value)
    ),
}


def lies_within(conditions: Iterable[Condition], paths: tuple[str, ...] | None) -> bool:
    """Whether everybody who can match is posted below one of these paths; None is everywhere."""
    if paths is None:
        return True
    ordered = sorted(conditions, key=lambda each: each.group)
    return all(
        any(each.kind is Criterion.UNIT and each.value.startswith(paths) for each in group)
        for _number, group in groupby(ordered, key=lambda each: each.group)
    )
