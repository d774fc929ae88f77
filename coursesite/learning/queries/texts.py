"""Which revisions somebody may see again, and what their organisation filled in."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.content.models import LocalField, LocalPassage
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind

REVISION_NAME = re.compile(r"[0-9a-f]{12,64}")


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
