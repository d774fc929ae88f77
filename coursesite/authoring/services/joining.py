"""Bringing a draft together with what was published meanwhile, or with what somebody else wrote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.library import Files
from coursesite.authoring.queries import files_of, get_draft, get_saved_text
from coursesite.authoring.rules import Merging, Side, TextId, mark_of, merging
from coursesite.authoring.services.drafting import (
    Seen,
    Work,
    author_of,
    keep_version,
    open_work,
    overwrite,
    save_draft,
)
from coursesite.content.rules import without_cited
from coursesite.errors import Conflict, Invalid, NotFound

LIVE = "live"
_NAME = re.compile("(draft|saved)-([0-9]{1,9})")


@dataclass(frozen=True)
class Other:
    """The other text: what is live, a draft of somebody, or a text that came late."""

    files: Files
    author: str | None = None
    written_at: datetime | None = None
    is_live: bool = False


@dataclass(frozen=True)
class Joining:
    """My text and another, and how they come together; `mark` names exactly these."""

    work: Work
    other: Other
    merging: Merging
    mark: str


def open_joining(session: Session, text: TextId, name: str, author_id: int) -> Joining:
    """`name` is `live`, `draft-12` or `saved-12`."""
    work = open_work(session, text, author_id)
    other = _other(session, work, name)
    began = work.begun_with_id or 0
    base = files_of(session, [began]).get(began, {})
    three = [without_cited(files) for files in (base, work.files, other.files)]
    return Joining(work, other, merging(*three), mark_of(*three))


def _other(session: Session, work: Work, name: str) -> Other:
    if name == LIVE and work.live and work.draft:
        return Other(work.live.files, is_live=True)
    named = _NAME.fullmatch(name)
    if named is None:
        raise NotFound("There is no such text.")
    if named[1] == "draft":
        draft = get_draft(session, work.text, int(named[2]))
        return Other(draft.files, draft.author.name, draft.saved_at)
    saved = get_saved_text(session, work.text, int(named[2]))
    return Other(saved.files, saved.saved_by.name, saved.saved_at)


def join(
    session: Session, joining: Joining, mark: str, chosen: Mapping[str, Side], actor: Actor
) -> None:
    """Make the two texts one, as the actor's draft; the draft from before is kept.

    Joined with what is live, the draft has begun with that from now on.
    """
    if mark != joining.mark:
        raise Conflict("One of the two texts was changed since you looked: choose again.")
    missing = joining.merging.choices.keys() - chosen.keys()
    if missing:
        raise Invalid("Choose for every passage that both have changed.")
    work, files = joining.work, joining.merging.texts(chosen)
    keep_version(session, work.text, actor)
    if joining.other.is_live:
        overwrite(session, work, work.version, {"files": files, "base_revision_id": work.live_id})
        return
    author_of(actor)
    save_draft(session, work.text, files, Seen(work.version, work.begun_with_id), actor)
