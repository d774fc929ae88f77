"""What is said of a draft, comment by comment with its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.authoring.models import Comment
from coursesite.authoring.queries.texts import comments_on
from coursesite.authoring.rules import line_of


@dataclass(frozen=True)
class Thread:
    """A comment with its answers; `line` is where its passage stands now, None if nowhere."""

    comment: Comment
    line: int | None
    answers: Sequence[Comment]


def threads_on(session: Session, draft_id: int, files: Mapping[str, str]) -> list[Thread]:
    """All that was said of a draft whose texts are these now, the oldest first."""
    said = comments_on(session, draft_id)
    answers: dict[int, list[Comment]] = {}
    for each in said:
        if each.parent_id is not None:
            answers.setdefault(each.parent_id, []).append(each)
    return [
        Thread(each, line_of(files, each.file, each.passage), answers.get(each.id, []))
        for each in said
        if each.parent_id is None
    ]
