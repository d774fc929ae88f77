"""What is said of a draft: comments with their answers, and opinions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.rules import line_of
from coursesite.errors import NotFound


@dataclass(frozen=True)
class Thread:
    """A comment with its answers; `line` is where its passage stands now, None if nowhere."""

    comment: Comment
    line: int | None
    answers: Sequence[Comment]


def threads_on(session: Session, draft_id: int, files: Mapping[str, str]) -> list[Thread]:
    """All that was said of a draft whose texts are these now, as its passages stand there; last
    those whose passage is gone.
    """
    said = comments_on(session, draft_id)
    answers: dict[int, list[Comment]] = {}
    for each in said:
        if each.parent_id is not None:
            answers.setdefault(each.parent_id, []).append(each)
    threads = [
        Thread(each, line_of(files, each.file, each.passage), answers.get(each.id, []))
        for each in said
        if each.parent_id is None
    ]
    return sorted(threads, key=lambda each: (each.line is None, each.comment.file, each.line or 0))


def speakers_in(session: Session, comment_id: int) -> set[int]:
    """Who wrote a comment, and who answered it."""
    found = sa.select(Comment.author_id).where(
        sa.or_(Comment.id == comment_id, Comment.parent_id == comment_id)
    )
    return set(session.scalars(found))


@dataclass(frozen=True)
class Said:
    """What was said of an open draft: how many comments of others wait for its author, how many
    opinions there are on it as it is now, and whether the reader gave one of them.
    """

    comments: int
    opinions: int
    by_reader: bool

    @property
    def total(self) -> int:
        return self.comments + self.opinions


def said_of_drafts(session: Session, reader_id: int) -> dict[int, Said]:
    """By the draft, of those of which something was said."""
    comments = sa.select(sa.func.count(Comment.id)).where(
        Comment.draft_id == Draft.id,
        Comment.parent_id.is_(None),
        Comment.resolved_at.is_(None),
        Comment.author_id != Draft.author_id,
    )
    opinions = sa.select(sa.func.count(Opinion.id)).where(
        Opinion.draft_id == Draft.id, Opinion.version == Draft.version
    )
    found = sa.select(
        Draft.id,
        comments.scalar_subquery(),
        opinions.scalar_subquery(),
        opinions.where(Opinion.reader_id == reader_id).scalar_subquery(),
    ).where(Draft.closed_at.is_(None))
    told = {id: Said(said, given, bool(mine)) for id, said, given, mine in session.execute(found)}
    return {id: said for id, said in told.items() if said.total}


def comments_on(session: Session, draft_id: int) -> Sequence[Comment]:
    """Everything that was said of a draft, the oldest first."""
    found = sa.select(Comment).where(Comment.draft_id == draft_id).order_by(Comment.id)
    people = joinedload(Comment.author), joinedload(Comment.resolved_by)
    return session.scalars(found.options(*people)).all()


def get_comment(session: Session, draft_id: int, comment_id: int) -> Comment:
    """A comment on this draft that is no answer to another."""
    found = session.get(Comment, comment_id)
    if found is None or found.draft_id != draft_id or found.parent_id is not None:
        raise NotFound("There is no such comment.")
    return found


def opinions_on(session: Session, draft: Draft) -> Sequence[Opinion]:
    """What each reader thinks of the draft as it is now: their latest word on this version."""
    latest = (
        sa.select(sa.func.max(Opinion.id))
        .where(Opinion.draft_id == draft.id, Opinion.version == draft.version)
        .group_by(Opinion.reader_id)
    )
    found = sa.select(Opinion).where(Opinion.id.in_(latest)).order_by(Opinion.id)
    return session.scalars(found.options(joinedload(Opinion.reader))).all()


def is_approved(session: Session, draft: Draft) -> bool:
    """Whether somebody other than its author approves of it exactly as it is."""
    others = (each for each in opinions_on(session, draft) if each.reader_id != draft.author_id)
    return any(each.approves for each in others)
