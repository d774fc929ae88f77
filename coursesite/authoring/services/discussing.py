"""What others say of a draft: comments, suggested words, and whether they approve of it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.queries import get_comment, is_approved
from coursesite.authoring.rules import TextId, line_of, needs_other_eyes, replaced
from coursesite.authoring.services.drafting import Seen, Work, author_of, keep_version, overwrite
from coursesite.errors import Conflict, Forbidden, Invalid
from coursesite.people.models import Organisation


@dataclass(frozen=True)
class Remark:
    """What is said of a passage, or in answer to the comment `parent_id`."""

    body: str
    file: str = ""
    passage: str = ""
    suggestion: str | None = None
    parent_id: int | None = None


def comment(session: Session, draft: Draft, remark: Remark, actor: Actor) -> Comment:
    """Say something of a passage that stands in the draft, or answer a comment on it."""
    if remark.parent_id is not None:
        get_comment(session, draft.id, remark.parent_id)
    elif line_of(draft.files, remark.file, remark.passage) is None:
        raise Invalid("These words do not stand in the draft: copy the passage from its text.")
    said = Comment(
        draft_id=draft.id,
        parent_id=remark.parent_id,
        file=remark.file,
        passage=remark.passage,
        body=remark.body,
        suggestion=None if remark.parent_id else remark.suggestion,
        author_id=author_of(actor),
        written_at=clock.now(),
    )
    session.add(said)
    session.flush()
    return said


def resolve(session: Session, said: Comment, actor: Actor) -> None:
    """Put a comment aside; it stays readable."""
    if said.resolved_at is None:
        said.resolved_at, said.resolved_by_id = clock.now(), author_of(actor)


def accept(session: Session, work: Work, said: Comment, actor: Actor) -> None:
    """Write what was suggested into the actor's own draft; the version from before is kept."""
    if work.draft is None or work.draft.author_id != actor.person_id:
        raise Forbidden("Only its author changes a draft.")
    if said.suggestion is None or said.resolved_at is not None:
        raise Conflict("There is nothing to accept any more.")
    files = replaced(work.files, said.file, said.passage, said.suggestion)
    keep_version(session, work.text, actor)
    overwrite(session, work, work.version, {"files": files})
    resolve(session, said, actor)


def ask_opinion(session: Session, work: Work, note: str, actor: Actor) -> None:
    """Ask the other authors to read the actor's draft."""
    if work.draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    work.draft.opinion_asked_at, work.draft.opinion_note = clock.now(), note
    _record(session, "draft-opinion-asked", work.text, actor, note)


def give_opinion(
    session: Session, work: Work, seen: Seen, opinion: tuple[bool, str], actor: Actor
) -> None:
    """Say whether one approves of this version of somebody else's draft, and why."""
    approves, note = opinion
    draft = work.draft
    if draft is None or draft.version != seen.version:
        raise Conflict("The draft was changed since you looked at it: look at it again.")
    if draft.author_id == actor.person_id:
        raise Forbidden("Somebody else approves of what you wrote.")
    if not approves and not note.strip():
        raise Invalid("Say what should be changed.")
    reader, now = author_of(actor), clock.now()
    session.add(
        Opinion(
            draft_id=draft.id,
            version=draft.version,
            reader_id=reader,
            approves=approves,
            note=note.strip(),
            given_at=now,
        )
    )
    kind = "draft-approved" if approves else "draft-sent-back"
    _record(session, kind, work.text, actor, note)


def refuse_alone(session: Session, draft: Draft, actor: Actor) -> None:
    """Conflict where the publisher's organisation asks for another person's approval first."""
    organisation = session.get_one(Organisation, actor.organisation_id)
    if needs_other_eyes(
        four_eyes=organisation.four_eyes,
        author_id=draft.author_id,
        publisher_id=author_of(actor),
        approved=is_approved(session, draft),
    ):
        raise Conflict(
            "Your organisation asks that somebody else approves of this text first. "
            "Ask for it on the page of your draft."
        )


def _record(session: Session, kind: str, text: TextId, actor: Actor, note: str) -> None:
    after = {"language": text.language}
    record(session, kind, actor, (text.kind, text.slug), after=after, reason=note.strip() or None)
