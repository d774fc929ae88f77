"""Drafts of texts, whose they are, and what was kept of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, load_only, undefer

from coursesite.authoring.models import (
    Comment,
    Draft,
    Opinion,
    PlannedPublication,
    SavedText,
    UnsavedForm,
)
from coursesite.authoring.rules import PlanState, TextId
from coursesite.errors import NotFound
from coursesite.people.models import Person
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.revisions.rules import Kind


@dataclass(frozen=True)
class OpenDraft:
    """Whose draft it is, when it was saved last, whether its author asks for a review, and when it
    is to be published, if that is planned.
    """

    id: int
    author_id: int
    author: str
    saved_at: datetime
    asks: bool
    publish_at: datetime | None = None


def open_drafts(session: Session) -> dict[TextId, list[OpenDraft]]:
    """Every draft of the course that is being worked on, the one saved last first."""
    found = (
        sa.select(Draft, Person, PlannedPublication.publish_at)
        .join(Person, Person.id == Draft.author_id)
        .outerjoin(
            PlannedPublication,
            sa.and_(
                PlannedPublication.draft_id == Draft.id,
                PlannedPublication.state == PlanState.WAITING,
            ),
        )
        .where(Draft.closed_at.is_(None), Draft.kind != Kind.LOCAL)
        .options(
            load_only(
                *(Draft.kind, Draft.slug, Draft.language, Draft.saved_at, Draft.opinion_asked_at)
            )
        )
        .order_by(Draft.saved_at.desc())
    )
    drafts: dict[TextId, list[OpenDraft]] = {}
    for draft, author, publish_at in session.execute(found):
        text = TextId(draft.kind, draft.slug, draft.language)
        row = OpenDraft(
            *(draft.id, author.id, author.name, draft.saved_at),
            asks=draft.opinion_asked_at is not None,
            publish_at=publish_at,
        )
        drafts.setdefault(text, []).append(row)
    return drafts


def find_draft(session: Session, text: TextId, author_id: int) -> Draft | None:
    """This author's draft of this text, open or closed, as the database has it now."""
    return session.scalars(_drafts(text).where(Draft.author_id == author_id)).first()


@dataclass(frozen=True)
class BesideLive:
    """A draft, open or closed, what is read now with its files, and the parts of the text into
    whose forms the reader wrote without saving.
    """

    draft: Draft | None
    live: Revision | None
    unsaved: tuple[str, ...]


def draft_beside_live(session: Session, text: TextId, author_id: int) -> BesideLive:
    """This author's draft, open or closed, and what is read now, by one question."""
    return _beside_live(session, text, Draft.author_id == author_id, author_id)


def numbered_beside_live(
    session: Session, text: TextId, draft_id: int, reader_id: int | None
) -> BesideLive:
    """The same of the draft of that number, whoever's it is."""
    return _beside_live(session, text, Draft.id == draft_id, reader_id)


def draft_to_publish(session: Session, text: TextId, reader_id: int) -> BesideLive:
    """The same, but the newest open draft of others if the reader has no open one."""
    of_text = aliased(Draft)
    own, is_open = of_text.author_id == reader_id, of_text.closed_at.is_(None)
    place = sa.case((sa.and_(own, is_open), 0), (is_open, 1), else_=2)
    chosen = (
        sa.select(of_text.id)
        .where(*_is_of(text, of_text), sa.or_(own, is_open))
        .order_by(place, of_text.saved_at.desc(), of_text.id.desc())
        .limit(1)
    )
    return _beside_live(session, text, Draft.id == chosen.scalar_subquery(), reader_id)


def _beside_live(
    session: Session, text: TextId, chosen: sa.ColumnElement[bool], reader_id: int | None
) -> BesideLive:
    live = (LiveRevision.kind, LiveRevision.slug, LiveRevision.language)
    unsaved = sa.select(sa.func.aggregate_strings(UnsavedForm.part, "\n")).where(
        UnsavedForm.kind == text.kind,
        UnsavedForm.slug == text.slug,
        UnsavedForm.language == text.language,
        UnsavedForm.author_id == reader_id,
    )
    found = (
        sa.select(Draft, Revision, unsaved.scalar_subquery())
        .select_from(sa.select(sa.literal(1).label("always")).subquery())
        .outerjoin(Draft, sa.and_(*_is_of(text), chosen))
        .outerjoin(LiveRevision, sa.tuple_(*live) == (text.kind, text.slug, text.language))
        .outerjoin(Revision, Revision.id == LiveRevision.revision_id)
        .options(joinedload(Draft.author), joinedload(Draft.waiting), undefer(Revision.files))
        .execution_options(populate_existing=True)
    )
    draft, revision, parts = session.execute(found).one()
    return BesideLive(draft, revision, tuple(sorted(parts.split("\n"))) if parts else ())


class DraftClosed(NotFound):
    """The draft was published or given up; what became of its `text` is in the history."""

    def __init__(self, text: TextId) -> None:
        super().__init__("There is no such draft: it was published or given up.")
        self.text = text


def get_draft(session: Session, text: TextId, draft_id: int) -> Draft:
    """An open draft of this text by its number, whoever's it is."""
    return still_open(session.scalars(_drafts(text).where(Draft.id == draft_id)).first(), text)


def still_open(draft: Draft | None, text: TextId) -> Draft:
    """The draft that was found, unless there is none of its number, or it is closed."""
    if draft is None:
        raise NotFound("There is no such draft.")
    if draft.closed_at is not None:
        raise DraftClosed(text)
    return draft


def newest_draft(session: Session, text: TextId) -> Draft | None:
    """The open draft of this text that was saved last, whoever's it is."""
    return session.scalars(_open_drafts(text).limit(1)).first()


def drafts_of(session: Session, text: TextId) -> Sequence[Draft]:
    """Every open draft of this text, the one saved last first."""
    return session.scalars(_open_drafts(text)).all()


def drafts_and_said(session: Session, text: TextId) -> list[tuple[Draft, int]]:
    """Every open draft of this text as in `drafts_of`, and how much was said of it: the comments
    that are open, and the opinions on it as it is now.
    """
    comments = sa.select(sa.func.count(Comment.id)).where(
        Comment.draft_id == Draft.id, Comment.parent_id.is_(None), Comment.resolved_at.is_(None)
    )
    opinions = sa.select(sa.func.count(Opinion.id)).where(
        Opinion.draft_id == Draft.id, Opinion.version == Draft.version
    )
    said = comments.scalar_subquery() + opinions.scalar_subquery()
    return [
        (draft, number) for draft, number in session.execute(_open_drafts(text).add_columns(said))
    ]


def _drafts(text: TextId) -> sa.Select[Draft]:
    return (
        sa.select(Draft)
        .where(*_is_of(text))
        .options(joinedload(Draft.author), joinedload(Draft.waiting))
        .execution_options(populate_existing=True)
    )


def _open_drafts(text: TextId) -> sa.Select[Draft]:
    newest_first = (Draft.saved_at.desc(), Draft.id.desc())
    return _drafts(text).where(Draft.closed_at.is_(None)).order_by(*newest_first)


def _is_of(text: TextId, draft: type[Draft] = Draft) -> list[sa.ColumnElement[bool]]:
    return [
        draft.kind == text.kind,
        draft.slug == text.slug,
        draft.language == text.language,
    ]


def saved_texts_of(session: Session, text: TextId) -> Sequence[SavedText]:
    """The latest texts that were kept of drafts of this text, without the texts themselves."""
    found = (
        sa.select(SavedText)
        .join(Draft, Draft.id == SavedText.draft_id)
        .where(*_is_of(text))
        .order_by(SavedText.id.desc())
        .options(joinedload(SavedText.saved_by))
        .limit(50)
    )
    return session.scalars(found).all()


def get_saved_text(session: Session, text: TextId, saved_id: int) -> SavedText:
    """One of the texts that were kept of drafts of this text."""
    found = (
        sa.select(SavedText)
        .join(Draft, Draft.id == SavedText.draft_id)
        .where(SavedText.id == saved_id, *_is_of(text))
        .options(joinedload(SavedText.saved_by), undefer(SavedText.files))
    )
    saved = session.scalars(found).first()
    if saved is None:
        raise NotFound("There is no such text.")
    return saved
