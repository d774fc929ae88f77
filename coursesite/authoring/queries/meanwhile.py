"""What went live of a text since somebody began to write."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.people.models import Person
from coursesite.revisions.models import Publication, Revision


@dataclass(frozen=True)
class WentLive:
    """When a revision was published last, who did it (None for the site itself), and its digest
    beside that of the revision before, if there was one.
    """

    published_at: datetime
    author_id: int | None
    author: str | None
    digest: str
    before: str | None


def went_live(session: Session, live_id: int, before_id: int | None) -> WentLive:
    """The last publication of this live revision, beside the one that was read before it."""
    before, of = aliased(Revision), Publication.published_by_id
    found = (
        sa.select(Publication.published_at, Person, Revision.digest, before.digest)
        .join(Revision, Revision.id == Publication.revision_id)
        .outerjoin(Person, Person.id == of)
        .outerjoin(before, before.id == before_id)
        .where(Publication.revision_id == live_id)
        .order_by(Publication.id.desc())
        .limit(1)
    )
    at, person, digest, digest_before = session.execute(found).one()
    return WentLive(
        published_at=at,
        author_id=person.id if person else None,
        author=person.name if person else None,
        digest=digest,
        before=digest_before,
    )
