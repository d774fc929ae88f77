"""An organisation with its units and the people who work there, in bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.demo.library import read_names
from coursesite.demo.rules import ACCOUNTS, Account, OrganisationPlan, UnitPlan, address
from coursesite.people.models import Organisation, Person, Posting, RoleGrant, Unit
from coursesite.people.rules import Role

SITE_BEGAN = timedelta(days=480)
LONGEST_SERVICE = 25 * 365
MOVED = 0.15
LEFT = 0.02
NEW = 0.07
NEW_DAYS = 80


def add_organisation(
    session: Session, plan: OrganisationPlan, chance: Random, today: date, taken: set[str]
) -> Organisation:
    """Make the organisation and everybody in it; `taken` are the addresses in use."""
    organisation = Organisation(
        slug=plan.slug,
        name=plan.name,
        time_zone=plan.time_zone,
        keeps_course=plan.keeps_course,
        demonstration=True,
        created_at=clock.now() - SITE_BEGAN,
    )
    session.add(organisation)
    session.flush()
    making = _Making(session, plan, organisation, chance, today, taken)
    making.add_units(plan.units, None)
    making.add_people()
    return organisation


@dataclass
class _Making:
    session: Session
    plan: OrganisationPlan
    organisation: Organisation
    chance: Random
    today: date
    taken: set[str]
    units: list[tuple[Unit, UnitPlan]] = field(default_factory=list)
    postings: list[tuple[Person, Sequence[Posting]]] = field(default_factory=list)
    roles: list[tuple[Person, Role, Unit | None]] = field(default_factory=list)

    def add_units(self, plans: Sequence[UnitPlan], parent: Unit | None) -> None:
        for plan in plans:
            unit = Unit(
                organisation_id=self.organisation.id,
                parent_id=parent.id if parent else None,
                name=plan.name,
                path=f"new {plan.name}",
            )
            self.session.add(unit)
            self.session.flush()
            unit.path = f"{parent.path if parent else '/'}{unit.id}/"
            self.units.append((unit, plan))
            self.add_units(plan.below, unit)

    def add_people(self) -> None:
        """Somebody heads each unit that has others below it; the first administers all."""
        numbers = count(1001)
        for unit, plan in self.units:
            for place in range(plan.people):
                person = self._somebody(unit, plan, next(numbers))
                if not self.roles:
                    self.roles.append((person, Role.ADMINISTRATOR, None))
                if place == 0 and plan.below:
                    self.roles.append((person, Role.MANAGER, unit))
                elif self.chance.random() < LEFT:
                    self._leave(person)
        for account in ACCOUNTS:
            if account.organisation == self.plan.slug:
                self._holder(account, next(numbers))
        self._write()

    def _somebody(self, unit: Unit, plan: UnitPlan, number: int) -> Person:
        culture = self.chance.choice(read_names())
        given, family = self.chance.choice(culture.given), self.chance.choice(culture.family)
        hired_on = self.today - timedelta(days=self._days_of_service())
        person = self._person(unit, plan, number, hired_on)
        person.given_name, person.family_name = given, family
        person.email = address(given, family, self.taken)
        return person

    def _holder(self, account: Account, number: int) -> None:
        unit, plan = next(each for each in self.units if each[1].name == account.at)
        person = self._person(unit, plan, number, self.today - timedelta(days=account.hired))
        person.given_name, person.family_name = account.given_name, account.family_name
        person.email = account.email
        if account.role:
            self.roles.append((person, account.role, None))

    def _person(self, unit: Unit, plan: UnitPlan, number: int, hired_on: date) -> Person:
        person = Person(
            organisation_id=self.organisation.id,
            unit_id=unit.id,
            staff_number=str(number),
            audience=plan.audience or self.plan.audience,
            hired_on=hired_on,
            created_at=max(self._morning(hired_on), clock.now() - SITE_BEGAN),
        )
        self.postings.append((person, list(self._postings(unit, hired_on))))
        return person

    def _days_of_service(self) -> int:
        if self.chance.random() < NEW:
            return self.chance.randint(1, NEW_DAYS)
        return self.chance.randint(NEW_DAYS, LONGEST_SERVICE)

    def _postings(self, unit: Unit, hired_on: date) -> Iterator[Posting]:
        """Where somebody works, and for some where they worked before."""
        served = (self.today - hired_on).days
        since = hired_on
        if served > 2 * NEW_DAYS and self.chance.random() < MOVED:
            earlier, _ = self.chance.choice(self.units)
            since = hired_on + timedelta(days=self.chance.randint(NEW_DAYS, served - NEW_DAYS))
            until = since - timedelta(days=1)
            yield Posting(unit_id=earlier.id, starts_on=hired_on, ends_on=until)
        yield Posting(unit_id=unit.id, starts_on=since)

    def _leave(self, person: Person) -> None:
        posting = self.postings[-1][1][-1]
        left_on = self.today - timedelta(days=self.chance.randint(1, 300))
        person.left_on = max(left_on, posting.starts_on)
        person.unit_id, posting.ends_on = None, person.left_on

    def _write(self) -> None:
        """Flushed together, so that the rows go to the database by the hundred."""
        self.session.add_all(person for person, _ in self.postings)
        self.session.flush()
        for person, postings in self.postings:
            for posting in postings:
                posting.person_id = person.id
            self.session.add_all(postings)
            self.session.add(self._event(person, "person-added", {"unit": person.unit_id}))
        for person, role, unit in self.roles:
            self._grant(person, role, unit)
        self.session.flush()

    def _grant(self, person: Person, role: Role, unit: Unit | None) -> None:
        unit_id = unit.id if unit else None
        self.session.add(
            RoleGrant(
                person_id=person.id,
                role=role,
                unit_id=unit_id,
                starts_on=person.hired_on,
                granted_at=clock.now(),
            )
        )
        self.session.add(self._event(person, "role-granted", {"role": role, "unit": unit_id}))

    def _event(self, person: Person, kind: str, after: dict[str, object]) -> Event:
        return Event(
            kind=kind,
            organisation_id=self.organisation.id,
            subject_type="person",
            subject_id=str(person.id),
            after=after,
            reason="demonstration",
            origin="site",
            happened_at=self._morning(person.hired_on or self.today),
            recorded_at=clock.now(),
        )

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, time(9), ZoneInfo(self.plan.time_zone))
