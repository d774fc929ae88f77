"""Whom an assignment is for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from coursesite.assignments.rules.words import Criterion


@dataclass(frozen=True)
class Condition:
    """One condition; a person matches who, in some group, meets one of each kind in it.

    So a group may name several units, professions, roles and people: any of each will do.
    """

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
    """Whether in some group every kind of condition holds; no conditions match nobody."""
    return person.here and any(not unmet(group, person) for group in groups_of(conditions))


Group = dict[Criterion, tuple[str, ...]]


def groups_of(conditions: Iterable[Condition]) -> list[Group]:
    """The groups in their order, each with the values of every kind of condition in it."""
    ordered = sorted(conditions, key=lambda each: each.group)
    groups: list[Group] = []
    for _number, conditions_ in groupby(ordered, key=lambda each: each.group):
        group: Group = {}
        for each in conditions_:
            group[each.kind] = (*group.get(each.kind, ()), each.value)
        groups.append(group)
    return groups


def unmet(group: Group, person: Member) -> list[Criterion]:
    """The kinds of conditions of a group that do not hold for somebody."""
    return [
        kind
        for kind, values in group.items()
        if not any(_TESTS[kind](value, person) for value in values)
    ]


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
    units = [group.get(Criterion.UNIT, ()) for group in groups_of(conditions)]
    return all(values and all(each.startswith(paths) for each in values) for values in units)
