"""What a completion rests on, and whether a completed module is asked for again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.rules import Cause, RequirementState
from coursesite.learning.queries.standings import Row, Target
from coursesite.people.models import Person
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LocalReach, LocalVersion, Publication, Revision


@dataclass(frozen=True)
class RoundFacts:
    """What a round rests on: when each condition was met, and the evidence of it."""

    read_at: dict[str, datetime]
    passed_at: datetime | None
    attested_at: datetime | None
    attempt_id: int | None
    evidence: dict[str, Any]


def round_facts(session: Session, round_id: int) -> RoundFacts:
    """The readings, the first passed attempt and the attestation of a round."""
    round = session.get_one(ModuleRound, round_id, populate_existing=True)
    readings = session.execute(
        sa.select(
            LessonReading.lesson_id,
            LessonReading.revision_id,
            LessonReading.read_at,
            LocalVersion.digest.label("local"),
        )
        .outerjoin(LocalVersion, LocalVersion.id == LessonReading.local_version_id)
        .where(LessonReading.round_id == round_id)
        .order_by(LessonReading.read_at)
    ).all()
    attempt = session.execute(_first_pass(round)).first()
    return RoundFacts(
        read_at={row.lesson_id: row.read_at for row in readings},
        passed_at=attempt.submitted_at if attempt else None,
        attested_at=round.attested_at,
        attempt_id=attempt.id if attempt else None,
        evidence={
            "round": round.number,
            "lessons": {row.lesson_id: row.revision_id for row in readings},
            **_local_of(readings),
            "attempt_id": attempt.id if attempt else None,
            "quiz_revision": attempt.digest if attempt else None,
            "attested_at": round.attested_at.isoformat() if round.attested_at else None,
            "attested_revision_id": round.attested_revision_id,
        },
    )


def _local_of(readings: Sequence[Row]) -> dict[str, Any]:
    """What the organisation had put into what was read, by lesson; nothing where it had nothing."""
    local = {row.lesson_id: row.local for row in readings if row.local}
    return {"lessons_local": local} if local else {}


def _first_pass(round: ModuleRound) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Attempt.id, Attempt.submitted_at, Revision.digest)
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(
            Attempt.person_id == round.person_id,
            Attempt.quiz_slug == round.module_slug,
            Attempt.round == round.number,
            in_state(AttemptState.PASSED),
        )
        .order_by(Attempt.submitted_at)
        .limit(1)
    )


def learned(session: Session, completion_ids: Sequence[int]) -> Sequence[Row]:
    """These completions with the texts that were learned, in the order of time."""
    found = (
        sa.select(
            Completion.target_slug,
            Completion.language,
            Completion.completed_at,
            Completion.evidence,
            Revision.title,
            Revision.digest,
            LocalVersion.digest.label("local_version"),
        )
        .outerjoin(Revision, Revision.id == Completion.revision_id)
        .outerjoin(LocalVersion, LocalVersion.id == Completion.local_version_id)
        .where(Completion.id.in_(completion_ids))
        .order_by(Completion.completed_at, Completion.id)
    )
    return session.execute(found).all()


def asked_again_on(session: Session, person_id: int, targets: Collection[Target]) -> date | None:
    """Since when one of these, completed before, is to be done once more; None if none is.

    A refresher is to be done once more, when what it renews is. Where only some modules of a path
    changed, nothing else of it is.
    """
    keys = [f"{kind}:{slug}" for kind, slug in targets]
    itself = sa.tuple_(Requirement.target_kind, Requirement.target_slug).in_(list(targets))
    found = (
        sa.select(sa.func.max(Period.opens_on))
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(
            Requirement.person_id == person_id,
            Requirement.state == RequirementState.ACTIVE,
            sa.or_(itself, Period.refresher.in_(keys)),
            sa.or_(Period.cause != Cause.CHANGED, _is_changed([slug for _kind, slug in targets])),
            Period.completed_at.is_(None),
            Period.cancelled_at.is_(None),
            sa.exists().where(
                Completion.person_id == Requirement.person_id,
                Completion.target_kind == Requirement.target_kind,
                Completion.target_slug == Requirement.target_slug,
            ),
        )
    )
    return session.scalar(found)


def _is_changed(slugs: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether one of these is what changed."""
    of_course = sa.and_(
        Publication.id == ContentRenewal.publication_id, Publication.slug.in_(slugs)
    )
    of_theirs = sa.and_(
        LocalReach.publication_id == ContentRenewal.publication_id,
        LocalReach.module_slug.in_(slugs),
    )
    return sa.or_(
        *(
            sa.exists().where(ContentRenewal.period_id == Period.id, each).correlate(Period)
            for each in (of_course, of_theirs)
        )
    )


def completed_in(
    session: Session, slugs: Collection[str], after_id: int, most: int
) -> Mapping[int, Mapping[str, tuple[datetime, int]]]:
    """The next people who completed some of these modules and are still here: when, and which
    completion, by module; the last where there are several.
    """
    there = (Completion.target_kind == TargetKind.MODULE, Completion.target_slug.in_(slugs))
    counts = (*there, Completion.revoked_at.is_(None))
    next_people = (
        sa.select(Completion.person_id)
        .join(Person, Person.id == Completion.person_id)
        .where(*counts, Completion.person_id > after_id, Person.left_on.is_(None))
        .distinct()
        .order_by(Completion.person_id)
        .limit(most)
    )
    found = (
        sa.select(
            Completion.person_id, Completion.target_slug, Completion.completed_at, Completion.id
        )
        .where(*counts, Completion.person_id.in_(next_people))
        .order_by(Completion.person_id, Completion.number)
    )
    people: dict[int, dict[str, tuple[datetime, int]]] = {}
    for person_id, slug, completed_at, id in session.execute(found):
        people.setdefault(person_id, {})[slug] = (completed_at, id)
    return people
