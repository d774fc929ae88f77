"""Who published a text while somebody else was writing it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coursesite.authoring.queries import went_live
from coursesite.authoring.services.drafting import Seen, Work
from coursesite.revisions.rules import short


@dataclass(frozen=True)
class Meanwhile:
    """What went live that was not there when somebody began.

    `name` is that of whoever published it: None for the reader themselves, in another window, and
    empty for the site's files. `before` and `after` name the revisions; `before` is None where
    nothing was read. Without a draft it is the page that was opened before, and `ended` says that
    there was a draft then.
    """

    name: str | None
    published_at: datetime
    before: str | None
    after: str
    has_draft: bool
    ended: bool


def meanwhile_of(session: Session, work: Work, seen: Seen, reader_id: int) -> Meanwhile | None:
    """What went live since the draft was begun, or, without one, since the page was opened."""
    began = work.begun_with_id if work.draft else seen.live_id
    if work.live is None or began == work.live_id:
        return None
    found = went_live(session, work.live.id, began)
    return Meanwhile(
        name=None if found.author_id == reader_id else found.author or "",
        published_at=found.published_at,
        before=short(found.before) if found.before else None,
        after=short(found.digest),
        has_draft=work.draft is not None,
        ended=work.draft is None and seen.version < work.version,
    )
