"""A book about some people, read in a few questions, and written at the end."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.queries.resting import unsettled_among
from coursesite.assignments.queries.targets import Target, targets
from coursesite.assignments.queries.text_changes import changes_in
from coursesite.assignments.rules import Cause, Facts, Policy, Progress, RequirementState
from coursesite.assignments.services import terms
from coursesite.assignments.services.book import (
    WHERE,
    Asked,
    Before,
    Rounds,
    after,
    latest_rounds,
    waiting,
)
from coursesite.assignments.services.counting import counted_together
from coursesite.assignments.services.resting import bring_up
from coursesite.people.models import Organisation, Person
from coursesite.progress.rules import TargetKind
from coursesite.progress.services import REGISTER, Together

CHANGING = (
    "completed_at",
    "completion_id",
    "valid_until",
    "grace_until",
    "policy",
    "cancelled_at",
)
"""What completing, renewing and revoking change of a period that was there before."""

Key = tuple[int, TargetKind, str]


@contextmanager
def known_beforehand(
    session: Session, organisation_id: int, person_ids: Collection[int]
) -> Iterator[Together]:
    """Inside, completing and revoking for these people ask the database hardly anything.

    What they do to completions and periods is written at the end; nobody else may look for it
    before. Whose absence is over gets its days back first.
    """
    zone = session.get_one(Organisation, organisation_id).time_zone
    with counted_together(session):
        _lock(session, person_ids)
        back = unsettled_among(session, person_ids, clock.today(zone))
        if back:
            bring_up(session, back, clock.today(zone))
        session.flush()
        book = Beforehand(session, zone, person_ids)
        session.info |= {WHERE: book, REGISTER: book.completions}
        try:
            yield book.completions
        finally:
            del session.info[WHERE], session.info[REGISTER]
        book.write()


def _lock(session: Session, person_ids: Collection[int]) -> None:
    """Nobody completes anything for them meanwhile."""
    people = sa.select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    session.execute(people.with_for_update(key_share=True))


@dataclass(frozen=True)
class _Asked:
    kind: TargetKind
    slug: str
    facts: Facts
    refresher: tuple[TargetKind, str] | None
    changed: frozenset[str] | None


class Beforehand:
    """Periods belong to no session here, so that none is written before those that it replaces."""

    def __init__(self, session: Session, zone: str, person_ids: Collection[int]) -> None:
        self.session, self.time_zone = session, zone
        self.people = tuple(person_ids)
        self.completions = Together(session, self.people)
        self.own_policies: dict[tuple[TargetKind, str], Policy] = {}
        self.by_key = _requirements(session, self.people)
        self.held: defaultdict[int, list[Requirement]] = defaultdict(list)
        for each in self.by_key.values():
            self.held[each.person_id].append(each)
        ids = [each.id for each in self.by_key.values()]
        self.policies_by_id = terms.policies_of(session, ids)
        self.periods = _periods(session, ids)
        self.known = {
            period.id: _changing(period) for each in self.periods.values() for period in each
        }
        self.new: list[Period] = []
        self.waiting = {tuple(row) for row in session.execute(waiting(self.people))}

    def zone(self, _organisation_id: int) -> str:
        return self.time_zone

    def waits(self, person_id: int, slug: str) -> bool:
        return (person_id, slug) in self.waiting

    def unsettled(self, _person_id: int, _today: date) -> bool:
        """All were settled before."""
        return False

    def requirement(self, person_id: int, kind: TargetKind, slug: str) -> Requirement | None:
        return self.by_key.get((person_id, kind, slug))

    def asked(self, person_id: int, _today: date) -> Sequence[Asked]:
        active = [each for each in self.held[person_id] if each.state is RequirementState.ACTIVE]
        return [self._asked(each) for each in sorted(active, key=_first_due)]

    def _asked(self, requirement: Requirement) -> Asked:
        last = next(reversed(self.periods[requirement.id]), None)
        facts = Facts(requirement.progress, opens_on=last.opens_on if last else None)
        still_to_do = requirement.progress in {Progress.NOT_STARTED, Progress.IN_PROGRESS}
        refresher = last.refresher.split(":", 1) if last and last.refresher else None
        return _Asked(
            requirement.target_kind,
            requirement.target_slug,
            facts,
            (TargetKind(refresher[0]), refresher[1]) if refresher and still_to_do else None,
            self._changed(last) if last and still_to_do else None,
        )

    def _changed(self, period: Period) -> frozenset[str] | None:
        """The modules that are to be learned again, when only they are; None is all."""
        if period.cause is not Cause.CHANGED:
            return None
        modules = [each.modules for each in changes_in(self.session, [period.id])[period.id]]
        if None in modules:
            return None
        return frozenset().union(*(each or () for each in modules))

    def renewed_by(self, person_id: int, key: str, day: date) -> list[Requirement]:
        held = ((each, self.open_period(each.id)) for each in self.held[person_id])
        return [
            each
            for each, period in held
            if period and period.refresher == key and period.opens_on <= day
        ]

    def open_period(self, requirement_id: int) -> Period | None:
        return next((each for each in self.periods[requirement_id] if _is_open(each)), None)

    def last_completed(self, requirement_id: int) -> Period | None:
        return next(
            (
                each
                for each in reversed(self.periods[requirement_id])
                if each.completed_at and not each.cancelled_at
            ),
            None,
        )

    def closed_by(self, requirement_id: int, completion_id: int) -> bool:
        return any(
            each.completion_id == completion_id and not each.cancelled_at
            for each in self.periods[requirement_id]
        )

    def before(self, requirement_ids: Collection[int]) -> Mapping[int, Before]:
        before: dict[int, Before] = {}
        for id in requirement_ids:
            for period in self.periods[id]:
                recorded_on = self._recorded_on(period)
                before[id] = after(before.get(id, Before()), period, recorded_on)
        return before

    def _recorded_on(self, period: Period) -> date | None:
        found = self.completions.by_id.get(period.completion_id or 0)
        return clock.day_of(found.recorded_at, self.time_zone) if found else None

    def add(self, period: Period) -> None:
        self.periods[period.requirement_id].append(period)
        self.new.append(period)

    def write_closed(self) -> None:
        """At the end, those that are closed are written before those that open."""

    def changed_by(self, period: Period) -> date | None:
        return self._changed_by.get(period.id)

    @cached_property
    def _changed_by(self) -> dict[int, date]:
        first = sa.select(ContentRenewal.period_id, sa.func.min(ContentRenewal.due_on))
        own = first.where(ContentRenewal.requirement_id.in_(list(self.periods)))
        return dict(iter(self.session.execute(own.group_by(ContentRenewal.period_id))))

    def policies(self, requirement_ids: Collection[int]) -> Mapping[int, Collection[Policy]]:
        found = self.policies_by_id
        return {id: found[id] for id in requirement_ids if id in found}

    def own_policy(self, kind: TargetKind, slug: str) -> Policy:
        if (kind, slug) not in self.own_policies:
            self.own_policies[kind, slug] = terms.own_policy(self.session, kind, slug)
        return self.own_policies[kind, slug]

    def targets(self) -> Sequence[Target]:
        return self._targets

    @cached_property
    def _targets(self) -> Sequence[Target]:
        return targets(self.session)

    def rounds(self, _person_ids: Collection[int]) -> Rounds:
        return self._rounds

    @cached_property
    def _rounds(self) -> Rounds:
        return latest_rounds(self.session, self.people)

    def last_completion(self, requirement: Requirement) -> datetime | None:
        done = self.completions.of(
            requirement.person_id, requirement.target_kind, requirement.target_slug
        )
        return max((each.completed_at for each in done if not each.revoked_at), default=None)

    def write(self) -> None:
        """Completions first, on which the others rest; no period opens before others close."""
        self.completions.write()
        self.session.flush()
        changed = [
            period
            for each in self.periods.values()
            for period in each
            if period.id in self.known and self.known[period.id] != _changing(period)
        ]
        for is_open in (False, True):
            rows = [_row(each) for each in changed if _is_open(each) is is_open]
            if rows:
                self.session.connection().execute(_CHANGE, rows)
        self.session.add_all(self.new)
        self.session.flush()


_CHANGE = (
    sa.update(Period.__table__)  # type: ignore[arg-type]  # a mapped class has a table
    .where(Period.__table__.c.id == sa.bindparam("at_id"))
    .values({name: sa.bindparam(f"to_{name}") for name in CHANGING})
)


def _row(period: Period) -> dict[str, Any]:
    changing = _changing(period).items()
    return {"at_id": period.id, **{f"to_{name}": value for name, value in changing}}


def _changing(period: Period) -> dict[str, Any]:
    return {name: getattr(period, name) for name in CHANGING}


def _is_open(period: Period) -> bool:
    return period.completed_at is None and period.cancelled_at is None


def _first_due(requirement: Requirement) -> tuple[date, date]:
    return requirement.due_on or date.max, requirement.valid_until or date.max


def _requirements(session: Session, person_ids: Collection[int]) -> dict[Key, Requirement]:
    found = sa.select(Requirement).where(
        Requirement.person_id.in_(person_ids), Requirement.state != RequirementState.ENDED
    )
    ordered = found.order_by(Requirement.id).with_for_update()
    return {
        (each.person_id, each.target_kind, each.target_slug): each
        for each in session.scalars(ordered, execution_options={"populate_existing": True})
    }


def _periods(session: Session, ids: Collection[int]) -> defaultdict[int, list[Period]]:
    """In the order of their numbers."""
    found = sa.select(Period).where(Period.requirement_id.in_(ids))
    ordered = found.order_by(Period.requirement_id, Period.number)
    periods: defaultdict[int, list[Period]] = defaultdict(list)
    for each in session.scalars(ordered, execution_options={"populate_existing": True}).all():
        session.expunge(each)
        periods[each.requirement_id].append(each)
    return periods
