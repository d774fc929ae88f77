"""Audiences, roles, what each role may do, and for which units."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Audience(StrEnum):
    """The profession a module speaks to."""

    POLICE = "police"
    JUDGES = "judges"
    PRISON_OFFICERS = "prison-officers"
    TEACHERS = "teachers"
    PROBATION = "probation"
    CIVIL_SOCIETY = "civil-society"


class Role(StrEnum):
    LEARNER = "learner"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    MANAGER = "manager"
    TRAINING_OFFICER = "training-officer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    LEARN = "learn"
    WRITE = "write"
    PUBLISH = "publish"
    LOCALISE = "localise"
    PUBLISH_LOCALLY = "publish-locally"
    SEE_REPORTS = "see-reports"
    LOOK_AFTER = "look-after"
    ASSIGN = "assign"
    ADMINISTER = "administer"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEARNER: frozenset({Permission.LEARN}),
    Role.AUTHOR: frozenset({Permission.WRITE, Permission.LOCALISE}),
    Role.PUBLISHER: frozenset(
        {
            Permission.WRITE,
            Permission.PUBLISH,
            Permission.LOCALISE,
            Permission.PUBLISH_LOCALLY,
        }
    ),
    Role.MANAGER: frozenset({Permission.SEE_REPORTS, Permission.LOOK_AFTER}),
    Role.TRAINING_OFFICER: frozenset(
        {Permission.SEE_REPORTS, Permission.LOOK_AFTER, Permission.ASSIGN}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.SEE_REPORTS,
            Permission.LOOK_AFTER,
            Permission.ASSIGN,
            Permission.ADMINISTER,
            Permission.LOCALISE,
            Permission.PUBLISH_LOCALLY,
        }
    ),
}


@dataclass(frozen=True)
class Grant:
    """A role for a scope: the whole organisation, or the subtree of the unit at `unit_path`."""

    role: Role
    unit_path: str | None = None


@dataclass(frozen=True)
class Scope:
    """The units that a person may see or act for.

    `paths` None means the whole organisation; an empty tuple means none of it.
    """

    organisation_id: int
    paths: tuple[str, ...] | None

    @classmethod
    def kept(cls, organisation_id: int, paths: Iterable[str] | None) -> "Scope":
        """One as a row or a job keeps it."""
        return cls(organisation_id, None if paths is None else tuple(paths))

    @property
    def paths_to_keep(self) -> list[str] | None:
        """What a row or a job keeps beside the organisation."""
        return None if self.paths is None else list(self.paths)

    @property
    def empty(self) -> bool:
        return self.paths == ()

    def holds(self, path: str) -> bool:
        """The unit at this path of the organisation belongs to it."""
        return self.paths is None or path.startswith(self.paths)

    def includes(self, other: "Scope") -> bool:
        """All units of the other belong to it."""
        if other.organisation_id != self.organisation_id:
            return False
        if other.paths is None:
            return self.paths is None
        return all(self.holds(path) for path in other.paths)


@cache
def permissions_of(roles: frozenset[Role], *, keeps_course: bool = True) -> frozenset[Permission]:
    """Everybody who is signed in may learn; the rest comes from a role.

    Changing the course also needs an organisation that keeps it; what an organisation says of
    itself does not.
    """
    given = frozenset({Permission.LEARN}).union(*(PERMISSIONS[role] for role in roles))
    return given if keeps_course else given - {Permission.WRITE, Permission.PUBLISH}


def scope_of(grants: Iterable[Grant], permission: Permission, organisation_id: int) -> Scope:
    """Where these grants give the permission."""
    paths = [grant.unit_path for grant in grants if permission in PERMISSIONS[grant.role]]
    if None in paths:
        return Scope(organisation_id, None)
    return Scope(organisation_id, tuple(sorted({path for path in paths if path is not None})))


def covers(scope: Scope, path: str | None) -> bool:
    """Whether a scope holds the unit at `path` and all below it; None is the organisation."""
    if scope.paths is None:
        return True
    return path is not None and path.startswith(scope.paths)


def told_apart(lines: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """What to call each unit among these: its name, with those of as many units above it, from the
    nearest on, as it takes. `lines` are the names from the top down to each.
    """
    called: dict[int, str] = {}
    together, depth = dict(lines), 1
    while together:
        tails = {id: tuple(line[-depth:]) for id, line in together.items()}
        often = Counter(tails.values())
        for id, tail in tails.items():
            if often[tail] == 1 or depth >= len(lines[id]):
                called[id] = " / ".join(tail)
        together = {id: line for id, line in together.items() if id not in called}
        depth += 1
    return called


DEEPEST = 4
"""Organisations that stand in a line below one another, such as country, state, service, force."""


def lineage(organisation_id: int, ancestors: str) -> tuple[int, ...]:
    """An organisation and those above it, the nearest first."""
    return (organisation_id, *map(int, ancestors.split())) if ancestors else (organisation_id,)


def may_stand_below(line: tuple[int, ...], child_id: int, levels: int) -> bool:
    """Whether an organisation with so many levels of its own, itself counted, fits below a line."""
    return child_id not in line and len(line) + levels <= DEEPEST


def by_number(name: str) -> tuple[str | int, ...]:
    """Orders names as people count: Wing 2 before Wing 10."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def normal_email(text: str) -> str:
    """How an address is kept and compared: capitals and blanks around it do not matter."""
    return text.strip().lower()
