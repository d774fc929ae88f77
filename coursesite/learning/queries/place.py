"""All that a lesson's page depends on, in one question."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.content.queries import GLOSSARY_SLUG
from coursesite.content.shelf import LiveLocal, is_live_local, local_slugs
from coursesite.db import Prepared
from coursesite.learning.queries.standings import Row
from coursesite.progress.models import BlockRecord, LessonReading, ModuleRound, Note
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LiveRevision, is_live
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


@dataclass(frozen=True)
class Reader:
    """Who reads which module, and in which language."""

    person_id: int
    organisations: tuple[int, ...]
    slug: str
    language: str


@dataclass(frozen=True)
class Place:
    """What is live, what the organisations said of themselves, and how far the reader is.

    `live` are revision ids and `glossary` those of the glossaries, by language, `local` those of
    the local versions. `stage` differs between those who are not equally far beside the
    lessons `read`. `blocks` are the checks and scenarios done in this round with their kept state,
    by id.
    """

    live: dict[str, int] = field(default_factory=dict)
    glossary: dict[str, int] = field(default_factory=dict)
    local: tuple[LiveLocal, ...] = ()
    stage: int = 0
    read: frozenset[str] = frozenset()
    blocks: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def place_of(session: Session, reader: Reader) -> Place:
    """What this reader's page of a lesson depends on."""
    rows: dict[str, list[Row]] = {what: [] for what in _PARTS}
    asked = {
        "person_id": reader.person_id,
        "slug": reader.slug,
        "language": reader.language,
        **local_slugs(reader.organisations),
    }
    for row in _PLACE.rows(session, asked):
        rows[row.what].append(row)
    local = rows["local"]
    return Place(
        live=_ids(rows["live"]),
        glossary=_ids(rows["glossary"]),
        local=tuple(sorted((row.name, row.number) for row in local)) if local else (),
        stage=sum(row.number for row in rows["stage"]),
        read=frozenset(row.name for row in rows["read"]),
        blocks={row.name: json.loads(row.value) for row in rows["block"]},
        notes=_values(rows["note"]),
    )


def _ids(rows: Sequence[Row]) -> dict[str, int]:
    return {row.language: row.number for row in rows}


def _values(rows: Sequence[Row]) -> dict[str, str]:
    return {row.name: row.value for row in rows}


_PERSON: Any = sa.bindparam("person_id")
_SLUG: Any = sa.bindparam("slug")
_LANGUAGES: Any = (sa.bindparam("language"), FALLBACK_LANGUAGE)
_ONE: Any = sa.literal_column("1")
_NONE: Any = sa.literal_column("0")
_ROUND = (
    sa.select(ModuleRound.id)
    .where(ModuleRound.person_id == _PERSON, ModuleRound.module_slug == _SLUG)
    .order_by(ModuleRound.number.desc())
    .limit(_ONE)
    .offset(_NONE)
    .scalar_subquery()
)


def _part(
    what: str, name: Any, *, value: Any = None, language: Any = None, number: Any = None
) -> sa.Select[*tuple[Any, ...]]:
    """Rows of one kind, in the columns of all."""
    return sa.select(
        sa.literal_column(f"'{what}'").label("what"),
        sa.cast(name, sa.Text).label("name"),
        sa.cast(value, sa.Text).label("value"),
        sa.cast(language, sa.Text).label("language"),
        sa.cast(number, sa.BigInteger).label("number"),
    )


def _bit(bit: int, met: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((met, sa.literal_column(str(bit))), else_=sa.literal_column("0"))


def _has_attempt(*met: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(
        Attempt.person_id == ModuleRound.person_id,
        Attempt.quiz_slug == ModuleRound.module_slug,
        *met,
    )


_STAGE = (
    _bit(1, _has_attempt(Attempt.round == ModuleRound.number, in_state(AttemptState.PASSED)))
    + _bit(2, _has_attempt(in_state(AttemptState.OPEN)))
    + _bit(4, ModuleRound.attested_at.is_not(None))
    + _bit(8, ModuleRound.completed_at.is_not(None))
)


def _live(what: str, kind: Kind, slug: Any) -> sa.Select[*tuple[Any, ...]]:
    """What is read now of this text, in the reader's language and in the one it falls back to."""
    number = LiveRevision.revision_id
    return _part(what, None, language=LiveRevision.language, number=number).where(
        is_live(kind),
        LiveRevision.slug == slug,
        LiveRevision.language.in_(_LANGUAGES),
    )


_PARTS = {
    "live": _live("live", Kind.MODULE, _SLUG),
    "glossary": _live("glossary", Kind.GLOSSARY, GLOSSARY_SLUG),
    "local": _part("local", LiveRevision.slug, number=LiveRevision.revision_id).where(
        *is_live_local()
    ),
    "stage": _part("stage", None, number=_STAGE)
    .select_from(ModuleRound)
    .where(ModuleRound.id == _ROUND),
    "read": _part("read", LessonReading.lesson_id).where(LessonReading.round_id == _ROUND),
    "block": _part("block", BlockRecord.block_id, value=BlockRecord.state).where(
        BlockRecord.round_id == _ROUND
    ),
    "note": _part("note", Note.block_id, value=Note.text).where(
        Note.person_id == _PERSON, Note.module_slug == _SLUG
    ),
}
_PLACE = Prepared(sa.union_all(*_PARTS.values()))
