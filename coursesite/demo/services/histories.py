"""What the people of an organisation were asked to learn, and what they have learned since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, AssignmentCriterion
from coursesite.assignments.rules import (
    Anchors,
    Criterion,
    DueRule,
    due_on,
    renewal_opens_on,
    validity_of,
)
from coursesite.content.rules import Module
from coursesite.demo.rules import (
    ACCOUNTS,
    ASSIGNED,
    FATES,
    OFTEN_RENEWED,
    Asked,
    Fate,
    fate_of,
    finished_on,
    renewed_on,
)
from coursesite.demo.services.course import Course
from coursesite.demo.services.past import write_versions
from coursesite.demo.services.required import Cycle, Required, write_required
from coursesite.demo.services.stories import Story, Teller
from coursesite.demo.services.writing import Walked, Writer
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.rules import Role
from coursesite.progress.rules import TargetKind
from coursesite.revisions.shelf import Shown

OWN_FATES = {account.email: FATES.get(account.key) for account in ACCOUNTS}
VISITED = 0.4
SHORTEST = timedelta(days=14)


def add_histories(session: Session, organisation: Organisation, issuer: str) -> None:
    """Assign paths in the past, and tell how far everybody came with them."""
    course = Course.read(session)
    for asked in ASSIGNED:
        path = course.paths.get(asked.path)
        if asked.organisation == organisation.slug and path and course.required(path.text):
            _History(session, organisation, course, asked, issuer).tell()


@dataclass
class _History:
    session: Session
    organisation: Organisation
    course: Course
    asked: Asked
    issuer: str
    diligence: dict[int | None, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.organisation.slug} {self.asked.path}")  # noqa: S311 - the same each time
        self.zone = ZoneInfo(self.organisation.time_zone)
        self.today = clock.today(self.organisation.time_zone)
        self.assigned_on = self.today - timedelta(days=self.asked.days_ago)
        self.modules: Sequence[Shown[Module]] = self.course.required(
            self.course.paths[self.asked.path].text
        )
        self.teller = Teller(self.course, self.chance, self.zone)

    def tell(self) -> None:
        assignment = self._assign()
        required = [self._tell_of(person) for person in self._people()]
        writer = Writer(self.session, self.organisation, self.course, self.issuer)
        walked = [walk for each in required for walk in each.walked]
        writer.write(walked)
        rows = write_required(self.session, assignment, required, self.chance, self.today)
        pairs = list(zip(required, rows, strict=True))
        write_versions(self.session, pairs, self.today, self.zone)

    def _people(self) -> Sequence[Person]:
        found = sa.select(Person).where(
            Person.organisation_id == self.organisation.id,
            Person.audience.in_(self.asked.audiences),
            Person.left_on.is_(None),
        )
        return self.session.scalars(found.order_by(Person.id)).all()

    def _tell_of(self, person: Person) -> Required:
        since = max(self.assigned_on, person.hired_on or self.assigned_on)
        due = due_on(self.asked.due(self.today), Anchors(assigned_on=since)) or self.today
        required = Required(person, since, max(due, since + SHORTEST), person.email in OWN_FATES)
        fate = OWN_FATES.get(person.email) or fate_of(
            self.chance, since, required.due_on, self.today, self._diligence(person)
        )
        if fate is Fate.DONE:
            required.cycles += self._cycles(person, required)
        elif fate is Fate.BEGUN:
            required.begun = Walked(None, self._partly(person, since))
        self._note_first_visit(person, required)
        return required

    def _diligence(self, person: Person) -> float:
        """Some units are better at this than others."""
        return self.diligence.setdefault(person.unit_id, self.chance.uniform(0.45, 1.0))

    def _cycles(self, person: Person, required: Required) -> Iterator[Cycle]:
        """The first time, and where that was long enough ago, a renewal."""
        finished = finished_on(self.chance, required.since, required.due_on, self.today)
        began = max(required.since, finished - timedelta(days=25))
        validity = validity_of(self.asked.terms, finished)
        stories = self.teller.whole(person, self.modules, began, finished)
        first = Walked(self.asked.path, stories, 1, validity)
        yield Cycle(first, required.since, required.since, required.due_on)
        until = validity.valid_until
        often = 1.0 if required.is_account else OFTEN_RENEWED
        terms = self.asked.terms
        renewed = until and renewed_on(self.chance, until, terms, self.today, often=often)
        if until and renewed:
            opened = renewal_opens_on(until, terms.window_days)
            began = max(opened, renewed - timedelta(days=9))
            stories = self.teller.whole(person, self.modules, began, renewed)
            validity = validity_of(terms, renewed, until)
            yield Cycle(Walked(self.asked.path, stories, 2, validity), opened, opened, until)

    def _partly(self, person: Person, since: date) -> list[Story]:
        yesterday = self.today - timedelta(days=1)
        last = max(since, yesterday - timedelta(days=self.chance.randint(0, 40)))
        first = max(since, last - timedelta(days=20))
        return self.teller.partly(person, self.modules, first, min(last, yesterday))

    def _note_first_visit(self, person: Person, required: Required) -> None:
        starts = [story.started_at for walked in required.walked for story in walked.stories]
        if starts:
            person.first_signed_in_at = min(starts) - timedelta(minutes=2)
        elif self.chance.random() < VISITED and not required.is_account:
            days = self.chance.randint(0, max(0, (self.today - required.since).days - 1))
            visited = required.since + timedelta(days=days)
            if visited < self.today:
                person.first_signed_in_at = datetime.combine(visited, time(8, 40), self.zone)

    def _assign(self) -> Assignment:
        """The assignment as it was made on its day, by whoever may."""
        due = self.asked.due(self.today)
        assignment = Assignment(
            organisation_id=self.organisation.id,
            target_kind=TargetKind.PATH,
            target_slug=self.asked.path,
            reason=self.asked.reason,
            due_rule=due.rule,
            due_on=due.on if due.rule is DueRule.FIXED else None,
            due_days=due.days,
            validity_months=self.asked.terms.months,
            window_days=self.asked.terms.window_days,
            grace_days=self.asked.terms.grace_days,
            expiry_mode=self.asked.terms.mode,
            created_by_id=find_assigner(self.session, self.organisation).id,
            created_at=datetime.combine(self.assigned_on, time(10), self.zone),
            criteria=[
                AssignmentCriterion(group=number, kind=Criterion.AUDIENCE, value=audience)
                for number, audience in enumerate(self.asked.audiences, 1)
            ],
        )
        self.session.add(assignment)
        self.session.flush()
        return assignment


def find_assigner(session: Session, organisation: Organisation) -> Person:
    """The training officer, if there is one, or an administrator."""
    return find_holder(session, organisation, Role.TRAINING_OFFICER, Role.ADMINISTRATOR)


def find_holder(session: Session, organisation: Organisation, *roles: Role) -> Person:
    """Who holds the first of these roles that somebody holds."""
    found = (
        sa.select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.organisation_id == organisation.id, RoleGrant.role.in_(roles))
        .order_by(Person.id)
    )
    holders = session.execute(found).all()
    person: Person = min(holders, key=lambda holder: roles.index(holder.role))[0]
    return person
