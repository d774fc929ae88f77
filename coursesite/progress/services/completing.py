"""Recording completions: what was learned here, and what somebody vouches for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services.register import register_of
from coursesite.revisions.models import LocalVersion


@dataclass(frozen=True)
class Target:
    """What can be completed."""

    kind: TargetKind
    slug: str


@dataclass(frozen=True)
class Finished:
    """A completion about to be recorded: when the last condition was met, and what it rests on."""

    target: Target
    number: int
    revision_id: int
    language: str
    completed_at: datetime
    evidence: dict[str, Any]
    attempt_id: int | None = None
    means: Means = Means.LEARNED
    local_version: LocalVersion | None = None


@dataclass(frozen=True)
class Entry:
    """A completion that somebody vouches for: what was done, when, by what evidence."""

    target: Target
    means: Means
    completed_at: datetime
    evidence: dict[str, Any]


def record_completion(
    session: Session, person_id: int, finished: Finished, actor: Actor
) -> Completion | None:
    """Record a completion once; None if this round of the target was completed before."""
    completion = Completion(
        person_id=person_id,
        organisation_id=actor.organisation_id,
        target_kind=finished.target.kind,
        target_slug=finished.target.slug,
        number=finished.number,
        revision_id=finished.revision_id,
        language=finished.language,
        local_version_id=finished.local_version.id if finished.local_version else None,
        attempt_id=finished.attempt_id,
        means=finished.means,
        evidence=finished.evidence,
        completed_at=finished.completed_at,
        recorded_at=clock.now(),
    )
    kept = register_of(session).add_once(completion)
    if kept is None:
        return None
    record(
        session,
        f"{finished.target.kind}-completed",
        actor,
        ("completion", kept.id),
        after={
            "person_id": person_id,
            "slug": finished.target.slug,
            **_local(finished),
            **finished.evidence,
        },
        happened_at=finished.completed_at,
    )
    return kept


def has_completed(session: Session, person: Person, target: Target, day: date) -> bool:
    """Whether a completion of that day, where the organisation is, is on record and counts."""
    zone = person.organisation.time_zone
    return any(
        each.revoked_at is None and clock.day_of(each.completed_at, zone) == day
        for each in register_of(session).of(person.id, target.kind, target.slug)
    )


def _local(finished: Finished) -> dict[str, str]:
    return {"local_version": finished.local_version.digest} if finished.local_version else {}


def enter_completion(session: Session, person: Person, entry: Entry, actor: Actor) -> Completion:
    """Enter what was completed elsewhere, or is taken as completed; it has no revision."""
    register = register_of(session)
    completion = Completion(
        person_id=person.id,
        organisation_id=person.organisation_id,
        target_kind=entry.target.kind,
        target_slug=entry.target.slug,
        number=register.last_number(person.id, entry.target.kind, entry.target.slug) + 1,
        language=person.language or person.organisation.language,
        means=entry.means,
        evidence=entry.evidence,
        completed_at=entry.completed_at,
        recorded_at=clock.now(),
    )
    register.add(completion)
    record(
        session,
        "completion-entered",
        actor,
        ("completion", completion.id),
        after={"person_id": person.id, "slug": entry.target.slug, "means": entry.means},
        reason=entry.evidence.get("reason"),
        happened_at=entry.completed_at,
    )
    return completion
