"""Assignments as a training officer sees them: only what concerns their units, with numbers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from coursesite.assignments.models import (
    Assignment,
    AssignmentCriterion,
    Parked,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import is_here
from coursesite.assignments.rules import Criterion, Facts, RequirementState, Standing, standing
from coursesite.errors import NotFound
from coursesite.people.models import Person, Unit
from coursesite.people.queries import posted_within, units_within
from coursesite.people.rules import Scope

PAGE = 20
LATE = (Standing.OVERDUE, Standing.EXPIRED)
FINISHED = (Standing.COMPLETED, Standing.IN_GRACE)


@dataclass(frozen=True)
class Numbers:
    """How the people stand whom an assignment reaches."""

    standings: Mapping[Standing, int] = field(default_factory=dict)
    parked: int = 0

    @property
    def people(self) -> int:
        return sum(self.standings.values())

    @property
    def finished(self) -> int:
        return sum(self.standings.get(each, 0) for each in FINISHED)

    @property
    def late(self) -> int:
        return sum(self.standings.get(each, 0) for each in LATE)


def assignments_in(
    session: Session, scope: Scope, before_id: int | None = None
) -> list[Assignment]:
    """A page of the assignments that concern these units, the newest first, and one more."""
    found = (
        sa.select(Assignment)
        .where(concerns(scope))
        .options(selectinload(Assignment.criteria))
        .order_by(Assignment.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        found = found.where(Assignment.id < before_id)
    return list(session.scalars(found))


def get_assignment(session: Session, assignment_id: int, scope: Scope) -> Assignment:
    """One that concerns these units; what belongs to others does not exist."""
    found = (
        sa.select(Assignment)
        .where(Assignment.id == assignment_id, concerns(scope))
        .options(selectinload(Assignment.criteria))
    )
    assignment = session.scalars(found).one_or_none()
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


def numbers_of(
    session: Session, assignment_ids: Collection[int], scope: Scope, today: date
) -> dict[int, Numbers]:
    """How the people of these units stand in each assignment, and how many wait parked."""
    standings: defaultdict[int, Counter[Standing]] = defaultdict(Counter)
    for row in session.execute(_alike(assignment_ids, scope)):
        facts = Facts(row.progress, row.excuse, row.due_on, row.valid_until, row.grace_until)
        standings[row.assignment_id][standing(facts, today)] += row.people
    parked = _parked_counts(session, assignment_ids, scope, today)
    return {id: Numbers(standings[id], parked.get(id, 0)) for id in assignment_ids}


def person_name(session: Session, person_id: int) -> str:
    person = session.get(Person, person_id)
    return person.name if person else ""


def concerns(scope: Scope) -> sa.ColumnElement[bool]:
    """Of the organisation, and for a part of it: reaching into the part, or not bound to units."""
    own = Assignment.organisation_id == scope.organisation_id
    if scope.paths is None:
        return own
    if scope.empty:
        return sa.false()
    units = sa.select(AssignmentCriterion.id).where(
        AssignmentCriterion.assignment_id == Assignment.id,
        AssignmentCriterion.kind == Criterion.UNIT,
    )
    below = [AssignmentCriterion.value.startswith(path) for path in scope.paths]
    above = {each for path in scope.paths for each in _ancestors(path)}
    touching = units.where(sa.or_(AssignmentCriterion.value.in_(above), *below))
    return sa.and_(own, sa.or_(touching.exists(), ~units.exists()))


def _ancestors(path: str) -> list[str]:
    """The paths of the units above, and of the unit itself: /1/7/ gives /1/ and /1/7/."""
    ids = path.strip("/").split("/")
    return [f"/{'/'.join(ids[: depth + 1])}/" for depth in range(len(ids))]


def _in_units(scope: Scope) -> sa.ColumnElement[bool]:
    if scope.paths is None:
        return Requirement.organisation_id == scope.organisation_id
    return Requirement.unit_id.in_(sa.select(Unit.id).where(units_within(scope)))


def _alike(assignment_ids: Collection[int], scope: Scope) -> sa.Select[*tuple[object, ...]]:
    """Counted by all that decides how a requirement stands."""
    alike = (
        RequirementSource.assignment_id,
        Requirement.progress,
        Requirement.excuse,
        Requirement.due_on,
        Requirement.valid_until,
        Requirement.grace_until,
    )
    return (
        sa.select(*alike, sa.func.count().label("people"))
        .join(Requirement, Requirement.id == RequirementSource.requirement_id)
        .where(
            RequirementSource.assignment_id.in_(assignment_ids),
            RequirementSource.ended_on.is_(None),
            Requirement.state == RequirementState.ACTIVE,
            _in_units(scope),
        )
        .group_by(*alike)
    )


def _parked_counts(
    session: Session, assignment_ids: Collection[int], scope: Scope, today: date
) -> dict[int, int]:
    found = (
        sa.select(Parked.assignment_id, sa.func.count())
        .join(Person, Person.id == Parked.person_id)
        .where(
            Parked.assignment_id.in_(assignment_ids),
            Parked.decided_at.is_(None),
            posted_within(scope),
            is_here(today),
        )
        .group_by(Parked.assignment_id)
    )
    return dict(iter(session.execute(found)))
