"""What changes are to be counted and kept, gathered while many things are done one by one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from coursesite.assignments.services.standings import Counted

WHERE = "coursesite.assignments.gathering"


class Late(NamedTuple):
    """Since when a requirement may have stood otherwise than is on record."""

    requirement_id: int
    organisation_id: int
    since: date


@dataclass
class Gathering:
    """By how much counts change, which requirements of which organisation stand anew, and since
    when some may have stood otherwise, by the day on which that was entered.
    """

    people: Counter[Counted] = field(default_factory=Counter)
    kept: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    late: defaultdict[date, list[Late]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: "Gathering") -> None:
        self.people.update(other.people)
        for organisation_id, ids in other.kept.items():
            self.kept[organisation_id] |= ids
        for day, entered in other.late.items():
            self.late[day] += entered


def gathering_in(session: Session) -> Gathering | None:
    found: Gathering | None = session.info.get(WHERE)
    return found
