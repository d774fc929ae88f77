"""What somebody tried, noted and completed."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import plain_rows
from coursesite.progress.models import BlockRecord, Completion, Note


def blocks_done(session: Session, round_id: int | None) -> dict[str, dict[str, Any]]:
    """The checks and scenarios done in a round: their kept state, by block id."""
    if round_id is None:
        return {}
    rows = plain_rows(session, _BLOCKS, {"round_id": round_id})
    return {row.block_id: row.state for row in rows}


_BLOCKS = sa.select(BlockRecord.block_id, BlockRecord.state).where(
    BlockRecord.round_id == sa.bindparam("round_id")
)


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
