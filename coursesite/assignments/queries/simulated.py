"""One person, and every assignment that may reach them, as the rules see both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from coursesite import clock
from coursesite.assignments.models import Assignment, Parked, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import AnyRow, posted_on
from coursesite.assignments.queries.overview import concerns
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import Anchors, Decision, Member, RequirementState, Rule
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.queries import called, held_on, posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion

MOST = 20

Key = tuple[str, str]


@dataclass(frozen=True)
class Simulated:
    """Somebody as the rules see them, with the days that due dates are counted from."""

    person: Person
    member: Member
    anchors: Anchors

    def posted_to(self, unit_path: str, today: date) -> "Simulated":
        """The same person, had they been posted to this unit today."""
        moved = replace(self.member, unit_path=unit_path, here=True)
        return replace(self, member=moved, anchors=replace(self.anchors, posted_on=today))


def people_like(session: Session, scope: Scope, text: str) -> Sequence[AnyRow]:
    """Those of these units whom a staff number, an address, or parts of a name fit; a few.

    Those who have left come last.
    """
    found = (
        sa.select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.staff_number,
            Person.left_on,
            Unit.name.label("unit"),
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(posted_within(scope), _is_called(text))
        .order_by(Person.left_on.is_not(None), Person.family_name, Person.given_name, Person.id)
        .limit(MOST)
    )
    return session.execute(found).all()


def _is_called(text: str) -> sa.ColumnElement[bool]:
    names = (Person.given_name, Person.family_name)
    parts = (
        sa.or_(*(name.icontains(word, autoescape=True) for name in names))
        for word in text.split()[:5]
    )
    exact = sa.or_(Person.staff_number == text, Person.email == text.lower())
    return sa.or_(exact, sa.and_(*parts))


def simulated(session: Session, person: Person, day: date, time_zone: str) -> Simulated:
    """As they are on a day."""
    rows = session.execute(
        sa.select(posted_on(day).label("posted_on"), RoleGrant.role)
        .select_from(Person)
        .outerjoin(RoleGrant, sa.and_(RoleGrant.person_id == Person.id, held_on(day)))
        .where(Person.id == person.id)
    ).all()
    signed_in = person.first_signed_in_at
    member = Member(
        id=person.id,
        unit_path=person.unit.path if person.unit else None,
        audience=person.audience,
        roles=frozenset(row.role for row in rows if row.role),
        hired_on=person.hired_on,
        here=person.left_on is None or person.left_on >= day,
    )
    anchors = Anchors(
        assigned_on=day,
        posted_on=rows[0].posted_on,
        hired_on=person.hired_on,
        first_signed_in_on=clock.day_of(signed_in, time_zone) if signed_in else None,
    )
    return Simulated(person, member, anchors)


def standing_assignments(session: Session, scope: Scope, person_id: int) -> Sequence[AnyRow]:
    """All that have not ended and concern these units, and what each has to do with one person.

    `matched_on` is since when it leads to what they must do. `problem` says why they wait for a
    decision, or, with `decided_at` and `decided_by`, why they waited before they were left out.
    """
    led = (
        sa.select(
            RequirementSource.assignment_id,
            sa.func.max(RequirementSource.matched_on).label("matched_on"),
        )
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .where(Requirement.person_id == person_id, Requirement.state != RequirementState.ENDED)
        .group_by(RequirementSource.assignment_id)
        .subquery()
    )
    waits = sa.and_(
        Parked.assignment_id == Assignment.id,
        Parked.person_id == person_id,
        sa.or_(Parked.decided_at.is_(None), Parked.decision == Decision.LEAVE_OUT),
    )
    return session.execute(
        sa.select(
            Assignment,
            led.c.matched_on,
            Parked.problem,
            Parked.decided_at,
            called(Person).label("decided_by"),
        )
        .outerjoin(led, led.c.assignment_id == Assignment.id)
        .outerjoin(Parked, waits)
        .outerjoin(Person, Person.id == Parked.decided_by_id)
        .where(concerns(scope), Assignment.ended_at.is_(None))
        .options(selectinload(Assignment.criteria))
        .order_by(Assignment.id)
    ).all()


def rules_for(
    standing: Sequence[AnyRow], completed: Mapping[str, date], published: Mapping[Key, Target]
) -> list[Rule]:
    """The assignments as rules, with what one person has to do with each."""
    rules = []
    for row in standing:
        each, plan = row.Assignment, row.Assignment.plan
        target = published.get((each.target_kind, each.target_slug))
        rules.append(
            Rule(
                id=each.id,
                conditions=plan.conditions,
                due=plan.due,
                minutes=target.minutes if target else 0,
                paused=each.paused_at is not None,
                assigned_on=row.matched_on,
                anchor_on=completed.get(each.due_target or ""),
            )
        )
    return rules


def completed_on(session: Session, person_id: int, time_zone: str) -> dict[str, date]:
    """The day of the last completion of each course."""
    last: sa.Select[str, datetime] = (
        sa.select(Completion.target_slug, sa.func.max(Completion.completed_at))
        .where(Completion.person_id == person_id, Completion.revoked_at.is_(None))
        .group_by(Completion.target_slug)
    )
    return {slug: clock.day_of(moment, time_zone) for slug, moment in session.execute(last)}
