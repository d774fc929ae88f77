"""What an archive is made of, and what came with archives of other sites."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from coursesite.authoring.models import ArchivedRevision
from coursesite.authoring.rules import TextId
from coursesite.content.models import Media
from coursesite.people.models import Person
from coursesite.revisions.models import Publication, Revision
from coursesite.revisions.rules import Kind


def all_revisions(session: Session) -> Iterator[tuple[Revision, str | None]]:
    """Every revision of the course that was ever published, with its files and who made it.

    What organisations say of themselves is theirs, and no part of the course.
    """
    published = sa.select(Publication.revision_id).where(Publication.kind != Kind.LOCAL)
    found = (
        sa.select(Revision, Person)
        .outerjoin(Person, Person.id == Revision.created_by_id)
        .where(Revision.id.in_(published))
        .options(undefer(Revision.files))
        .order_by(Revision.id)
    )
    for revision, person in session.execute(found.execution_options(yield_per=100)):
        yield revision, person.name if person else None


def all_publications(session: Session) -> dict[int, list[tuple[Publication, str | None]]]:
    """Every publication by its revision, the oldest first, with the name of who published it."""
    found = (
        sa.select(Publication, Person)
        .outerjoin(Person, Person.id == Publication.published_by_id)
        .order_by(Publication.id)
    )
    publications: dict[int, list[tuple[Publication, str | None]]] = {}
    for publication, person in session.execute(found):
        told = publications.setdefault(publication.revision_id, [])
        told.append((publication, person.name if person else None))
    return publications


def archived_revisions(session: Session, text: TextId | None = None) -> Sequence[ArchivedRevision]:
    """What came with archives, of one text or of all, with its files."""
    found = sa.select(ArchivedRevision).options(undefer(ArchivedRevision.files))
    if text:
        found = found.where(
            ArchivedRevision.kind == text.kind,
            ArchivedRevision.slug == text.slug,
            ArchivedRevision.language == text.language,
        )
    return session.scalars(found.order_by(ArchivedRevision.id)).all()


def archived_with(session: Session, digests: Collection[str]) -> Sequence[ArchivedRevision]:
    """What came with archives under these digests, without its files."""
    return session.scalars(
        sa.select(ArchivedRevision).where(ArchivedRevision.digest.in_(digests))
    ).all()


def ever_live(session: Session) -> dict[TextId, dict[str, int]]:
    """The ids of the revisions that were ever live here, by text and digest, the oldest first."""
    found = (
        sa.select(*(Revision.kind, Revision.slug, Revision.language, Revision.digest, Revision.id))
        .where(Revision.id.in_(sa.select(Publication.revision_id)))
        .order_by(Revision.id)
    )
    digests: dict[TextId, dict[str, int]] = {}
    for row in session.execute(found):
        text = TextId(row.kind, row.slug, row.language)
        digests.setdefault(text, {})[row.digest] = row.id
    return digests


def media_for(session: Session, slugs: Collection[str]) -> Sequence[Media]:
    """What published texts of these modules have shown, and what archives brought, by name."""
    found = sa.select(Media).where(Media.module_slug.in_(slugs))
    return session.scalars(found.order_by(Media.module_slug, Media.name, Media.id)).all()
