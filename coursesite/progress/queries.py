"""How far somebody is, and what they have completed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import plain_rows
from coursesite.progress.models import BlockRecord, Completion, LessonReading, ModuleRound, Note
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Standing:
    """One person's latest round of a module; `round_id` None before the first."""

    round_id: int | None
    number: int
    read: frozenset[str]
    attested_at: datetime | None
    completed_at: datetime | None


NOT_BEGUN = Standing(None, 1, frozenset(), None, None)


def standing_in(session: Session, person_id: int, module_slug: str) -> Standing:
    """How far this person is in this module, in one query."""
    return standings_in(session, person_id, [module_slug]).get(module_slug, NOT_BEGUN)


def standings_in(
    session: Session, person_id: int, module_slugs: Sequence[str]
) -> dict[str, Standing]:
    """The same for several modules, by slug, in one query; those not begun are left out."""
    rows = session.execute(_STANDINGS, {"person_id": person_id, "slugs": list(module_slugs)})
    found: dict[str, Standing] = {}
    read: dict[str, list[str]] = {}
    for row in rows:
        if row.module_slug not in found or row.number > found[row.module_slug].number:
            found[row.module_slug] = Standing(
                row.id, row.number, frozenset(), row.attested_at, row.completed_at
            )
            read[row.module_slug] = []
        if row.lesson_id and row.number == found[row.module_slug].number:
            read[row.module_slug].append(row.lesson_id)
    return {
        slug: Standing(
            each.round_id,
            each.number,
            frozenset(read[slug]),
            each.attested_at,
            each.completed_at,
        )
        for slug, each in found.items()
    }


_STANDINGS = (
    sa.select(
        ModuleRound.id,
        ModuleRound.module_slug,
        ModuleRound.number,
        ModuleRound.attested_at,
        ModuleRound.completed_at,
        LessonReading.lesson_id,
    )
    .outerjoin(LessonReading, LessonReading.round_id == ModuleRound.id)
    .where(
        ModuleRound.person_id == sa.bindparam("person_id"),
        ModuleRound.module_slug.in_(sa.bindparam("slugs", expanding=True)),
    )
    .order_by(ModuleRound.module_slug, ModuleRound.number.desc())
)


def blocks_done(session: Session, round_id: int | None) -> dict[str, dict[str, Any]]:
    """The checks and scenarios done in a round: their kept state, by block id."""
    if round_id is None:
        return {}
    rows = plain_rows(session, _BLOCKS, {"round_id": round_id})
    return {row.block_id: row.state for row in rows}


_BLOCKS = sa.select(BlockRecord.block_id, BlockRecord.state).where(
    BlockRecord.round_id == sa.bindparam("round_id")
)


def readings_of(session: Session, round_id: int) -> Sequence[LessonReading]:
    """What was read in a round, and on which revision, in order of time."""
    found = sa.select(LessonReading).where(LessonReading.round_id == round_id)
    return session.scalars(found.order_by(LessonReading.read_at, LessonReading.lesson_id)).all()


def notes_of(session: Session, person_id: int, module_slug: str) -> dict[str, str]:
    """A person's private notes in a module, by block id; only ever asked for that person."""
    rows = plain_rows(session, _NOTES, {"person_id": person_id, "slug": module_slug})
    return {row.block_id: row.text for row in rows}


_NOTES = sa.select(Note.block_id, Note.text).where(
    Note.person_id == sa.bindparam("person_id"), Note.module_slug == sa.bindparam("slug")
)


def completions_of(session: Session, person_id: int) -> Sequence[Completion]:
    """Everything that this person completed, the newest first, with its revision."""
    found = (
        sa.select(Completion)
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .options(sa.orm.joinedload(Completion.revision))
    )
    return session.scalars(found).all()


def latest_completions(
    session: Session, person_id: int, kind: TargetKind, slugs: Sequence[str]
) -> dict[str, Completion]:
    """The latest completion of each of these targets, by slug; those not completed are left out."""
    found = (
        sa.select(Completion)
        .where(
            Completion.person_id == person_id,
            Completion.target_kind == kind,
            Completion.target_slug.in_(slugs),
        )
        .order_by(Completion.number)
    )
    return {completion.target_slug: completion for completion in session.scalars(found)}
