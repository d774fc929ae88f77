"""What others say of a draft: comments, suggested words, and whether they approve of it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.queries import get_comment, is_approved, readers_of, speakers_in
from coursesite.authoring.rules import TextId, line_of, needs_other_eyes, replaced
from coursesite.authoring.rules.news import NewsKind
from coursesite.authoring.services.days import day_of_course
from coursesite.authoring.services.drafting import Seen, Work, author_of, keep_version, overwrite
from coursesite.authoring.services.telling import tell_authors
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
    _tell_of(session, draft, said)
    return said


def _tell_of(session: Session, draft: Draft, said: Comment) -> None:
    """Its author hears of a comment; of an answer, all who spoke there."""
    if said.parent_id is None:
        tell_authors(session, NewsKind.COMMENT, said.id, said.author_id, [draft.author_id])
        return
    others = speakers_in(session, said.parent_id)
    tell_authors(session, NewsKind.ANSWER, said.id, said.author_id, [draft.author_id, *others])


def resolve(session: Session, said: Comment, actor: Actor) -> None:
    """Put a comment aside; it stays readable."""
    if said.resolved_at is None:
        said.resolved_at, said.resolved_by_id = clock.now(), author_of(actor)


def reopen(session: Session, said: Comment, actor: Actor) -> None:
    """Take a comment up again that was put aside; the draft's author and who spoke hear of it."""
    if said.resolved_at is None:
        raise Conflict("This comment is open already.")
    said.resolved_at = said.resolved_by_id = None
    session.flush()
    draft = session.get_one(Draft, said.draft_id)
    whom = [draft.author_id, *speakers_in(session, said.id)]
    tell_authors(session, NewsKind.REOPENED, said.id, author_of(actor), whom)


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
    readers = readers_of(session, work.text, day_of_course(session, actor.organisation_id))
    tell_authors(session, NewsKind.ASKED, work.draft.id, work.draft.author_id, readers)


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
    given = Opinion(
        draft_id=draft.id,
        version=draft.version,
        reader_id=reader,
        approves=approves,
        note=note.strip(),
        given_at=now,
    )
    session.add(given)
    session.flush()
    news = NewsKind.APPROVED if approves else NewsKind.SENT_BACK
    tell_authors(session, news, given.id, reader, [draft.author_id])
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
