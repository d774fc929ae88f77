"""What the demonstration's organisations ask of their people, and how far these have come."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from coursesite.assignments.rules import Due, DueRule, Terms, renewal_opens_on
from coursesite.demo.rules.people import ACADEMY, POLICE, PRISONS, SCHOOLS
from coursesite.people.rules import Audience, Role

QUICKEST = 4
OFTEN_RENEWED = 0.85
BEGUN = 0.55


class Fate(StrEnum):
    """How far somebody has come with what is asked of them."""

    DONE = "done"
    BEGUN = "begun"
    NOTHING = "nothing"


FATES = {
    "officer": Fate.NOTHING,
    "police": Fate.BEGUN,
    "judge": Fate.DONE,
    "teacher": Fate.NOTHING,
    "training": Fate.DONE,
    "manager": Fate.DONE,
    "admin": Fate.BEGUN,
}


@dataclass(frozen=True)
class Asked:
    """A path that an organisation assigned to some audiences so many days ago.

    It is due `due_days` after somebody was assigned, or for all `due_in` days from today.
    """

    organisation: str
    path: str
    audiences: tuple[Audience, ...]
    days_ago: int
    reason: str
    terms: Terms
    due_days: int | None = None
    due_in: int | None = None

    def due(self, today: date) -> Due:
        if self.due_in is None:
            return Due(DueRule.AFTER_ASSIGNMENT, days=self.due_days)
        return Due(DueRule.FIXED, on=today + timedelta(days=self.due_in))


@dataclass(frozen=True)
class AskedToday:
    """A module assigned on the day itself, to the people of a unit or with a role."""

    organisation: str
    module: str
    reason: str
    due: DueRule
    days: int
    unit: str | None = None
    role: Role | None = None


YEARLY = Terms(12, window_days=60, grace_days=30)

ASSIGNED = (
    Asked(
        PRISONS.slug,
        "prison-officers",
        (Audience.PRISON_OFFICERS,),
        460,
        "Service instruction 14/2: everybody who meets prisoners and their families",
        YEARLY,
        due_days=90,
    ),
    Asked(
        PRISONS.slug,
        "probation-and-civil-society",
        (Audience.PROBATION, Audience.CIVIL_SOCIETY),
        150,
        "Agreed with our partners in resettlement and family contact",
        Terms(24),
        due_days=120,
    ),
    Asked(
        POLICE.slug,
        "police",
        (Audience.POLICE,),
        210,
        "Force order: arrests when children are present",
        Terms(24),
        due_in=-25,
    ),
    Asked(
        ACADEMY.slug,
        "judges",
        (Audience.JUDGES,),
        75,
        "Programme of the judicial year",
        Terms(),
        due_in=24,
    ),
    Asked(
        SCHOOLS.slug,
        "teachers",
        (Audience.TEACHERS,),
        100,
        "District plan for pupil well-being",
        YEARLY,
        due_in=55,
    ),
)

ASSIGNED_TODAY = (
    AskedToday(
        PRISONS.slug,
        "core-1-seeing-the-child",
        "Managers go first",
        DueRule.FIXED,
        21,
        role=Role.MANAGER,
    ),
    AskedToday(
        POLICE.slug,
        "police-2-at-the-door",
        "Custody staff hear of arrests at home from us",
        DueRule.AFTER_FIRST_SIGN_IN,
        60,
        unit="Custody suites",
    ),
)


def fate_of(chance: Random, matched_on: date, due: date, today: date, diligence: float) -> Fate:
    """Likelier done, the more of the time has gone and the more diligent (0 to 1) the unit is."""
    gone = (today - matched_on).days / max(1, (due - matched_on).days)
    drawn, done = chance.random(), min(1.0, gone) ** 0.8 * diligence ** (1 / max(1.0, gone))
    if drawn < done and (today - matched_on).days > QUICKEST:
        return Fate.DONE
    return Fate.BEGUN if drawn < done + (1 - done) * BEGUN * min(1.0, gone) else Fate.NOTHING


def finished_on(chance: Random, matched_on: date, due: date, today: date) -> date:
    """A day on which somebody finished: mostly before it was due, and never after yesterday."""
    allowed = max(QUICKEST, (due - matched_on).days)
    days = round(chance.triangular(QUICKEST, 1.15 * allowed, 0.75 * allowed))
    return min(matched_on + timedelta(days=days), today - timedelta(days=1))


def renewed_on(
    chance: Random, valid_until: date, terms: Terms, today: date, *, often: float = OFTEN_RENEWED
) -> date | None:
    """The day on which somebody renewed, in the window or soon after; None if they did not yet."""
    opens_on = renewal_opens_on(valid_until, terms.window_days)
    latest = min(valid_until + timedelta(days=10), today - timedelta(days=1))
    if latest <= opens_on or chance.random() > often:
        return None
    return opens_on + timedelta(days=chance.randint(1, (latest - opens_on).days))
