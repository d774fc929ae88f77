"""All that happened to requirements, read for some of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    ContentRenewal,
    Extension,
    Leave,
    Period,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.queries.places import Places
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.rules import Cause, Policy
from coursesite.assignments.rules.ledger import (
    Begun,
    Changed,
    Completed,
    Ended,
    Fact,
    Learned,
    Matched,
    Moved,
    MovedBack,
    Opened,
    Restored,
    Revoked,
)
from coursesite.audit.models import Event
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means

LEARNED_HERE = frozenset({Means.LEARNED, Means.CHANGES, Means.REFRESHED})
REVOKED, RESTORED = "completion-revoked", "completion-restored"


@dataclass
class Past:
    """A requirement with everything that is kept about it."""

    row: Requirement
    time_zone: str
    unit_id: int | None
    periods: list[Period] = field(default_factory=list)
    sources: list[tuple[RequirementSource, Assignment]] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    revocations: list[AnyRow] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    renewals: list[ContentRenewal] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    rounds: list[datetime] = field(default_factory=list)

    def day(self, moment: datetime) -> date:
        return clock.day_of(moment, self.time_zone)

    @property
    def standing_periods(self) -> list[Period]:
        return [each for each in self.periods if each.cancelled_at is None]

    def facts(self) -> Iterator[Fact]:
        recorded = {each.id: each.recorded_at for each in self.completions}
        places = Places(self.periods, self.extensions, recorded, self.time_zone)
        yield from self._opened(places)
        yield from self._completed(places)
        yield from self._revoked(places)
        yield from self._moved(places)
        yield from self._changed(places)
        for fact in (*self._matched(), *(Begun(at, self.day(at)) for at in self.rounds)):
            yield replace(fact, place=places.number_at(fact.at))

    def _changed(self, places: Places) -> Iterator[Changed]:
        """Nobody is asked before the period is open in which they are: the first may open it."""
        by_id = {each.id: each for each in self.periods}
        asked: set[int] = set()
        for renewal in self.renewals:
            period = by_id[renewal.period_id]
            opens = period.cause is Cause.CHANGED and period.id not in asked
            opened_at = places.opened[period.id]
            at = opened_at if opens else places.within(period.id, renewal.opened_at)
            asked.add(period.id)
            yield Changed(at, self.day(at), period.opens_on, renewal.due_on, place=period.number)

    def _matched(self) -> Iterator[Fact]:
        for source, assignment in self.sources:
            at = source.matched_at or clock.start_of(source.matched_on, self.time_zone)
            policy = self._policy_at(at) or Policy(assignment.terms, assignment.id)
            yield Matched(at, source.matched_on, source.due_on, policy)
        for _source, assignment in self.sources:
            if assignment.ended_at and self._nothing_stands(assignment.ended_at):
                yield Ended(assignment.ended_at, self.day(assignment.ended_at))

    def _nothing_stands(self, moment: datetime) -> bool:
        """Whether every assignment that led to it by then had ended by then."""
        return all(
            assignment.ended_at is not None and assignment.ended_at <= moment
            for source, assignment in self.sources
            if source.matched_at is None or source.matched_at <= moment
        )

    def _policy_at(self, moment: datetime) -> Policy | None:
        """The terms by which an earlier completion counted when an assignment came."""
        kept = (
            each.policy
            for each in self.periods
            if each.cause is Cause.ASSIGNED and each.opened_at == moment and each.policy
        )
        policy = next(kept, None)
        return Policy.from_json(policy) if policy else None

    def _opened(self, places: Places) -> Iterator[Fact]:
        """Its day is that of the clock that opened it, wherever it stood."""
        for each in self.periods:
            if each.cause is Cause.RENEWAL:
                at = places.opened[each.id]
                window = (each.first_due_on - each.opens_on).days
                yield Opened(at, self.day(each.opened_at or at), window, place=each.number)

    def _completed(self, places: Places) -> Iterator[Completed]:
        for each in self.completions:
            period = places.closing(each.id)
            at = each.recorded_at
            if period and period.cause is not Cause.ASSIGNED:
                at = places.closed[period.id]
            told = self._completion(each, at)
            yield replace(told, place=period.number if period else places.number_at(at))

    def _completion(self, completion: Completion, at: datetime) -> Completed:
        learned = Learned(
            completion.id,
            completion.completed_at,
            self.day(completion.completed_at),
            self.day(completion.recorded_at),
        )
        return Completed(at, self.day(at), learned, self._policies(completion))

    def _policies(self, completion: Completion) -> Collection[Policy]:
        """Those that gave its validity; of one that closed nothing, none."""
        for each in self.periods:
            if each.completion_id == completion.id and each.policy:
                return [Policy.from_json(each.policy)]
        return []

    def _revoked(self, places: Places) -> Iterator[Fact]:
        for fact in self._taken_back():
            again = fact.again.learned.id if isinstance(fact, Restored) else fact.completion_id
            period = places.closing(again)
            yield replace(fact, place=period.number if period else places.number_at(fact.at))

    def _taken_back(self) -> Iterator[Revoked | Restored]:
        by_id = {each.id: each for each in self.completions}
        told = {int(each.subject_id) for each in self.revocations}
        for event in self.revocations:
            completion = by_id[int(event.subject_id)]
            if event.kind == RESTORED:
                again = self._completion(completion, event.recorded_at)
                yield Restored(event.recorded_at, self.day(event.recorded_at), again)
            else:
                yield self._revocation(completion, event.recorded_at)
        for each in self.completions:
            if each.revoked_at and each.id not in told:
                yield self._revocation(each, each.revoked_at)

    def _revocation(self, completion: Completion, at: datetime) -> Revoked:
        again_on = None
        if completion.means in LEARNED_HERE:
            again_on = self.day(completion.completed_at) + timedelta(days=1)
        return Revoked(at, self.day(at), completion.id, again_on)

    def _moved(self, places: Places) -> Iterator[Fact]:
        for each in self.extensions:
            if not each.granted or each.decided_at is None:
                continue
            number = places.numbers[each.period_id]
            at = places.within(each.period_id, each.decided_at)
            yield Moved(at, self.day(at), each.id, each.due_on, place=number)
            if each.taken_back_at:
                back_at = max(at, each.taken_back_at)
                yield MovedBack(back_at, self.day(back_at), each.id, each.days, place=number)


def pasts_after(session: Session, after_id: int, most: int) -> Sequence[Past]:
    """Of the requirements after an id, at most so many, by id."""
    found = (
        sa.select(Requirement, Organisation.time_zone, Person.unit_id)
        .join(Person, Person.id == Requirement.person_id)
        .join(Organisation, Organisation.id == Requirement.organisation_id)
        .where(Requirement.id > after_id)
        .order_by(Requirement.id)
        .limit(most)
    )
    return _filled(session, found)


def pasts_of(session: Session, person_id: int) -> Sequence[Past]:
    """Of all requirements of a person."""
    found = (
        sa.select(Requirement, Organisation.time_zone, Person.unit_id)
        .join(Person, Person.id == Requirement.person_id)
        .join(Organisation, Organisation.id == Requirement.organisation_id)
        .where(Requirement.person_id == person_id)
        .order_by(Requirement.id)
    )
    return _filled(session, found)


def _filled(session: Session, found: sa.Select[*tuple[Any, ...]]) -> Sequence[Past]:
    fresh = {"populate_existing": True}
    rows = session.execute(found, execution_options=fresh).all()
    pasts = {row[0].id: Past(row[0], row[1], row[2]) for row in rows}
    ids = list(pasts)
    if not ids:
        return []
    _add_periods(session, pasts)
    for source, assignment in session.execute(
        sa.select(RequirementSource, Assignment)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(RequirementSource.requirement_id.in_(ids))
        .order_by(RequirementSource.requirement_id, Assignment.id),
        execution_options=fresh,
    ):
        pasts[source.requirement_id].sources.append((source, assignment))
    _add_completions(session, pasts)
    _add_revocations(session, pasts)
    _add_of_people(session, pasts)
    return list(pasts.values())


Pasts = Mapping[int, Past]


def _add_periods(session: Session, pasts: Pasts) -> None:
    own = sa.select(Period).where(Period.requirement_id.in_(pasts))
    for period in session.scalars(
        own.order_by(Period.requirement_id, Period.number),
        execution_options={"populate_existing": True},
    ):
        pasts[period.requirement_id].periods.append(period)
    moved = (
        sa.select(Extension, Period.requirement_id)
        .join(Period, Period.id == Extension.period_id)
        .where(Period.requirement_id.in_(pasts))
        .order_by(Extension.id)
    )
    for extension, requirement_id in session.execute(moved):
        pasts[requirement_id].extensions.append(extension)
    changed = sa.select(ContentRenewal).where(ContentRenewal.requirement_id.in_(pasts))
    for renewal in session.scalars(changed.order_by(ContentRenewal.opened_at)):
        pasts[renewal.requirement_id].renewals.append(renewal)


def _add_completions(session: Session, pasts: Pasts) -> None:
    found = (
        sa.select(Requirement.id, Completion)
        .join(
            Completion,
            sa.and_(
                Completion.person_id == Requirement.person_id,
                Completion.target_kind == Requirement.target_kind,
                Completion.target_slug == Requirement.target_slug,
            ),
        )
        .where(Requirement.id.in_(pasts))
        .order_by(Completion.recorded_at, Completion.id)
    )
    for requirement_id, completion in session.execute(
        found, execution_options={"populate_existing": True}
    ):
        pasts[requirement_id].completions.append(completion)


def _add_revocations(session: Session, pasts: Pasts) -> None:
    """Only of those of which something was taken back at some time."""
    by_completion = {
        str(each.id): past
        for past in pasts.values()
        if any(period.cancelled_at or period.cause is Cause.REVOKED for period in past.periods)
        or any(each.revoked_at for each in past.completions)
        for each in past.completions
    }
    if not by_completion:
        return
    found = (
        sa.select(Event.kind, Event.subject_id, Event.recorded_at)
        .where(
            Event.subject_type == "completion",
            Event.subject_id.in_(by_completion),
            Event.kind.in_((REVOKED, RESTORED)),
        )
        .order_by(Event.id)
    )
    for event in session.execute(found):
        by_completion[event.subject_id].revocations.append(event)


def _add_of_people(session: Session, pasts: Pasts) -> None:
    people: defaultdict[int, list[Past]] = defaultdict(list)
    for past in pasts.values():
        people[past.row.person_id].append(past)
    leaves = sa.select(Leave).where(Leave.person_id.in_(people), Leave.taken_back_at.is_(None))
    for leave in session.scalars(leaves.order_by(Leave.starts_on, Leave.id)):
        for past in people[leave.person_id]:
            if leave.requirement_id in (None, past.row.id):
                past.leaves.append(leave)
    modules = {f"{each.kind}:{each.slug}": frozenset(each.modules) for each in targets(session)}
    rounds = sa.select(ModuleRound.person_id, ModuleRound.module_slug, ModuleRound.started_at)
    for row in session.execute(rounds.where(ModuleRound.person_id.in_(people))):
        for past in people[row.person_id]:
            if row.module_slug in _modules(past, modules):
                past.rounds.append(row.started_at)


def _modules(past: Past, modules: Mapping[str, frozenset[str]]) -> set[str]:
    """Those of the target, and of the refreshers that renewed it."""
    itself = f"{past.row.target_kind}:{past.row.target_slug}"
    asked = {itself, *(each.refresher for each in past.periods if each.refresher)}
    return {slug for target in asked for slug in modules.get(target, ())}
