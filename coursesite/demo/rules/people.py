"""Who is in the demonstration: four organisations, their units, and accounts to sign in with.

How many work in a unit is written beside its name; `Account.at` is the name of a unit.
"""

from dataclasses import dataclass
from unicodedata import normalize

from coursesite.people.rules import Audience, Role

DOMAIN = "demo.example"


@dataclass(frozen=True)
class UnitPlan:
    """A unit, how many work in it, and the units below it."""

    name: str
    people: int = 0
    below: tuple["UnitPlan", ...] = ()
    audience: Audience | None = None

    @property
    def total(self) -> int:
        return self.people + sum(unit.total for unit in self.below)


@dataclass(frozen=True)
class OrganisationPlan:
    """An organisation; `audience` is that of everybody whose unit does not say another."""

    slug: str
    name: str
    time_zone: str
    audience: Audience
    units: tuple[UnitPlan, ...]
    keeps_course: bool = False

    @property
    def total(self) -> int:
        return sum(unit.total for unit in self.units)


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, and what there is to see as them; `hired` is in days ago."""

    key: str
    given_name: str
    family_name: str
    organisation: str
    at: str
    shows: str
    role: Role | None = None
    hired: int = 3 * 365

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


def _prison(name: str, *wings: tuple[str, int]) -> UnitPlan:
    places = (UnitPlan("Reception", 7), *(UnitPlan(*wing) for wing in wings), UnitPlan("Visits", 6))
    return UnitPlan(name, 3, places)


PRISONS = OrganisationPlan(
    "northmoor-prison-service",
    "Northmoor Prison Service",
    "Europe/Dublin",
    Audience.PRISON_OFFICERS,
    (
        UnitPlan(
            "Northmoor Prison Service",
            4,
            (
                UnitPlan(
                    "Northern region",
                    3,
                    (
                        _prison("Alderbrook Prison", ("A Wing", 28), ("B Wing", 26)),
                        _prison("Stonefell Prison", ("East Wing", 18), ("West Wing", 19)),
                    ),
                ),
                UnitPlan(
                    "Southern region",
                    3,
                    (
                        _prison("Carrick Vale Prison", ("Long Wing", 21), ("Garden Wing", 15)),
                        _prison("Westhaven Women's Prison", ("House 1", 16), ("House 2", 16)),
                        _prison("Tarn Open Prison", ("The Lodges", 18)),
                    ),
                ),
                UnitPlan("Family contact team", 9, audience=Audience.CIVIL_SOCIETY),
                UnitPlan("Resettlement and probation", 17, audience=Audience.PROBATION),
                UnitPlan("Training college", 8),
            ),
        ),
    ),
)


def _station(name: str, response: int, neighbourhood: int) -> UnitPlan:
    teams = (UnitPlan("Response", response), UnitPlan("Neighbourhood", neighbourhood))
    return UnitPlan(name, 2, teams)


POLICE = OrganisationPlan(
    "harbour-county-police",
    "Harbour County Police",
    "Europe/Berlin",
    Audience.POLICE,
    (
        UnitPlan(
            "Harbour County Police",
            3,
            (
                UnitPlan(
                    "City division",
                    3,
                    (
                        _station("Quayside station", 28, 14),
                        _station("Old Town station", 24, 16),
                        _station("Millfield station", 22, 12),
                    ),
                ),
                UnitPlan(
                    "Coast division",
                    3,
                    (_station("Saltmarsh station", 18, 11), _station("Kestrel Bay station", 16, 9)),
                ),
                UnitPlan("Criminal investigation", 26),
                UnitPlan("Custody suites", 19),
                UnitPlan("Training and standards", 6),
            ),
        ),
    ),
)

ACADEMY = OrganisationPlan(
    "judicial-academy",
    "Academy for the Judiciary",
    "Europe/Madrid",
    Audience.JUDGES,
    (
        UnitPlan("Criminal courts", 4, (UnitPlan("First instance", 44), UnitPlan("Appeal", 12))),
        UnitPlan("Family and youth courts", 22),
        UnitPlan(
            "Academy",
            3,
            (UnitPlan("Course office", 7, audience=Audience.CIVIL_SOCIETY),),
        ),
    ),
    keeps_course=True,
)

SCHOOLS = OrganisationPlan(
    "linden-school-district",
    "Linden School District",
    "America/Toronto",
    Audience.TEACHERS,
    (
        UnitPlan("District office", 6),
        UnitPlan("Primary schools", 2, (UnitPlan("Birch Lane", 24), UnitPlan("Riverside", 28))),
        UnitPlan(
            "Secondary schools", 2, (UnitPlan("Linden High", 46), UnitPlan("Northgate College", 37))
        ),
        UnitPlan("Pupil support", 11),
    ),
)

ORGANISATIONS = (PRISONS, POLICE, ACADEMY, SCHOOLS)

ACCOUNTS = (
    Account(
        "officer",
        "Maya",
        "Lindqvist",
        PRISONS.slug,
        "A Wing",
        "a new prison officer with a path to do",
        hired=20,
    ),
    Account("police", "Daniel", "Okafor", POLICE.slug, "Response", "a police officer"),
    Account("judge", "Elena", "Quintana", ACADEMY.slug, "First instance", "a judge"),
    Account("teacher", "Amélie", "Garnier", SCHOOLS.slug, "Birch Lane", "a teacher"),
    Account(
        "training",
        "Jonas",
        "Vogler",
        POLICE.slug,
        "Training and standards",
        "the police force's training officer",
        Role.TRAINING_OFFICER,
    ),
    Account(
        "manager",
        "Niamh",
        "Tierney",
        PRISONS.slug,
        "Northmoor Prison Service",
        "a manager of the prison service",
        Role.MANAGER,
    ),
    Account(
        "author", "Tomasz", "Wrona", ACADEMY.slug, "Course office", "writes the course", Role.AUTHOR
    ),
    Account(
        "publisher",
        "Leonor",
        "Valente",
        ACADEMY.slug,
        "Course office",
        "publishes the course",
        Role.PUBLISHER,
    ),
    Account(
        "admin",
        "Samira",
        "Haddad",
        PRISONS.slug,
        "Training college",
        "an administrator of the prison service",
        Role.ADMINISTRATOR,
        hired=60,
    ),
)

# Letters that do not fall apart into a plain one and a mark.
_PLAIN = str.maketrans({"\u0131": "i", "ø": "o", "ł": "l", "ß": "ss", " ": ""})


def address(given_name: str, family_name: str, taken: set[str]) -> str:
    """An e-mail address of the two names, with a number when others have it; adds it to `taken`."""
    plain = normalize("NFKD", f"{given_name}.{family_name}".lower().translate(_PLAIN))
    wanted = "".join(each for each in plain if each.isascii() and (each.isalnum() or each in ".-"))
    local, number = wanted, 1
    while local in taken:
        number += 1
        local = f"{wanted}{number}"
    taken.add(local)
    return f"{local}@{DOMAIN}"
