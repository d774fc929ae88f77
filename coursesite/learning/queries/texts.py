"""Which revisions somebody may see again."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.quizzes.models import Attempt
from coursesite.revisions.models import LiveRevision, LocalVersion, Publication, Revision
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


def find_local_version(
    session: Session, slug: str, name: str, *, organisation_id: int, seen_by: int | None
) -> LocalVersion | None:
    """What an organisation had put into a module, by the beginning of its digest.

    Only if `seen_by` read or learned it, or was asked about it; of None, whoever did.
    """
    if not REVISION_NAME.fullmatch(name):
        return None
    found = sa.select(LocalVersion).where(
        LocalVersion.organisation_id == organisation_id,
        LocalVersion.module_slug == slug,
        LocalVersion.digest.startswith(name),
    )
    if seen_by is not None:
        found = found.where(
            sa.or_(
                sa.exists().where(
                    Completion.local_version_id == LocalVersion.id, Completion.person_id == seen_by
                ),
                sa.exists().where(
                    Attempt.local_version_id == LocalVersion.id, Attempt.person_id == seen_by
                ),
                sa.exists().where(
                    LessonReading.local_version_id == LocalVersion.id,
                    LessonReading.round_id == ModuleRound.id,
                    ModuleRound.person_id == seen_by,
                ),
            )
        )
    return session.scalars(found.limit(1)).first()
