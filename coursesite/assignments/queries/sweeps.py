"""Decisions about all who wait in the exception queue, and what became of those people."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    Assignment,
    Parked,
    ParkedSweep,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow, is_open_period
from coursesite.assignments.queries.parked import not_begun, undoable_in
from coursesite.assignments.rules import Decision
from coursesite.errors import NotFound
from coursesite.jobs.models import Task
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope

LATEST = 20
FIRST = 50


def get_sweep(session: Session, sweep_id: int, scope: Scope) -> ParkedSweep:
    """One about units all of which are in the scope; others do not exist."""
    sweep = session.get(ParkedSweep, sweep_id)
    if sweep is None or not scope.includes(scope_of(sweep)):
        raise NotFound("There is no such decision about people for whom you may decide.")
    return sweep


def latest_sweeps(session: Session, scope: Scope) -> Sequence[AnyRow]:
    """The latest of these units, each with its job and who decided."""
    found = (
        sa.select(ParkedSweep, Task, Person)
        .join(Person, Person.id == ParkedSweep.person_id)
        .outerjoin(Task, Task.id == ParkedSweep.task_id)
        .where(ParkedSweep.organisation_id == scope.organisation_id)
        .order_by(ParkedSweep.id.desc())
        .limit(LATEST)
    )
    return [row for row in session.execute(found).all() if scope.includes(scope_of(row[0]))]


def scope_of(sweep: ParkedSweep) -> Scope:
    """About whose people it was decided."""
    return Scope.kept(sweep.organisation_id, sweep.paths)


def number_decided(session: Session, sweep_id: int) -> int:
    """For how many it stands."""
    found = sa.select(sa.func.count()).where(Parked.sweep_id == sweep_id)
    return session.scalar(found) or 0


def number_undoable(session: Session, sweep: ParkedSweep, scope: Scope, today: date) -> int:
    """How many would wait again if it were taken back now."""
    found = (
        sa.select(sa.func.count())
        .select_from(Parked)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .join(Person, Person.id == Parked.person_id)
        .where(Parked.sweep_id == sweep.id, undoable_in(scope, today))
    )
    if sweep.decision is not Decision.LEAVE_OUT:
        theirs = (
            sa.select(Requirement.id)
            .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
            .join(Period, is_open_period())
            .where(
                Requirement.person_id == Parked.person_id,
                RequirementSource.assignment_id == Parked.assignment_id,
                not_begun(but=RequirementSource.assignment_id),
            )
        )
        found = found.where(theirs.correlate(Parked).exists())
    return session.scalar(found) or 0


def decided_by(session: Session, sweep_id: int, scope: Scope) -> Sequence[AnyRow]:
    """The first of those of these units for whom it stands, by name."""
    found = (
        sa.select(Person.given_name, Person.family_name, Person.staff_number, Person.unit_id)
        .join(Parked, Parked.person_id == Person.id)
        .where(Parked.sweep_id == sweep_id, posted_within(scope))
        .order_by(Person.family_name, Person.given_name, Parked.id)
        .limit(FIRST)
    )
    return session.execute(found).all()


def next_decided(session: Session, sweep_id: int, after_id: int, number: int) -> Sequence[int]:
    """The next of those about whom it decided."""
    found = (
        sa.select(Parked.id)
        .where(Parked.sweep_id == sweep_id, Parked.id > after_id)
        .order_by(Parked.id)
        .limit(number)
    )
    return session.scalars(found).all()
