"""The people whom a plan reaches, with all that decides what it does for each: one SELECT."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from coursesite.assignments.models import Leave, Parked, Period, Requirement, RequirementSource
from coursesite.assignments.queries.picking import is_picked
from coursesite.assignments.rules import (
    Anchors,
    Candidate,
    Condition,
    Criterion,
    Decision,
    Excuse,
    Held,
    Plan,
    groups_of,
)
from coursesite.db import UtcDateTime
from coursesite.people.models import Organisation, Person, Posting, RoleGrant, Unit
from coursesite.people.rules import Audience, Role
from coursesite.progress.models import Completion, ModuleRound

Clause = sa.ColumnElement[bool]
Values = tuple[str, ...]
AnyRow = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Whom:
    """Which people to look at: those whom the assignment, if it is made already, is new for.

    `only` are people's ids, and looks at nobody else, whether or not they still match.
    `after_id`, `until_id` (included) and `most` make pages of them.
    Not `held_by_any`, or `done_by_any`: nobody must do the target already, or has ever done it.
    Where they are counted, `one_of` so many is looked at, and counts for all of these.
    """

    assignment_id: int | None = None
    only: tuple[int, ...] | None = None
    after_id: int = 0
    until_id: int | None = None
    most: int | None = None
    held_by_any: bool = True
    done_by_any: bool = True
    one_of: int = 1


EVERYBODY = Whom()


def candidates(
    session: Session,
    plan: Plan,
    today: date,
    modules: Collection[str],
    whom: Whom = EVERYBODY,
) -> Sequence[AnyRow]:
    """Everybody whom the plan reaches, by id."""
    done = aliased(Completion)
    query = (
        sa.select(
            *_person_columns(today, modules, done),
            *_held_columns(),
            anchor_completed_at(plan.due_target),
            Parked.id.label("parked_id"),
            Parked.decision,
            Parked.decided_at,
        )
        .select_from(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(done, done.id == latest(plan))
        .outerjoin(Requirement, is_requirement(plan))
        .outerjoin(Period, is_open_period())
        .outerjoin(
            Parked,
            sa.and_(Parked.person_id == Person.id, Parked.assignment_id == whom.assignment_id),
        )
        .where(*looked_at(plan, today, whom))
        .order_by(Person.id)
        .limit(whom.most)
    )
    if whom.assignment_id is not None:
        query = query.where(~has_source(whom.assignment_id))
    return session.execute(query).all()


def lock_held(session: Session, plan: Plan, today: date, whom: Whom) -> None:
    """Let nobody of them complete or begin the target half-way through what follows."""
    held = (
        sa.select(Requirement.id)
        .select_from(Person)
        .join(Requirement, is_requirement(plan))
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(*looked_at(plan, today, whom))
        .order_by(Requirement.id)
    )
    session.execute(held.with_for_update(of=Requirement))


def looked_at(plan: Plan, today: date, whom: Whom) -> list[Clause]:
    found: list[Clause] = [
        Person.organisation_id == plan.organisation_id,
        Person.id > whom.after_id,
        is_picked(Person.id, whom.one_of),
        Person.id.in_(whom.only) if whom.only is not None else matching(plan.conditions, today),
    ]
    if whom.until_id is not None:
        found.append(Person.id <= whom.until_id)
    return found


def candidate_of(row: AnyRow, today: date) -> Candidate:
    """A row as the rules see it."""
    held = None
    if row.requirement_id is not None:
        held = Held(row.state, row.progress, row.valid_until, row.open_due_on)
    return Candidate(
        anchors=anchors_of(row, today),
        held=held,
        completed_on=_day(row.completed_at, row.time_zone),
        left_out=row.decision == Decision.LEAVE_OUT,
    )


def anchors_of(row: AnyRow, assigned_on: date) -> Anchors:
    """The days that a due date can be counted from, in the organisation's time zone."""
    return Anchors(
        assigned_on=assigned_on,
        posted_on=row.posted_on,
        hired_on=row.hired_on,
        first_signed_in_on=_day(row.first_signed_in_at, row.time_zone),
        target_completed_on=_day(row.anchor_completed_at, row.time_zone),
    )


def matching(conditions: Collection[Condition], today: date) -> Clause:
    """What `rules.matches` says of one person, as a condition on people and their units."""
    groups = [
        sa.and_(*(_TESTS[kind](values, today) for kind, values in group.items()))
        for group in groups_of(conditions)
    ]
    return sa.and_(is_here(today), sa.or_(sa.false(), *groups))


def is_here(today: date) -> Clause:
    """Somebody who has not left the organisation by then."""
    stays = sa.or_(Person.left_on.is_(None), Person.left_on >= today)
    return sa.and_(Person.erased_at.is_(None), stays)


def _lies_in(values: Values, _today: date) -> Clause:
    return sa.or_(*(Unit.path.startswith(value, autoescape=True) for value in values))


def _is_named(values: Values, _today: date) -> Clause:
    return Person.id.in_([int(value) for value in values])


def _was_hired_after(values: Values, _today: date) -> Clause:
    return Person.hired_on > min(date.fromisoformat(value) for value in values)


def _holds_role(values: Values, today: date) -> Clause:
    return (
        sa.exists()
        .where(
            RoleGrant.person_id == Person.id,
            RoleGrant.role.in_([Role(value) for value in values]),
            RoleGrant.starts_on <= today,
            sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
        .correlate(Person)
    )


_TESTS: dict[Criterion, Callable[[Values, date], Clause]] = {
    Criterion.UNIT: _lies_in,
    Criterion.AUDIENCE: lambda values, _today: Person.audience.in_(map(Audience, values)),
    Criterion.ROLE: _holds_role,
    Criterion.PERSON: _is_named,
    Criterion.HIRED_AFTER: _was_hired_after,
}


def latest(plan: Plan) -> sa.ScalarSelect[int]:
    """Somebody's last completion of the target."""
    return (
        sa.select(Completion.id)
        .where(
            Completion.person_id == Person.id,
            Completion.target_kind == plan.kind,
            Completion.target_slug == plan.slug,
            Completion.revoked_at.is_(None),
        )
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def anchor_completed_at(slug: str | None) -> sa.Label[datetime]:
    """When somebody last completed what due dates count from, as `anchor_completed_at`."""
    last = sa.select(sa.func.max(Completion.completed_at)).where(
        Completion.person_id == Person.id,
        Completion.target_slug == slug,
        Completion.revoked_at.is_(None),
    )
    found = last.correlate(Person).scalar_subquery() if slug else sa.null()
    return sa.type_coerce(found, UtcDateTime).label("anchor_completed_at")


def _person_columns(
    today: date, modules: Collection[str], done: type[Completion]
) -> list[sa.ColumnElement[Any] | InstrumentedAttribute[Any]]:
    return [
        Person.id.label("person_id"),
        Person.unit_id.label("person_unit_id"),
        Person.hired_on,
        Person.first_signed_in_at,
        Organisation.time_zone,
        posted_on(today).label("posted_on"),
        done.id.label("completion_id"),
        done.completed_at.label("completed_at"),
        _has_begun(modules, done).label("begun"),
        is_absent(today).label("absent"),
    ]


def _held_columns() -> list[sa.ColumnElement[Any] | InstrumentedAttribute[Any]]:
    other = aliased(Period)
    last = sa.select(sa.func.max(other.number)).where(other.requirement_id == Requirement.id)
    return [
        Requirement.id.label("requirement_id"),
        Requirement.target_kind,
        Requirement.target_slug,
        Requirement.state,
        Requirement.unit_id,
        Requirement.progress,
        Requirement.excuse,
        Requirement.due_on,
        Requirement.valid_until,
        Requirement.grace_until,
        Period.id.label("period_id"),
        Period.due_on.label("open_due_on"),
        last.scalar_subquery().label("last_number"),
    ]


def posted_on(today: date) -> sa.ScalarSelect[date]:
    """The day on which a person came to the unit where they are now."""
    return (
        sa.select(sa.func.max(Posting.starts_on))
        .where(
            Posting.person_id == Person.id,
            Posting.unit_id == Person.unit_id,
            Posting.starts_on <= today,
        )
        .correlate(Person)
        .scalar_subquery()
    )


def _has_begun(modules: Collection[str], done: type[Completion]) -> Clause:
    since = sa.or_(done.completed_at.is_(None), ModuleRound.started_at > done.completed_at)
    return (
        sa.exists()
        .where(ModuleRound.person_id == Person.id, ModuleRound.module_slug.in_(modules), since)
        .correlate(Person, done)
    )


def is_absent(today: date) -> Clause:
    return sa.exists().where(Leave.person_id == Person.id, *_absence(today)).correlate(Person)


def absent_people(organisation_id: int, today: date) -> sa.Select[int]:
    """The same asked once of all: they are few."""
    other = aliased(Person)
    found = sa.select(Leave.person_id).join(other, other.id == Leave.person_id)
    return found.where(other.organisation_id == organisation_id, *_absence(today))


def _absence(today: date) -> list[Clause]:
    return [
        Leave.requirement_id.is_(None),
        Leave.excuse == Excuse.ABSENT,
        Leave.taken_back_at.is_(None),
        Leave.starts_on <= today,
        sa.or_(Leave.ends_on.is_(None), Leave.ends_on >= today),
    ]


def is_requirement(plan: Plan) -> Clause:
    return sa.and_(
        Requirement.person_id == Person.id,
        Requirement.target_kind == plan.kind,
        Requirement.target_slug == plan.slug,
    )


def is_open_period() -> Clause:
    return sa.and_(
        Period.requirement_id == Requirement.id,
        Period.completed_at.is_(None),
        Period.cancelled_at.is_(None),
    )


def has_source(assignment_id: int) -> Clause:
    return (
        sa.exists()
        .where(
            RequirementSource.requirement_id == Requirement.id,
            RequirementSource.assignment_id == assignment_id,
        )
        .correlate(Requirement)
    )


def _day(moment: Any, time_zone: str) -> date | None:
    day: date | None = moment.astimezone(ZoneInfo(time_zone)).date() if moment else None
    return day
