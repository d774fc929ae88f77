"""What decides what a completion does: asked of the database, or read beforehand for many people.

The story of completing, renewing and revoking is told once, over a book. For one person each
question is a SELECT; for many, `services.beforehand` has read all answers in a few.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Parked, Period, Requirement
from coursesite.assignments.queries import resting
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.queries.targets import Target, targets
from coursesite.assignments.queries.text_changes import changed_by
from coursesite.assignments.rules import Facts, Policy, RequirementState
from coursesite.assignments.services import terms
from coursesite.people.models import Organisation
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import TargetKind

WHERE = "coursesite.assignments.book"

Rounds = Mapping[tuple[int, str], datetime]
"""When a person's latest round of a module began."""


@dataclass(frozen=True)
class Before:
    """The number of the last period, and since when the site knows of what was completed.

    Nothing could be asked for again before that.
    """

    number: int = 0
    known_on: date = date.min


class Asked(Protocol):
    """What is asked of somebody, as far as it decides whether a completion counts for a path."""

    @property
    def kind(self) -> TargetKind: ...
    @property
    def slug(self) -> str: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def refresher(self) -> tuple[TargetKind, str] | None: ...
    @property
    def changed(self) -> frozenset[str] | None: ...


class Book(Protocol):
    def zone(self, organisation_id: int) -> str: ...

    def waits(self, person_id: int, slug: str) -> bool:
        """Whether somebody is parked until they complete this."""
        ...

    def unsettled(self, person_id: int, today: date) -> bool:
        """Whether an absence is over whose days were not given back yet."""
        ...

    def requirement(self, person_id: int, kind: TargetKind, slug: str) -> Requirement | None:
        """What somebody must do, or had to and may have to again; nobody else changes it now."""
        ...

    def asked(self, person_id: int, today: date) -> Sequence[Asked]:
        """All that is asked of somebody now."""
        ...

    def renewed_by(self, person_id: int, key: str, day: date) -> list[Requirement]:
        """What a refresher, as in `module:slug`, that was completed on that day renews."""
        ...

    def open_period(self, requirement_id: int) -> Period | None: ...

    def last_completed(self, requirement_id: int) -> Period | None:
        """The latest period that was completed and counts."""
        ...

    def closed_by(self, requirement_id: int, completion_id: int) -> bool:
        """Whether a period that counts was closed by this completion."""
        ...

    def before(self, requirement_ids: Collection[int]) -> Mapping[int, Before]: ...

    def add(self, period: Period) -> None: ...

    def write_closed(self) -> None:
        """Before another period of the same requirement may open."""
        ...

    def changed_by(self, period: Period) -> date | None:
        """By when a changed text must be learned in it; None when none asks for it."""
        ...

    def policies(self, requirement_ids: Collection[int]) -> Mapping[int, Collection[Policy]]: ...

    def own_policy(self, kind: TargetKind, slug: str) -> Policy: ...

    def targets(self) -> Sequence[Target]: ...

    def rounds(self, person_ids: Collection[int]) -> Rounds: ...

    def last_completion(self, requirement: Requirement) -> datetime | None:
        """When the person last completed the target, by what counts."""
        ...


def book_of(session: Session) -> Book:
    found: Book | None = session.info.get(WHERE)
    return found or Asking(session)


def asked(session: Session, person_id: int, today: date) -> Sequence[Asked]:
    """All that is asked of somebody now; what is due first comes first."""
    return book_of(session).asked(person_id, today)


class Asking:
    """Every question is a SELECT."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def zone(self, organisation_id: int) -> str:
        zone = sa.select(Organisation.time_zone).where(Organisation.id == organisation_id)
        return self.session.scalars(zone).one()

    def waits(self, person_id: int, slug: str) -> bool:
        found = waiting([person_id]).where(Assignment.due_target == slug)
        return self.session.execute(found.limit(1)).first() is not None

    def unsettled(self, person_id: int, today: date) -> bool:
        return bool(resting.unsettled_among(self.session, [person_id], today))

    def requirement(self, person_id: int, kind: TargetKind, slug: str) -> Requirement | None:
        found = sa.select(Requirement).where(
            Requirement.person_id == person_id,
            Requirement.target_kind == kind,
            Requirement.target_slug == slug,
            Requirement.state != RequirementState.ENDED,
        )
        return self.session.scalars(found.with_for_update()).one_or_none()

    def asked(self, person_id: int, today: date) -> Sequence[Asked]:
        return requirements_of(self.session, person_id, today)

    def renewed_by(self, person_id: int, key: str, day: date) -> list[Requirement]:
        found = (
            sa.select(Requirement)
            .join(Period, is_open_period())
            .where(
                Requirement.person_id == person_id,
                Requirement.state != RequirementState.ENDED,
                Period.refresher == key,
                Period.opens_on <= day,
            )
            .order_by(Requirement.id)
        )
        return list(self.session.scalars(found))

    def open_period(self, requirement_id: int) -> Period | None:
        return resting.open_periods(self.session, [requirement_id]).get(requirement_id)

    def last_completed(self, requirement_id: int) -> Period | None:
        return resting.last_completed(self.session, requirement_id)

    def closed_by(self, requirement_id: int, completion_id: int) -> bool:
        found = sa.select(Period.id).where(
            Period.requirement_id == requirement_id,
            Period.completion_id == completion_id,
            Period.cancelled_at.is_(None),
        )
        return self.session.scalars(found).first() is not None

    def before(self, requirement_ids: Collection[int]) -> Mapping[int, Before]:
        found = (
            sa.select(Period, Completion.recorded_at, Organisation.time_zone)
            .outerjoin(Completion, Completion.id == Period.completion_id)
            .outerjoin(Organisation, Organisation.id == Completion.organisation_id)
            .where(Period.requirement_id.in_(requirement_ids))
            .order_by(Period.requirement_id, Period.number)
        )
        before: dict[int, Before] = {}
        for period, recorded_at, zone in self.session.execute(found):
            last = before.get(period.requirement_id, Before())
            recorded_on = clock.day_of(recorded_at, zone) if recorded_at else None
            before[period.requirement_id] = after(last, period, recorded_on)
        return before

    def add(self, period: Period) -> None:
        self.session.add(period)

    def write_closed(self) -> None:
        self.session.flush()

    def changed_by(self, period: Period) -> date | None:
        return changed_by(self.session, period.id)

    def policies(self, requirement_ids: Collection[int]) -> Mapping[int, Collection[Policy]]:
        return terms.policies_of(self.session, requirement_ids)

    def own_policy(self, kind: TargetKind, slug: str) -> Policy:
        return terms.own_policy(self.session, kind, slug)

    def targets(self) -> Sequence[Target]:
        return targets(self.session)

    def rounds(self, person_ids: Collection[int]) -> Rounds:
        return latest_rounds(self.session, person_ids)

    def last_completion(self, requirement: Requirement) -> datetime | None:
        last = sa.select(sa.func.max(Completion.completed_at)).where(
            Completion.person_id == requirement.person_id,
            Completion.target_kind == requirement.target_kind,
            Completion.target_slug == requirement.target_slug,
            Completion.revoked_at.is_(None),
        )
        return self.session.scalar(last)


def after(last: Before, period: Period, recorded_on: date | None) -> Before:
    """What is known with one more period; `recorded_on` is the day of its completion's entry."""
    known_on = last.known_on
    if recorded_on and not period.cancelled_at:
        known_on = max(period.assigned_on, recorded_on)
    return Before(period.number, known_on)


def waiting(person_ids: Collection[int]) -> sa.Select[int, str | None]:
    """Who of these is parked until they complete what."""
    return (
        sa.select(Parked.person_id, Assignment.due_target)
        .join(Assignment, Assignment.id == Parked.assignment_id)
        .where(Parked.person_id.in_(person_ids), Parked.decided_at.is_(None))
    )


def latest_rounds(session: Session, person_ids: Collection[int]) -> Rounds:
    latest = sa.func.max(ModuleRound.started_at)
    found = (
        sa.select(ModuleRound.person_id, ModuleRound.module_slug, latest.label("latest"))
        .where(ModuleRound.person_id.in_(person_ids))
        .group_by(ModuleRound.person_id, ModuleRound.module_slug)
    )
    return {(row.person_id, row.module_slug): row.latest for row in session.execute(found)}
