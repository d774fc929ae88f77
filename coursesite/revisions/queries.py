"""Reading revisions: what is live, what was, when it was."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from coursesite.errors import NotFound
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind

SHORTEST_NAME = 8


def find_live(session: Session, kind: Kind, slug: str, language: str) -> Revision | None:
    """What is read now, in exactly this language, with its files."""
    found = (
        sa.select(Revision)
        .join(LiveRevision, LiveRevision.revision_id == Revision.id)
        .where(
            LiveRevision.kind == kind,
            LiveRevision.slug == slug,
            LiveRevision.language == language,
        )
        .options(undefer(Revision.files))
    )
    return session.scalars(found).first()


def live_languages(session: Session, kind: Kind) -> list[str]:
    """The languages in which there is any text of this kind."""
    found = sa.select(LiveRevision.language).where(LiveRevision.kind == kind).distinct()
    return sorted(session.scalars(found))


def live_ids(session: Session, kind: Kind, slug: str) -> dict[str, int]:
    """What is read now of a text, by language."""
    found = sa.select(LiveRevision.language, LiveRevision.revision_id).where(
        LiveRevision.kind == kind, LiveRevision.slug == slug
    )
    return {row.language: row.revision_id for row in session.execute(found)}


def find_revision(
    session: Session, kind: Kind, slug: str, language: str, digest: str
) -> Revision | None:
    found = sa.select(Revision).where(
        Revision.kind == kind,
        Revision.slug == slug,
        Revision.language == language,
        Revision.digest == digest,
    )
    return session.scalars(found).first()


def get_revision(session: Session, kind: Kind, slug: str, beginning: str) -> Revision:
    """The revision whose digest begins like this, with its files; at least 8 digits."""
    found = (
        sa.select(Revision)
        .where(
            Revision.kind == kind,
            Revision.slug == slug,
            Revision.digest.startswith(beginning, autoescape=True),
        )
        .options(undefer(Revision.files))
        .limit(2)
    )
    revisions = session.scalars(found).all()
    if len(beginning) < SHORTEST_NAME or len(revisions) != 1:
        raise NotFound("There is no such revision.")
    return revisions[0]


def files_of(session: Session, revision_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The files of these revisions, by the revision's id."""
    found = sa.select(Revision.id, Revision.files).where(Revision.id.in_(revision_ids))
    return {row.id: row.files for row in session.execute(found)}


def publications_of(
    session: Session, kind: Kind, slug: str, language: str
) -> Sequence[sa.Row[Publication, Revision]]:
    """The history of a text, newest first: each publication with its revision."""
    found = (
        sa.select(Publication, Revision)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.kind == kind, Publication.slug == slug, Publication.language == language)
        .order_by(Publication.id.desc())
        .limit(200)
    )
    return session.execute(found).all()
