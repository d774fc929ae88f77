"""Writing drafts: each author has their own, and whatever is in the box is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authoring.library import Files
from coursesite.authoring.models import Comment, Draft, SavedText
from coursesite.authoring.queries import (
    BesideLive,
    draft_beside_live,
    draft_to_publish,
    find_draft,
    newest_draft,
    numbered_beside_live,
    still_open,
)
from coursesite.authoring.rules import (
    FIRST_QUESTION,
    FIRST_SETTINGS,
    SETTINGS,
    TextId,
    first_text,
)
from coursesite.errors import Conflict, Forbidden, Invalid, NotFound
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import find_live, get_revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


class StaleDraft(Conflict):
    """The draft was saved in another window since the page was opened; the late text is kept."""


@dataclass(frozen=True)
class Seen:
    """What a page showed when it was opened: the draft's version, and what was live then."""

    version: int
    live_id: int | None


@dataclass(frozen=True)
class Work:
    """A text on an author's desk: their open draft if there is one, else what is live.

    `unsaved` names the parts into whose forms the reader wrote without saving.
    """

    text: TextId
    files: Files
    live: Revision | None
    row: Draft | None
    unsaved: tuple[str, ...] = ()

    @property
    def draft(self) -> Draft | None:
        """The draft, unless it is closed."""
        return self.row if self.row and self.row.closed_at is None else None

    @property
    def version(self) -> int:
        return self.row.version if self.row else 0

    @property
    def live_id(self) -> int | None:
        return self.live.id if self.live else None

    @property
    def begun_with_id(self) -> int | None:
        """The revision that the draft was begun with."""
        return self.draft.base_revision_id if self.draft else self.live_id

    @property
    def overtaken(self) -> bool:
        """Whether something else was published since the draft was begun."""
        return self.begun_with_id != self.live_id


def open_work(session: Session, text: TextId, author_id: int) -> Work:
    """The text as this author has it now; a quiz that a module may have begins empty.

    What nobody has published yet begins as the newest draft of another author, and what an
    organisation says of itself with nothing.
    """
    found = draft_beside_live(session, text, author_id)
    if work := _begun(text, found):
        return work
    if text.kind is Kind.LOCAL:
        return Work(text, {}, None, found.draft)
    if other := newest_draft(session, text):
        return Work(text, other.files, None, found.draft, found.unsaved)
    if text.kind is Kind.QUIZ and newest_draft(session, _module_of(text)):
        return Work(text, {text.main_file: FIRST_QUESTION}, None, found.draft)
    if text.kind is Kind.QUIZ and find_live(session, *_key(_module_of(text))):
        return Work(text, {text.main_file: FIRST_QUESTION}, None, found.draft)
    raise NotFound("There is no such text.")


def work_to_publish(session: Session, text: TextId, reader_id: int) -> Work:
    """The text as the reader has it, or else as another author had it last."""
    found = draft_to_publish(session, text, reader_id)
    return _begun(text, found) or open_work(session, text, reader_id)


def _begun(text: TextId, found: BesideLive) -> Work | None:
    """The draft if it is open, else what is live."""
    row, live = found.draft, found.live
    if row and row.closed_at is None:
        return Work(text, row.files, live, row, found.unsaved)
    return Work(text, live.files, live, row, found.unsaved) if live else None


def work_on(session: Session, text: TextId, draft_id: int, reader_id: int | None = None) -> Work:
    """The text as some author has it, by the number of the draft."""
    found = numbered_beside_live(session, text, draft_id, reader_id)
    draft = still_open(found.draft, text)
    return Work(text, draft.files, found.live, draft, found.unsaved)


def _module_of(quiz: TextId) -> TextId:
    return TextId(Kind.MODULE, quiz.slug, quiz.language)


def _key(text: TextId) -> tuple[Kind, str, str]:
    return text.kind, text.slug, text.language


def save_draft(session: Session, text: TextId, files: Files, seen: Seen, actor: Actor) -> int:
    """Keep this text as the actor's draft and return its version.

    StaleDraft if it was saved in another window since it was seen.
    """
    work = open_work(session, text, author_of(actor))
    if work.draft and work.files == files:
        return work.version
    if work.version != seen.version and work.row and work.draft is None:
        raise StaleDraft("Your draft was published or given up while you were writing here.")
    if work.version != seen.version:
        raise StaleDraft("You saved this text in another window while you were writing here.")
    seen = Seen(seen.version, _own_revision(session, text, seen.live_id))
    if work.row is None:
        return _first(session, text, files, seen, actor)
    _replace(session, work, files, seen, actor)
    return seen.version + 1


def _own_revision(session: Session, text: TextId, revision_id: int | None) -> int | None:
    """The id if it is that of a revision of this text: what a page says may be invented."""
    found = session.get(Revision, revision_id) if revision_id else None
    known = found and (found.kind, found.slug, found.language) == _key(text)
    return revision_id if known else None


def begin_draft(session: Session, text: TextId, files: Files, actor: Actor) -> None:
    """The first draft of a text that nobody has published; one that was given up is taken up."""
    row = find_draft(session, text, author_of(actor))
    if row is None:
        _first(session, text, files, Seen(0, None), actor)
    else:
        _replace(session, Work(text, files, None, row), files, Seen(row.version, None), actor)


def _first(session: Session, text: TextId, files: Files, seen: Seen, actor: Actor) -> int:
    draft = Draft(
        kind=text.kind,
        slug=text.slug,
        language=text.language,
        author_id=author_of(actor),
        base_revision_id=seen.live_id,
        version=1,
        files=dict(files),
        saved_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        raise StaleDraft("You began to write this text in another window just now.") from None
    _record_begun(session, text, actor)
    return 1


def _replace(session: Session, work: Work, files: Files, seen: Seen, actor: Actor) -> None:
    """Overwrite the version that was seen, and no other."""
    base = work.begun_with_id if work.draft else seen.live_id
    values = {"base_revision_id": base, "closed_at": None}
    overwrite(session, work, seen.version, {**values, "files": dict(files)})
    if work.draft is None:
        _record_begun(session, work.text, actor)


def overwrite(session: Session, work: Work, version: int, values: Mapping[str, Any]) -> None:
    """Write the next version over this one; StaleDraft if it is no longer the newest."""
    changed = {**values, "version": version + 1, "saved_at": clock.now()}
    if not _changed(session, work, version, changed):
        raise StaleDraft("You saved this text in another window just now.")


def _changed(session: Session, work: Work, version: int, values: dict[str, Any]) -> bool:
    change = (
        sa.update(Draft)
        .where(Draft.id == (work.row.id if work.row else None), Draft.version == version)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(change)).rowcount == 1


def author_of(actor: Actor) -> int:
    if actor.person_id is None:
        raise Forbidden("A draft is written by a person.")
    return actor.person_id


def _record_begun(session: Session, text: TextId, actor: Actor) -> None:
    record(session, "draft-begun", actor, (text.kind, text.slug), after={"language": text.language})


def keep_text(
    session: Session, draft_id: int, files: Files, person_id: int, version: int | None
) -> SavedText:
    """Keep a text for good; `version` None for one that did not become the draft."""
    kept = SavedText(
        draft_id=draft_id,
        version=version,
        files=dict(files),
        saved_by_id=person_id,
        saved_at=clock.now(),
    )
    session.add(kept)
    session.flush()
    return kept


def keep_version(session: Session, text: TextId, actor: Actor) -> None:
    """Keep the actor's draft as it is now for good, once."""
    row = find_draft(session, text, author_of(actor))
    if row is None:
        return
    known = sa.select(SavedText.id).where(
        SavedText.draft_id == row.id, SavedText.version == row.version
    )
    if session.scalars(known).first() is None:
        keep_text(session, row.id, row.files, row.author_id, row.version)


def keep_late_text(session: Session, text: TextId, files: Files, actor: Actor) -> int | None:
    """Keep what came too late to become the draft, once; the number under which it is kept."""
    row = find_draft(session, text, author_of(actor))
    if row is None:
        return None
    late = sa.select(SavedText).where(SavedText.draft_id == row.id, SavedText.version.is_(None))
    newest = session.scalars(late.order_by(SavedText.id.desc()).limit(1)).first()
    if newest and newest.files == files:
        return newest.id
    return keep_text(session, row.id, files, row.author_id, None).id


def close_draft(session: Session, work: Work, seen: Seen) -> None:
    """End the draft that was seen; whoever still has it open is told when they save.

    What was said of it is resolved, and nobody is asked for an opinion any more.
    """
    now = clock.now()
    values = {"closed_at": now, "version": seen.version + 1}
    over = {"opinion_asked_at": None, "opinion_note": ""}
    if work.draft is None or not _changed(session, work, seen.version, {**values, **over}):
        raise StaleDraft("The draft was changed since you looked at it: look at it again.")
    still_open = sa.and_(Comment.draft_id == work.draft.id, Comment.resolved_at.is_(None))
    session.execute(sa.update(Comment).where(still_open).values(resolved_at=now))


def give_up(session: Session, text: TextId, seen: Seen, actor: Actor) -> None:
    """End the actor's draft without publishing it; its text is kept."""
    work = open_work(session, text, author_of(actor))
    keep_version(session, text, actor)
    close_draft(session, work, seen)
    record(
        session, "draft-given-up", actor, (text.kind, text.slug), after={"language": text.language}
    )


def go_back(session: Session, text: TextId, name: str, actor: Actor) -> None:
    """Make a draft of a revision of this text, by the beginning of its digest."""
    revision = get_revision(session, text.kind, text.slug, name)
    if revision.language != text.language:
        raise NotFound("There is no such revision.")
    take_up(session, text, revision.files, actor)


def take_up(session: Session, text: TextId, files: Files, actor: Actor) -> None:
    """Make a draft of an older text; an open draft that it replaces is kept."""
    work = open_work(session, text, author_of(actor))
    if work.draft:
        keep_version(session, text, actor)
    save_draft(session, text, files, Seen(work.version, work.live_id), actor)


def bring_draft(
    session: Session, text: TextId, files: Files, base_id: int | None, actor: Actor
) -> None:
    """Make the actor's draft of what came from elsewhere; an open one that it replaces is kept."""
    own = find_draft(session, text, author_of(actor))
    if own is None:
        _first(session, text, files, Seen(0, base_id), actor)
        return
    if own.closed_at is None:
        keep_version(session, text, actor)
    work = Work(text, own.files, find_live(session, *_key(text)), own)
    values = {"files": dict(files), "base_revision_id": base_id, "closed_at": None}
    overwrite(session, work, own.version, values)


def begin_module(session: Session, slug: str, title: str, actor: Actor) -> TextId:
    """A new module as a draft: a frame that lacks only what its author must write."""
    text = TextId(Kind.MODULE, slug, FALLBACK_LANGUAGE)
    own = find_draft(session, text, author_of(actor))
    if own or find_live(session, *_key(text)) or newest_draft(session, text):
        raise Invalid("There is a module of the name %(slug)s already. Choose another.", slug=slug)
    files = {SETTINGS: FIRST_SETTINGS, text.main_file: first_text(title)}
    _first(session, text, files, Seen(0, None), actor)
    return text
