"""Decisions about all who wait in the exception queue, and what became of those people."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Parked, ParkedSweep
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.errors import NotFound
from coursesite.jobs.models import Task
from coursesite.people.models import Person
from coursesite.people.rules import Scope

LATEST = 20


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


def next_decided(session: Session, sweep_id: int, after_id: int, number: int) -> Sequence[int]:
    """The next of those about whom it decided."""
    found = (
        sa.select(Parked.id)
        .where(Parked.sweep_id == sweep_id, Parked.id > after_id)
        .order_by(Parked.id)
        .limit(number)
    )
    return session.scalars(found).all()
