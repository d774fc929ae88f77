"""Published translations follow their original: one at once, several in the background."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from coursesite.assignments.services import announce_change
from coursesite.audit.services import Actor, record
from coursesite.authoring.library import read_draft
from coursesite.authoring.queries import in_other_languages
from coursesite.authoring.rules import TextId
from coursesite.authoring.services.drafting import Work
from coursesite.authoring.services.originals import (
    in_step,
    is_original,
    live_original,
    original_text,
    record_in,
)
from coursesite.authoring.services.reading import new_revision, surroundings_of
from coursesite.content.library.translating import record_name
from coursesite.content.services import show_media
from coursesite.errors import Refusal
from coursesite.jobs.services import enqueue
from coursesite.revisions.models import Publication
from coursesite.revisions.queries import find_live, publications_of
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import publish

FOLLOW = "follow-original"
AT_ONCE = 1
"""So many translations follow within the request; of more, each follows by a job of its own."""

_STRENGTH = (Change.FIRST, Change.EDITORIAL, Change.MINOR, Change.MAJOR, Change.SAFETY)


def follow_soon(session: Session, publication: Publication, actor: Actor, day: date) -> None:
    """Let translations follow without their publisher waiting for all of them.

    Until it follows, a translation is read as it was: it belongs to a revision of its original.
    """
    text = TextId(publication.kind, publication.slug, publication.language)
    others = followers_of(session, text)
    if len(others) <= AT_ONCE:
        follow(session, publication, actor, day)
        return
    by = {"person_id": actor.person_id, "organisation_id": actor.organisation_id}
    for other in others:
        enqueue(session, FOLLOW, {"text": str(other), "origin": actor.origin, **by})


def catch_up(session: Session, payload: Mapping[str, Any], day: date) -> None:
    """Let one translation follow all that was published of its original since it last did.

    As the strongest change among these, in whichever order jobs come; nothing if it has followed.
    """
    text = TextId.parse(payload["text"])
    actor = Actor(payload["person_id"], payload["organisation_id"], payload["origin"])
    missed = _missed(session, text)
    if missed:
        strongest = max(missed, key=lambda each: (_STRENGTH.index(each.change), each.id))
        follow_one(session, text, strongest, actor, day)


def _missed(session: Session, text: TextId) -> list[Publication]:
    """The publications of the original since the one that the live translation belongs to."""
    live = find_live(session, text.kind, text.slug, text.language)
    record = record_in(text, live.files) if live else None
    if record is None:
        return []
    own = original_text(text)
    history = publications_of(session, own.kind, own.slug, own.language)
    later = takewhile(lambda row: row[1].digest != record.revision, history)
    return [publication for publication, _revision in later]


def brought_into_step(session: Session, work: Work, day: date) -> Work:
    """A draft of a translation as it would be published beside the original as it is now."""
    if record_in(work.text, work.files) is None:
        return work
    original = live_original(session, work.text)
    return replace(work, files=in_step(session, work.text, work.files, original, day))


def follow(session: Session, publication: Publication, actor: Actor, day: date) -> list[TextId]:
    """Let published translations follow their original, as the same kind of change.

    So whoever learns in another language is asked what all are asked, reads what is new in the
    original's words, and is told what became out of date. Returned are those that cannot.
    """
    text = TextId(publication.kind, publication.slug, publication.language)
    return [
        other
        for other in followers_of(session, text)
        if not follow_one(session, other, publication, actor, day)
    ]


def followers_of(session: Session, text: TextId) -> list[TextId]:
    """The published translations that follow this text when it is published anew."""
    if text.kind not in {Kind.MODULE, Kind.QUIZ} or not is_original(text):
        return []
    others = in_other_languages(session, text)
    return [other for other, files in others.items() if record_name(other.main_file) in files]


def follow_one(
    session: Session, text: TextId, publication: Publication, actor: Actor, day: date
) -> bool:
    """Let one translation follow, as this kind of change; False if it cannot."""
    live = find_live(session, text.kind, text.slug, text.language)
    if live is None:
        return True
    work = Work(text, live.files, live, None)
    try:
        work = brought_into_step(session, work, day)
    except Refusal:
        return _left_behind(session, text, actor)
    reading = read_draft(text, work.files, surroundings_of(session, text, work.files, day))
    if not reading.publishable:
        return _left_behind(session, text, actor)
    followed = publish(
        session,
        new_revision(work, reading),
        actor,
        change=publication.change,
        note=publication.note,
        renew_days=publication.renew_days,
    )
    if followed:
        show_media(session, text.slug, reading.media)
        announce_change(session, followed)
    return True


def _left_behind(session: Session, text: TextId, actor: Actor) -> bool:
    record(
        session,
        "translation-left-behind",
        actor,
        (text.kind, text.slug),
        after={"language": text.language},
    )
    return False
