"""Telling authors by mail what happens to each other's drafts."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.authoring.queries import concerned_by, readers_of
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.news import NewsKind
from coursesite.notifications.rules import Topic
from coursesite.notifications.services import Fact, tell
from coursesite.revisions.models import Publication


def tell_authors(
    session: Session, kind: NewsKind, about_id: int, writer_id: int | None, whom: Collection[int]
) -> None:
    """Let these people know of it."""
    tell(session, Fact(Topic.AUTHORING, kind, about_id, writer_id), whom)


def who_hears_of(session: Session, draft: Draft, day: date) -> Collection[int]:
    """Who is told when a draft goes live: whom it concerns, and all who were asked to read it."""
    concerned = concerned_by(session, draft)
    if draft.opinion_asked_at is None:
        return concerned
    text = TextId(draft.kind, draft.slug, draft.language)
    return {*concerned, *readers_of(session, text, day)}


def tell_of_publication(session: Session, publication: Publication, whom: Collection[int]) -> None:
    """Let those know who heard of its draft; this is asked before the draft is closed."""
    writer = publication.published_by_id
    tell_authors(session, NewsKind.PUBLISHED, publication.id, writer, whom)
