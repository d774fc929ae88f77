"""What a learner's pages need to know, in few questions."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Period, Requirement
from coursesite.assignments.rules import RequirementState
from coursesite.content.models import LocalField, LocalPassage
from coursesite.db import plain_rows
from coursesite.learning.rules import NOT_BEGUN, Standing
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind

Row = sa.Row[*tuple[Any, ...]]
"""A row of several columns, by their names."""

REVISION_NAME = re.compile(r"[0-9a-f]{12,64}")

_passed = (
    sa.exists()
    .where(
        Attempt.person_id == ModuleRound.person_id,
        Attempt.quiz_slug == ModuleRound.module_slug,
        Attempt.round == ModuleRound.number,
        Attempt.state == AttemptState.PASSED,
    )
    .label("passed")
)
_open_attempt_id = (
    sa.select(Attempt.id)
    .where(
        Attempt.person_id == ModuleRound.person_id,
        Attempt.quiz_slug == ModuleRound.module_slug,
        Attempt.state == AttemptState.OPEN,
    )
    .scalar_subquery()
    .label("open_attempt_id")
)
_later = sa.orm.aliased(ModuleRound)
_is_latest = ~sa.exists().where(
    _later.person_id == ModuleRound.person_id,
    _later.module_slug == ModuleRound.module_slug,
    _later.number > ModuleRound.number,
)
_STANDINGS = (
    sa.select(
        ModuleRound.id,
        ModuleRound.module_slug,
        ModuleRound.number,
        ModuleRound.attested_at,
        ModuleRound.completed_at,
        LessonReading.lesson_id,
        _passed,
        _open_attempt_id,
    )
    .outerjoin(LessonReading, LessonReading.round_id == ModuleRound.id)
    .where(ModuleRound.person_id == sa.bindparam("person_id"), _is_latest)
)
_STANDING = _STANDINGS.where(ModuleRound.module_slug == sa.bindparam("slug"))


def standings_of(session: Session, person_id: int) -> dict[str, Standing]:
    """How far this person is in each module begun, by slug, in the latest round of each."""
    by_slug: dict[str, list[Row]] = {}
    for row in session.execute(_STANDINGS, {"person_id": person_id}):
        by_slug.setdefault(row.module_slug, []).append(row)
    return {slug: _standing(rows) for slug, rows in by_slug.items()}


def standing_in(session: Session, person_id: int, slug: str) -> Standing:
    """How far this person is in the latest round of one module."""
    asked = {"person_id": person_id, "slug": slug}
    rows = plain_rows(session, _STANDING, asked)
    return _standing(rows) if rows else NOT_BEGUN


def _standing(rows: Sequence[Row]) -> Standing:
    first = rows[0]
    return Standing(
        round_id=first.id,
        number=first.number,
        read=frozenset(row.lesson_id for row in rows if row.lesson_id),
        passed=bool(first.passed),
        open_attempt_id=first.open_attempt_id,
        attested=first.attested_at is not None,
        completed_at=first.completed_at,
    )


@dataclass(frozen=True)
class Completed:
    """The latest completion of a target."""

    id: int
    number: int
    completed_at: datetime


Target = tuple[TargetKind, str]


def completed_by(session: Session, person_id: int) -> dict[Target, Completed]:
    """The latest completion of everything that this person completed, by kind and slug."""
    found = (
        sa.select(
            Completion.target_kind,
            Completion.target_slug,
            Completion.id,
            Completion.number,
            Completion.completed_at,
        )
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_at, Completion.id)
    )
    return {
        (row.target_kind, row.target_slug): Completed(row.id, row.number, row.completed_at)
        for row in session.execute(found)
    }


def requirements_of(session: Session, person_id: int) -> Sequence[Row]:
    """What this person must do now: each requirement, its open period and why it was assigned."""
    found = (
        sa.select(
            Requirement.target_kind,
            Requirement.target_slug,
            Requirement.progress,
            Requirement.excuse,
            Requirement.due_on,
            Requirement.valid_until,
            Requirement.grace_until,
            Period.opens_on,
            Period.assigned_on,
            Period.first_due_on,
            Assignment.due_rule,
            Assignment.due_days,
            Assignment.reason,
        )
        .outerjoin(
            Period,
            sa.and_(
                Period.requirement_id == Requirement.id,
                Period.completed_at.is_(None),
                Period.cancelled_at.is_(None),
            ),
        )
        .outerjoin(Assignment, Assignment.id == Period.assignment_id)
        .where(
            Requirement.person_id == person_id,
            Requirement.state == RequirementState.ACTIVE,
        )
        .order_by(sa.func.coalesce(Requirement.due_on, date.max), Requirement.id)
    )
    return session.execute(found).all()


def find_published(session: Session, slug: str, name: str) -> int | None:
    """The id of a revision of this module that was published once, by its name."""
    found = (
        sa.select(Revision.id)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(Revision.kind == Kind.MODULE, Revision.slug == slug, _is_named(name))
    )
    return session.scalars(found.limit(1)).first()


def find_revision_seen_by(
    session: Session, slug: str, name: str, person_id: int | None
) -> int | None:
    """The same, if this person learned from it or it is live; of None, anybody may see all."""
    found = sa.select(Revision.id).where(
        Revision.kind == Kind.MODULE, Revision.slug == slug, _is_named(name)
    )
    if person_id is not None:
        found = found.where(
            sa.or_(_is_live(), _was_read_by(person_id), _completed_on_by(person_id))
        )
    return session.scalars(found.limit(1)).first()


def _is_named(name: str) -> sa.ColumnElement[bool]:
    if not REVISION_NAME.fullmatch(name):
        return sa.false()
    return Revision.digest.startswith(name)


def _is_live() -> sa.ColumnElement[bool]:
    return sa.exists().where(LiveRevision.revision_id == Revision.id)


def _was_read_by(person_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        LessonReading.revision_id == Revision.id,
        LessonReading.round_id == ModuleRound.id,
        ModuleRound.person_id == person_id,
    )


def _completed_on_by(person_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Completion.revision_id == Revision.id, Completion.person_id == person_id
    )


@dataclass(frozen=True)
class LocalTexts:
    """What an organisation filled in: fields as plain text, passages as sanitised HTML."""

    fields: dict[str, str]
    passages: dict[str, str]


def local_texts(session: Session, organisation_id: int, language: str) -> LocalTexts:
    """An organisation's fields and its passages in a language, in one question."""
    values = {"organisation_id": organisation_id, "language": language}
    rows = session.execute(_LOCAL_TEXTS, values).all()
    return LocalTexts(
        {row.name: row.value for row in rows if row.is_field},
        {row.name: row.value for row in rows if not row.is_field},
    )


_LOCAL_TEXTS = sa.union_all(
    sa.select(sa.literal(True).label("is_field"), LocalField.name, LocalField.value).where(
        LocalField.organisation_id == sa.bindparam("organisation_id")
    ),
    sa.select(sa.literal(False), LocalPassage.passage, LocalPassage.html).where(
        LocalPassage.organisation_id == sa.bindparam("organisation_id"),
        LocalPassage.language == sa.bindparam("language"),
    ),
)


def attempts_of(session: Session, person_id: int, slug: str | None = None) -> Sequence[Row]:
    """Every attempt of this person, or those at one quiz, newest first, without its questions."""
    found = (
        sa.select(
            Attempt.id,
            Attempt.quiz_slug,
            Attempt.number,
            Attempt.round,
            Attempt.state,
            Attempt.score,
            Attempt.started_at,
            Attempt.submitted_at,
            Revision.title,
        )
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    return session.execute(found if slug is None else found.where(Attempt.quiz_slug == slug)).all()


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
        sa.select(LessonReading.lesson_id, LessonReading.revision_id, LessonReading.read_at)
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
            "attempt_id": attempt.id if attempt else None,
            "quiz_revision": attempt.digest if attempt else None,
            "attested_at": round.attested_at.isoformat() if round.attested_at else None,
            "attested_revision_id": round.attested_revision_id,
        },
    )


def _first_pass(round: ModuleRound) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Attempt.id, Attempt.submitted_at, Revision.digest)
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(
            Attempt.person_id == round.person_id,
            Attempt.quiz_slug == round.module_slug,
            Attempt.round == round.number,
            Attempt.state == AttemptState.PASSED,
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
            Revision.title,
            Revision.digest,
        )
        .outerjoin(Revision, Revision.id == Completion.revision_id)
        .where(Completion.id.in_(completion_ids))
        .order_by(Completion.completed_at, Completion.id)
    )
    return session.execute(found).all()


def renewal_opened_on(session: Session, person_id: int, targets: Collection[Target]) -> date | None:
    """The last day on which a renewal of one of these opened and is still open; None if none is."""
    found = (
        sa.select(sa.func.max(Period.opens_on))
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(
            Requirement.person_id == person_id,
            Requirement.state == RequirementState.ACTIVE,
            sa.tuple_(Requirement.target_kind, Requirement.target_slug).in_(list(targets)),
            Period.number > 1,
            Period.completed_at.is_(None),
            Period.cancelled_at.is_(None),
        )
    )
    return session.scalar(found)
