"""What a report counts as what, and how its numbers are summed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from coursesite.assignments.rules import Standing
from coursesite.people.rules import by_number

COMPLIANT = frozenset({Standing.COMPLETED, Standing.IN_GRACE})
LATE = frozenset({Standing.OVERDUE, Standing.EXPIRED, Standing.REVOKED})
EXCUSED = frozenset({Standing.WAIVED, Standing.ABSENT})
COUNTED = frozenset(Standing) - {Standing.NOT_YET_OPEN}
"""A period is counted from the day it is there, so that nothing is ever "not yet open" here."""

REQUIRED = COUNTED - EXCUSED

STATES: Mapping[str, frozenset[Standing]] = {
    "required": REQUIRED,
    "compliant": COMPLIANT,
    "late": LATE,
    **{standing.value: frozenset({standing}) for standing in Standing if standing in REQUIRED},
    "excused": EXCUSED,
    **{standing.value: frozenset({standing}) for standing in Standing if standing in EXCUSED},
}
"""What one can ask for: a standing by its word, or several that belong together."""


@dataclass(frozen=True)
class Figures:
    """How many requirements stand how."""

    people: Mapping[Standing, int] = field(default_factory=dict)

    def of(self, state: str) -> int:
        """How many are in this state, one of STATES."""
        return sum(self.people.get(standing, 0) for standing in STATES[state])

    @property
    def all(self) -> int:
        return sum(self.people.values())

    @property
    def percentage(self) -> int | None:
        """Of those required, how many are compliant; rounded down, so that 100 means all of them.

        None where nothing is required.
        """
        required = self.of("required")
        return self.of("compliant") * 100 // required if required else None


def total(figures: Iterable[Figures]) -> Figures:
    """The sum."""
    people: dict[Standing, int] = {}
    for each in figures:
        for standing, number in each.people.items():
            people[standing] = people.get(standing, 0) + number
    return Figures(people)


@dataclass(frozen=True)
class Place:
    """A unit as reports see it; `path` lists the ids from the root, as in `/1/7/`."""

    id: int
    name: str
    path: str

    def holds(self, other: "Place") -> bool:
        """The other is this unit or lies below it."""
        return other.path.startswith(self.path)


def topmost(places: Collection[Place]) -> list[Place]:
    """Those that lie in no other of them."""
    paths = {place.path for place in places}
    return [place for place in places if not paths.intersection(_above(place.path))]


def children(places: Collection[Place], unit: Place) -> list[Place]:
    """The units right below this one."""
    return [place for place in places if _above(place.path)[-1:] == [unit.path]]


def ancestors(places: Collection[Place], unit: Place) -> list[Place]:
    """The units above this one that are among the places, from the top."""
    above = _above(unit.path)
    return sorted((place for place in places if place.path in above), key=lambda each: each.path)


def full_name(places: Mapping[str, Place], unit: Place) -> str:
    """The names from the top to this unit; `places` by path."""
    line = [*_above(unit.path), unit.path]
    return " / ".join(places[path].name for path in line if path in places)


def in_tree_order(places: Collection[Place]) -> list[Place]:
    """Each unit after the one that it belongs to, neighbours by name."""
    by_path = {place.path: place for place in places}

    def line(place: Place) -> list[tuple[tuple[str | int, ...], int]]:
        paths = [*_above(place.path), place.path]
        found = [by_path[path] for path in paths if path in by_path]
        return [(by_number(each.name), each.id) for each in found]

    return sorted(places, key=line)


def _above(path: str) -> list[str]:
    """The paths of all units above, from the root: of `/1/7/9/` these are `/1/` and `/1/7/`."""
    ids = path.strip("/").split("/")[:-1]
    return ["/" + "/".join(ids[:number]) + "/" for number in range(1, len(ids) + 1)]


class Every(StrEnum):
    """How often a saved view is mailed."""

    WEEK = "week"
    MONTH = "month"


def next_mailing(every: Every, day: date) -> date:
    """The next Monday after a day, or the first day of the next month."""
    if every is Every.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


FEW = 200


def is_walked(number: int, part: int, whole: int) -> bool:
    """Whether a page of so long a list comes from walking people by name, until it is full.

    Else all of it is found and sorted. Whoever walks passes those who are not in the list, and not
    in the part of the organisation that is asked for; whoever finds looks at that part alone.
    """
    return number > FEW and number * part > FEW * whole


class What(StrEnum):
    """What can be decided about people's training."""

    EXTENSION = "extension"
    WAIVER = "waiver"
    ABSENCE = "absence"
    COMPLETION = "completion"
    PRIOR = "prior-training"
    REVOCATION = "revocation"
    ASSIGNMENT = "assignment"
    REMINDER = "reminder"


FINAL = frozenset({What.ASSIGNMENT, What.REMINDER})
"""A mail is sent, and an assignment is ended on its own page."""


class ActState(StrEnum):
    """How far a decision about many is carried out, or taken back."""

    DOING = "doing"
    DONE = "done"
    TAKING_BACK = "taking-back"
    TAKEN_BACK = "taken-back"


class ActedOn(StrEnum):
    """What became of one of the people; what STANDS could not be taken back."""

    WAITING = "waiting"
    DONE = "done"
    LEFT_OUT = "left-out"
    TAKEN_BACK = "taken-back"
    STANDS = "stands"
