"""Reading what is live, what was agreed on with the files, and drafts."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import CourseSync
from coursesite.authoring.rules import TextId
from coursesite.revisions.models import LiveRevision, Publication, Revision


@dataclass(frozen=True)
class Live:
    """What is read now of a text."""

    revision_id: int
    digest: str


def live_texts(session: Session) -> dict[TextId, Live]:
    """Every text that is published."""
    found = sa.select(
        LiveRevision.kind, LiveRevision.slug, LiveRevision.language, Revision.id, Revision.digest
    ).join(Revision, Revision.id == LiveRevision.revision_id)
    return {
        TextId(row.kind, row.slug, row.language): Live(row.id, row.digest)
        for row in session.execute(found)
    }


def agreed_digests(session: Session) -> dict[TextId, str]:
    """What files and site last agreed on."""
    return {
        TextId(sync.kind, sync.slug, sync.language): sync.digest
        for sync in session.scalars(sa.select(CourseSync))
    }


def ever_published(session: Session, digests: Collection[str]) -> set[tuple[TextId, str]]:
    """Those of these digests that were live at some time, with their text."""
    found = (
        sa.select(Publication.kind, Publication.slug, Publication.language, Revision.digest)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Revision.digest.in_(digests))
    )
    return {
        (TextId(row.kind, row.slug, row.language), row.digest) for row in session.execute(found)
    }


def files_of(session: Session, revision_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The authors' files of these revisions, by the revision's id."""
    found = sa.select(Revision.id, Revision.files).where(Revision.id.in_(revision_ids))
    return {row.id: row.files for row in session.execute(found)}
