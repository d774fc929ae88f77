"""How far somebody is, what they completed, and every attempt they made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import Prepared
from coursesite.learning.rules import NOT_BEGUN, Asked, Standing
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import Revision

Row = sa.Row[*tuple[Any, ...]]
"""A row of several columns, by their names."""

_passed = (
    sa.exists()
    .where(
        Attempt.person_id == ModuleRound.person_id,
        Attempt.quiz_slug == ModuleRound.module_slug,
        Attempt.round == ModuleRound.number,
        in_state(AttemptState.PASSED),
    )
    .label("passed")
)
_open_attempt_id = (
    sa.select(Attempt.id)
    .where(
        Attempt.person_id == ModuleRound.person_id,
        Attempt.quiz_slug == ModuleRound.module_slug,
        in_state(AttemptState.OPEN),
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
_standings = (
    sa.select(
        ModuleRound.id,
        ModuleRound.module_slug,
        ModuleRound.number,
        ModuleRound.attested_at,
        ModuleRound.completed_at,
        ModuleRound.started_at,
        ModuleRound.since_revision_id,
        ModuleRound.until_revision_id,
        ModuleRound.asked,
        LessonReading.lesson_id,
        _passed,
        _open_attempt_id,
    )
    .outerjoin(LessonReading, LessonReading.round_id == ModuleRound.id)
    .where(ModuleRound.person_id == sa.bindparam("person_id"), _is_latest)
)
_STANDING = Prepared(_standings.where(ModuleRound.module_slug == sa.bindparam("slug")))
_STANDINGS = Prepared(_standings)


def standings_of(session: Session, person_id: int) -> dict[str, Standing]:
    """How far this person is in each module begun, by slug, in the latest round of each."""
    by_slug: dict[str, list[Row]] = {}
    for row in _STANDINGS.rows(session, {"person_id": person_id}):
        by_slug.setdefault(row.module_slug, []).append(row)
    return {slug: _standing(rows) for slug, rows in by_slug.items()}


def standing_in(session: Session, person_id: int, slug: str) -> Standing:
    """How far this person is in the latest round of one module."""
    asked = {"person_id": person_id, "slug": slug}
    rows = _STANDING.rows(session, asked)
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
        asked=_asked(first),
        started_at=first.started_at,
    )


def _asked(row: Row) -> Asked | None:
    if row.since_revision_id is None or row.asked is None:
        return None
    return Asked.from_json(row.since_revision_id, row.until_revision_id, row.asked)


@dataclass(frozen=True)
class Completed:
    """The latest completion of a target, and the highest number that one of it has.

    What was revoked is known as completed, so that it can be done again, and counts for nothing.
    """

    id: int
    number: int
    completed_at: datetime
    revoked: bool = False


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
            Completion.revoked_at,
        )
        .where(Completion.person_id == person_id)
        .order_by(Completion.revoked_at.is_(None), Completion.completed_at, Completion.id)
    )
    return _latest(session.execute(found))


def latest_of(completions: Iterable[Completion]) -> dict[Target, Completed]:
    """The same of one person's completions that are known already."""
    return _latest(sorted(completions, key=_place))


def _place(completion: Completion) -> tuple[bool, datetime, int]:
    return completion.revoked_at is None, completion.completed_at, completion.id


def _latest(rows: Iterable[Any]) -> dict[Target, Completed]:
    latest: dict[Target, Completed] = {}
    for row in rows:
        target = (row.target_kind, row.target_slug)
        number = max(row.number, latest[target].number if target in latest else 0)
        latest[target] = Completed(row.id, number, row.completed_at, row.revoked_at is not None)
    return latest


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
            Revision.language,
        )
        .join(Revision, Revision.id == Attempt.revision_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    return session.execute(found if slug is None else found.where(Attempt.quiz_slug == slug)).all()
