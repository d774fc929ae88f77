"""Publishing a draft: checked, with its effect known, and never over what nobody looked at."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from coursesite.assignments.services import announce_change
from coursesite.audit.services import Actor
from coursesite.authoring.library import Reading, Surroundings, read_draft
from coursesite.authoring.rules import NEEDS_NOTE, kinds_of_change
from coursesite.authoring.services.citing import carry_facts, refuse_while_carrying
from coursesite.authoring.services.discussing import refuse_alone
from coursesite.authoring.services.drafting import Seen, Work, close_draft
from coursesite.authoring.services.following import brought_into_step, follow_soon
from coursesite.authoring.services.originals import original_of
from coursesite.authoring.services.reading import new_revision
from coursesite.authoring.services.telling import tell_of_publication, who_hears_of
from coursesite.content.services import show_media
from coursesite.errors import Conflict, Invalid, said
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import publish


@dataclass(frozen=True)
class Decision:
    """What a publisher chose: the class of the change, why, and by when a major one is learned."""

    change: Change
    note: str = ""
    renew_days: int | None = None


def publish_draft(  # noqa: PLR0913 - each is named at the call
    session: Session,
    work: Work,
    *,
    seen: Seen,
    around: Surroundings,
    decision: Decision,
    actor: Actor,
) -> Publication:
    """Make a draft live from the next request on, if nothing moved since it was looked at.

    Translations follow their original, and modules the facts that they cite.
    """
    work, reading = ready_to_publish(
        session, work, seen=seen, around=around, decision=decision, actor=actor
    )
    whom = who_hears_of(session, work.draft, around.day) if work.draft else ()
    close_draft(session, work, seen)
    new = new_revision(work, reading)
    publication = publish(
        session,
        new,
        actor,
        change=decision.change,
        note=decision.note.strip(),
        renew_days=days_to_renew(decision.change, decision.renew_days),
    )
    if publication is None:
        raise Invalid("This is what is published already.")
    if publication.replaced_id != seen.live_id:
        raise Conflict(_MOVED)
    show_media(session, work.text.slug, reading.media)
    announce_change(session, publication)
    follow_soon(session, publication, actor, around.day)
    carry_facts(session, publication, actor, around.day)
    tell_of_publication(session, publication, whom)
    return publication


def ready_to_publish(  # noqa: PLR0913 - each is named at the call
    session: Session,
    work: Work,
    *,
    seen: Seen,
    around: Surroundings,
    decision: Decision,
    actor: Actor,
) -> tuple[Work, Reading]:
    """The text as it would be published, in step with its original; a refusal if anything stands
    in its way.
    """
    _refuse_unseen(work, seen)
    if work.text.kind in {Kind.FACTS, Kind.MODULE}:
        refuse_while_carrying(session)
    work = brought_into_step(session, work, around.day)
    around = replace(around, original=original_of(session, work.text, work.files))
    if work.live and decision.change not in kinds_of_change(work.text.kind):
        raise Invalid("A change of this text asks nobody to learn again: publish it as minor.")
    if decision.change in NEEDS_NOTE and work.live and not decision.note.strip():
        raise Invalid("Say in a note what has changed and why.")
    reading = read_draft(work.text, work.files, around)
    if not reading.publishable:
        raise Invalid("This text has errors. What is published stays as it is.")
    if work.draft:
        refuse_alone(session, work.draft, actor)
    return work, reading


_MOVED = said("Something else was published since you looked: look at the differences again.")


def _refuse_unseen(work: Work, seen: Seen) -> None:
    if work.draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    if work.version != seen.version:
        raise Conflict("The draft was changed since you looked at it: look at it again.")
    if work.live_id != seen.live_id:
        raise Conflict(_MOVED)
