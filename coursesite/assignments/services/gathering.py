"""What changes are to be counted and kept, gathered while many things are done one by one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coursesite.assignments.services.standings import Counted

WHERE = "coursesite.assignments.gathering"


@dataclass
class Gathering:
    """By how much counts change, and which requirements of which organisation stand anew."""

    people: Counter[Counted] = field(default_factory=Counter)
    kept: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def gathering_in(session: Session) -> Gathering | None:
    found: Gathering | None = session.info.get(WHERE)
    return found
