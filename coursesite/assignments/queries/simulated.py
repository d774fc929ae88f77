"""One person, and every assignment that may reach them, as the rules see both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from coursesite import clock
from coursesite.assignments.models import Assignment, Requirement, RequirementSource
from coursesite.assignments.queries.candidates import AnyRow, posted_on
from coursesite.assignments.queries.overview import concerns
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import Anchors, Member, RequirementState, Rule
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.queries import held_on, posted_within
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
        moved = replace(self.member, unit_path=unit_path)
        return replace(self, member=moved, anchors=replace(self.anchors, posted_on=today))


def people_like(session: Session, scope: Scope, text: str) -> Sequence[AnyRow]:
    """Those of these units whom a staff number, an address, or parts of a name fit; a few."""
    found = (
        sa.select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.staff_number,
            Unit.name.label("unit"),
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(posted_within(scope), Person.left_on.is_(None), _is_called(text))
        .order_by(Person.family_name, Person.given_name, Person.id)
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


def standing_assignments(session: Session, scope: Scope) -> Sequence[Assignment]:
    """All that have not ended and concern these units."""
    return session.scalars(
        sa.select(Assignment)
        .where(concerns(scope), Assignment.ended_at.is_(None))
        .options(selectinload(Assignment.criteria))
        .order_by(Assignment.id)
    ).all()


@dataclass(frozen=True)
class Asked:
    """What one person must do, and since when each assignment leads to it."""

    requirements: Mapping[Key, AnyRow]
    matched_on: Mapping[int, date]


def asked_of(session: Session, person_id: int) -> Asked:
    """All that has not ended."""
    rows = session.execute(
        sa.select(
            Requirement.target_kind,
            Requirement.target_slug,
            Requirement.due_on,
            Requirement.state,
            RequirementSource.assignment_id,
            RequirementSource.matched_on,
        )
        .outerjoin(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .where(Requirement.person_id == person_id, Requirement.state != RequirementState.ENDED)
    ).all()
    active = (row for row in rows if row.state is RequirementState.ACTIVE)
    return Asked(
        requirements={(row.target_kind, row.target_slug): row for row in active},
        matched_on={row.assignment_id: row.matched_on for row in rows if row.assignment_id},
    )


def rules_for(
    assignments: Sequence[Assignment],
    asked: Asked,
    completed: Mapping[str, date],
    published: Mapping[Key, Target],
) -> list[Rule]:
    """The assignments as rules, with what one person has to do with each."""
    rules = []
    for each in assignments:
        target, plan = published.get((each.target_kind, each.target_slug)), each.plan
        rules.append(
            Rule(
                id=each.id,
                conditions=plan.conditions,
                due=plan.due,
                minutes=target.minutes if target else 0,
                paused=each.paused_at is not None,
                assigned_on=asked.matched_on.get(each.id),
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
