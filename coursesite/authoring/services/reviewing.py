"""Saying that a text is still right, and whose turn it is to look the next time."""

from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authoring.models import TextKeeper, TextLook
from coursesite.authoring.queries import course_keepers
from coursesite.authoring.rules import TextId, may_hold_until
from coursesite.content.rules import Module
from coursesite.errors import Conflict, Invalid
from coursesite.revisions.shelf import Shown

LONGEST_NOTE = 2000


def look_at(  # noqa: PLR0913 - each is named at the call
    session: Session,
    text: TextId,
    shown: Shown[Module],
    *,
    seen: int,
    until: date,
    note: str,
    today: date,
    actor: Actor,
) -> TextLook:
    """Record that this live text was read again and is right; `seen` is the revision shown."""
    if seen != shown.revision_id:
        raise Conflict("Something else was published since you opened this page: read that.")
    if not may_hold_until(until, today):
        raise Invalid("Choose a day after today, and at most three years from now.")
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise Invalid("Say what you looked at, in at most 2,000 characters.")
    look = TextLook(
        kind=text.kind,
        slug=text.slug,
        language=text.language,
        revision_id=shown.revision_id,
        answered=shown.text.review_by,
        until=until,
        note=note,
        looked_by_id=actor.person_id,
        looked_at=clock.now(),
    )
    session.add(look)
    after = {"revision": shown.name, "language": text.language, "until": until.isoformat()}
    record(session, "text-found-right", actor, (text.kind, text.slug), after=after, reason=note)
    session.flush()
    return look


def hand_to(session: Session, text: TextId, person_id: int | None, actor: Actor) -> None:
    """From now on it is this person's turn to read the text again; None takes it from everybody."""
    if person_id is not None and person_id not in {each.id for each in course_keepers(session)}:
        raise Invalid("Choose somebody who writes or publishes the course.")
    key = (text.kind, text.slug, text.language)
    known = session.get(TextKeeper, key)
    before = known.person_id if known else None
    if before == person_id:
        return
    if known is not None:
        session.delete(known)
        session.flush()
    if person_id is not None:
        named = {"kind": text.kind, "slug": text.slug, "language": text.language}
        session.add(TextKeeper(**named, person_id=person_id))
    record(
        session,
        "text-handed-over",
        actor,
        (text.kind, text.slug),
        before={"person_id": before},
        after={"person_id": person_id, "language": text.language},
    )
    session.flush()
