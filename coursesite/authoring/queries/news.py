"""What is still to be told of drafts, read for one mail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.queries.texts import names_of
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.news import NewsKind
from coursesite.notifications.models import News
from coursesite.revisions.models import LiveRevision, Publication, Revision


@dataclass(frozen=True)
class Told:
    """One piece of news: who, of which text, what they wrote, and about which words.

    `draft_id` is None of what is published; `place` is the part of the page that it is about.
    """

    kind: NewsKind
    text: TextId
    who: str
    words: str
    passage: str = ""
    suggests: bool = False
    version: int | None = None
    draft_id: int | None = None
    place: str = ""


def told_by(session: Session, rows: Sequence[News]) -> list[Told]:
    """The news that is still so, in the order in which it came: what was resolved since, or is
    about a draft that is closed, need not be told.
    """
    about: dict[NewsKind, list[int]] = {kind: [] for kind in NewsKind}
    for row in rows:
        about[NewsKind(row.kind)].append(row.about_id)
    names = names_of(session, [row.writer_id for row in rows])
    found = {
        **_comments(session, [id for kind in COMMENTS for id in about[kind]]),
        **_opinions(session, [*about[NewsKind.APPROVED], *about[NewsKind.SENT_BACK]]),
        **_asked(session, about[NewsKind.ASKED]),
        **_published(session, about[NewsKind.PUBLISHED]),
    }
    told = (_told(row, names, found) for row in rows)
    return [each for each in told if each is not None]


Row = Comment | Opinion | Draft | Publication
Key = tuple[type[Row], int]

COMMENTS = (NewsKind.COMMENT, NewsKind.ANSWER, NewsKind.REOPENED)
OF: Mapping[NewsKind, type[Row]] = {
    NewsKind.ASKED: Draft,
    **dict.fromkeys(COMMENTS, Comment),
    NewsKind.APPROVED: Opinion,
    NewsKind.SENT_BACK: Opinion,
    NewsKind.PUBLISHED: Publication,
}


def _comments(session: Session, ids: Sequence[int]) -> dict[Key, tuple[Row, Draft | None]]:
    parent = sa.orm.aliased(Comment)
    found = (
        sa.select(Comment, Draft)
        .join(Draft, Draft.id == Comment.draft_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .options(defer(Draft.files))
        .where(
            Comment.id.in_(ids),
            Comment.resolved_at.is_(None),
            parent.resolved_at.is_(None),
            Draft.closed_at.is_(None),
        )
    )
    rows = session.execute(found) if ids else ()
    return {(Comment, said.id): (said, draft) for said, draft in rows}


def _opinions(session: Session, ids: Sequence[int]) -> dict[Key, tuple[Row, Draft | None]]:
    found = (
        sa.select(Opinion, Draft)
        .join(Draft, Draft.id == Opinion.draft_id)
        .options(defer(Draft.files))
        .where(Opinion.id.in_(ids), Draft.closed_at.is_(None))
    )
    rows = session.execute(found) if ids else ()
    return {(Opinion, given.id): (given, draft) for given, draft in rows}


def _asked(session: Session, ids: Sequence[int]) -> dict[Key, tuple[Row, Draft | None]]:
    found = (
        sa.select(Draft)
        .where(Draft.id.in_(ids), Draft.closed_at.is_(None), Draft.opinion_asked_at.is_not(None))
        .options(defer(Draft.files))
    )
    rows = session.scalars(found) if ids else ()
    return {(Draft, draft.id): (draft, draft) for draft in rows}


def _published(session: Session, ids: Sequence[int]) -> dict[Key, tuple[Row, Draft | None]]:
    found = sa.select(Publication).where(Publication.id.in_(ids))
    rows = session.scalars(found) if ids else ()
    return {(Publication, each.id): (each, None) for each in rows}


def _told(
    row: News, names: Mapping[int, str], found: Mapping[Key, tuple[Row, Draft | None]]
) -> Told | None:
    kind = NewsKind(row.kind)
    about, draft = found.get((OF[kind], row.about_id), (None, None))
    if about is None:
        return None
    of = draft or about
    assert isinstance(of, Draft | Publication)  # noqa: S101 - what has no draft is published
    text = TextId(of.kind, of.slug, of.language)
    who = names.get(row.writer_id or 0, "")
    number = draft.id if draft else None
    if isinstance(about, Comment):
        place = f"comment-{about.parent_id or about.id}"
        suggests = about.suggestion is not None
        return Told(kind, text, who, about.body, about.passage, suggests, None, number, place)
    if isinstance(about, Opinion):
        return Told(kind, text, who, about.note, version=about.version, draft_id=number)
    if isinstance(about, Draft):
        return Told(kind, text, who, about.opinion_note, draft_id=number)
    return Told(kind, text, who, about.note, place=f"publication-{about.id}")


def titles_of(session: Session, texts: Collection[TextId]) -> dict[TextId, str]:
    """What the live ones of these texts are called."""
    key = (LiveRevision.kind, LiveRevision.slug, LiveRevision.language)
    asked = [(each.kind, each.slug, each.language) for each in texts]
    found = (
        sa.select(*key, Revision.title)
        .join(Revision, Revision.id == LiveRevision.revision_id)
        .where(sa.tuple_(*key).in_(asked))
    )
    rows = session.execute(found) if asked else ()
    return {TextId(kind, slug, language): title for kind, slug, language, title in rows}
