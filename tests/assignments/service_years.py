"""Years of a whole service: people come, move, rest, learn early or late, and rules change."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Leave, Requirement
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    ExpiryMode,
    Progress,
    Reason,
    ReasonCode,
    RequirementState,
    Rest,
    Terms,
)
from coursesite.assignments.services import (
    announce_change,
    assign,
    change_assignment,
    completed,
    end_leave,
    give_extension,
    mark_absent,
    open_renewals,
    rest_by_days,
    revoke_completions,
    waive,
)
from coursesite.audit.services import SITE
from coursesite.errors import NotFound, Refusal
from coursesite.jobs.services import run_next
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.services import mark_as_left, post_person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish
from coursesite.schedule import HANDLERS
from tests.assignments.makers import acting, complete, make_plan, publish_module
from tests.makers import make_organisation, make_person, make_unit

BEGAN = datetime(2020, 1, 6, 10, tzinfo=UTC)
YEARS = 10
PEOPLE = int(os.environ.get("COURSESITE_SIMULATED_PEOPLE", "16"))
ZONES = ("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Midway")
MODULES = ("first-days", "visits")
BECAUSE = Reason(ReasonCode.DUTIES, "It is so")
TERMS = (
    Terms(12, 60, 30),
    Terms(12, 90, 14, ExpiryMode.CALENDAR, "03-31"),
    Terms(24, 60, 0, ExpiryMode.COMPLETION),
    Terms(1, 10, 5),
)
PER_YEAR = {
    "learn": 2.5,
    "transfer": 0.3,
    "absent": 0.25,
    "back": 0.2,
    "extend": 0.25,
    "waive": 0.1,
    "prior": 0.05,
    "revoke": 0.05,
    "leave": 0.06,
    "return": 0.05,
}
"""How often each happens to a person in a year."""

JUMPS = 0.01
NIGHTS = 0.06
"""On how many nights the jobs run: whatever should have happened before happens then."""


@dataclass
class Service:
    """Three organisations as far apart as clocks go, told day by day."""

    session: Session
    chance: Random = field(default_factory=lambda: Random(2030))  # noqa: S311 - the same each time
    now: datetime = BEGAN
    people: list[tuple[Person, Sequence[Unit], Person]] = field(default_factory=list)
    assignments: list[tuple[Assignment, Person]] = field(default_factory=list)
    texts: int = 0
    done: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        with time_machine.travel(self.now):
            for slug in MODULES:
                publish_module(self.session, slug)
            for zone in ZONES:
                self._found(make_organisation(self.session, time_zone=zone))
            self.session.flush()

    def _found(self, organisation: Organisation) -> None:
        units = [make_unit(self.session, organisation) for _ in range(3)]
        boss = make_person(self.session, units[2])
        for number in range(PEOPLE // len(ZONES)):
            person = make_person(self.session, units[number % 2])
            self.people.append((person, units, boss))
        for number, slug in enumerate(MODULES):
            due = Due(DueRule.AFTER_ASSIGNMENT, days=60)
            plan = make_plan(*units[: 2 - number], slug=slug, due=due, terms=TERMS[number])
            made = assign(self.session, plan, acting(boss))
            self.assignments.append((made, boss))

    def live(self, years: int) -> None:
        """Every day something may happen; on some nights the jobs do not run."""
        for day in range(years * 365):
            self.now = BEGAN + timedelta(days=day, hours=self.chance.randrange(12))
            if self.chance.random() < JUMPS:
                self._jump()
            with time_machine.travel(self.now):
                self._day(day)
        with time_machine.travel(self.now + timedelta(days=2)):
            self.now += timedelta(days=2)
            self.pass_night()

    def _jump(self) -> None:
        """The server's clock stands a while in the past or in the future, and the jobs run."""
        with time_machine.travel(self.now + timedelta(hours=self.chance.randint(-60, 60))):
            self.pass_night()

    def _day(self, day: int) -> None:
        before = sum(self.done.values())
        if self.chance.random() < NIGHTS:
            self.pass_night()
        for what, number in PER_YEAR.items():
            for _ in range(self._often(number * len(self.people) / 365)):
                person, units, boss = self.chance.choice(self.people)
                self._try(what, partial(ACTS[what], self, person, units, boss))
        if day % 365 == 200:
            self._try("rule", self._change_rule)
        if day % 365 in {90, 300}:
            self._try("text", self._change_text)
        if sum(self.done.values()) > before:
            self._work()

    def _often(self, mean: float) -> int:
        whole = int(mean)
        return whole + (self.chance.random() < mean - whole)

    def _try(self, what: str, act: Callable[[], None]) -> None:
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
        except Refusal:
            self.session.expire_all()
            return
        self.done[what] = self.done.get(what, 0) + 1

    def _work(self) -> None:
        while run_next(self.session, HANDLERS):
            pass

    def pass_night(self) -> None:
        open_renewals(self.session)
        rest_by_days(self.session)
        self._work()

    def today(self, person: Person) -> date:
        return clock.today(person.organisation.time_zone)

    def in_days(self, person: Person, days: int) -> date:
        return self.today(person) + timedelta(days=days)

    def requirements(self, person: Person) -> Sequence[Requirement]:
        found = sa.select(Requirement).where(
            Requirement.person_id == person.id, Requirement.state == RequirementState.ACTIVE
        )
        return self.session.scalars(found.order_by(Requirement.id)).all()

    def _change_rule(self) -> None:
        assignment, boss = self.chance.choice(self.assignments)
        due = Due(DueRule.AFTER_ASSIGNMENT, days=self.chance.choice([30, 60, 90]))
        plan = replace(assignment.plan, terms=self.chance.choice(TERMS), due=due)
        change_assignment(self.session, assignment, plan, acting(boss), reason="Another rule")

    def _change_text(self) -> None:
        self.texts += 1
        slug = self.chance.choice(MODULES)
        change = Change.SAFETY if self.texts % 4 == 0 else Change.MAJOR
        rendered = publish_module(self.session, f"aside-{self.texts}").to_json()
        files = {"en.md": f"{self.texts}"}
        new = NewRevision(Kind.MODULE, slug, "en", slug, files, rendered)
        days = days_to_renew(change)
        published = publish(self.session, new, SITE, change=change, note="New law", renew_days=days)
        if published:
            announce_change(self.session, published)


def _learn(service: Service, person: Person, _units: Sequence[Unit], _boss: Person) -> None:
    """Most learn when something is open, some long before, some long after it was due."""
    for each in service.requirements(person):
        if each.progress is not Progress.COMPLETED or service.chance.random() < 0.1:
            days_ago = 1 if service.chance.random() < 0.1 else 0
            done = complete(service.session, person, slug=each.target_slug, days_ago=days_ago)
            completed(service.session, done)


def _prior(service: Service, person: Person, _units: Sequence[Unit], _boss: Person) -> None:
    slug, days_ago = service.chance.choice(MODULES), service.chance.randint(10, 300)
    done = complete(service.session, person, slug=slug, days_ago=days_ago, means=Means.PRIOR)
    completed(service.session, done)


def _transfer(service: Service, person: Person, units: Sequence[Unit], boss: Person) -> None:
    unit = service.chance.choice(units)
    post_person(service.session, person, unit, acting(boss), reason="Needed there")


def _absent(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    first = service.in_days(person, service.chance.randint(-20, 20))
    length = service.chance.choice([1, 10, 100, None])
    last = first + timedelta(days=length) if length else None
    rest = Rest(Excuse.ABSENT, first, last)
    mark_absent(service.session, [person], rest, BECAUSE, acting(boss))


def _back(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    found = sa.select(Leave).where(Leave.person_id == person.id, Leave.taken_back_at.is_(None))
    for leave in service.session.scalars(found.order_by(Leave.id.desc()).limit(1)):
        last = max(leave.starts_on, service.in_days(person, -1))
        end_leave(service.session, leave, last, acting(boss), reason="Back")


def _extend(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    day = service.in_days(person, service.chance.randint(5, 60))
    give_extension(service.session, service.requirements(person), day, BECAUSE, acting(boss))


def _waive(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    rest = Rest(Excuse.WAIVED, service.today(person), service.in_days(person, 40))
    waive(service.session, service.requirements(person)[:1], rest, BECAUSE, acting(boss))


def _revoke(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    found = sa.select(Completion).where(
        Completion.person_id == person.id, Completion.target_kind == TargetKind.MODULE
    )
    done = service.session.scalars(found.order_by(Completion.id.desc()).limit(1)).all()
    revoke_completions(service.session, done, BECAUSE, acting(boss))


def _leave(service: Service, person: Person, _units: Sequence[Unit], boss: Person) -> None:
    mark_as_left(service.session, person, service.today(person), acting(boss), reason="Left")


def _return(service: Service, _person: Person, _units: Sequence[Unit], _boss: Person) -> None:
    """One of those who have left comes back, so that most are there after years."""
    gone = [each for each in service.people if each[0].left_on is not None]
    if not gone:
        raise NotFound("Nobody has left.")
    person, units, boss = service.chance.choice(gone)
    post_person(service.session, person, units[0], acting(boss), reason="Back again")


Act = Callable[[Service, Person, Sequence[Unit], Person], None]
ACTS: dict[str, Act] = {
    "learn": _learn,
    "transfer": _transfer,
    "absent": _absent,
    "back": _back,
    "extend": _extend,
    "waive": _waive,
    "prior": _prior,
    "revoke": _revoke,
    "leave": _leave,
    "return": _return,
}
