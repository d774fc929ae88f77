"""What is published: as authors wrote it, and as it is read."""

from collections.abc import Iterator, Mapping
from contextlib import closing

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.queries.texts import Live
from coursesite.authoring.rules import TextId
from coursesite.content.queries import MODULES
from coursesite.content.rules import CITED, Module, without_cited
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.queries import files_of
from coursesite.revisions.rules import Kind, digest_of


def written_digests(session: Session, live: Mapping[TextId, Live]) -> dict[TextId, str]:
    """The digests of what is live as authors wrote it.

    Which facts it cites is no part of that: what becomes of them, the register of facts tells.
    """
    modules = [each.revision_id for text, each in live.items() if text.kind is Kind.MODULE]
    files = files_of(session, modules)
    return {
        text: digest_of(without_cited(files[each.revision_id]))
        if CITED in files.get(each.revision_id, ())
        else each.digest
        for text, each in live.items()
    }


def live_modules(session: Session) -> Iterator[tuple[TextId, Module]]:
    """Every module that is published, in every language, by its name."""
    found = sa.select(LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id).where(
        LiveRevision.kind == Kind.MODULE
    )
    rows = session.execute(found.order_by(LiveRevision.slug, LiveRevision.language)).all()
    shown = MODULES.get_all(session, [row.revision_id for row in rows])
    for row in rows:
        yield TextId(Kind.MODULE, row.slug, row.language), shown[row.revision_id].text


def published_files(session: Session, text: TextId) -> Iterator[dict[str, str]]:
    """The files of all that was ever live of this text, one after the other."""
    found = (
        sa.select(Revision.files)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Publication.kind == text.kind,
            Publication.slug == text.slug,
            Publication.language == text.language,
        )
        .order_by(Publication.id.desc())
    )
    with closing(session.scalars(found.execution_options(yield_per=20))) as read:
        yield from read
