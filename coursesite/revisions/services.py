"""Publishing: a revision is made once, and made live; nothing is ever overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.queries import find_revision
from coursesite.revisions.rules import Change, Kind, digest_of, short


@dataclass(frozen=True)
class NewRevision:
    """A checked text: the authors' `files` by name, and what was `rendered` of them as JSON."""

    kind: Kind
    slug: str
    language: str
    title: str
    files: Mapping[str, str]
    rendered: Mapping[str, Any]


def publish(  # noqa: PLR0913 - each is named at the call
    session: Session,
    new: NewRevision,
    actor: Actor,
    *,
    change: Change,
    note: str = "",
    renew_days: int | None = None,
) -> Publication | None:
    """Make this text live from the next request on; None if it is live already.

    `renew_days` is within how many days those who are certified must renew; None asks nobody.
    The first text of its name asks nobody, unless it is an organisation's in place of the course's.
    """
    revision = keep_revision(session, new, actor)
    live = session.get(LiveRevision, (new.kind, new.slug, new.language), with_for_update=True)
    replaced_id = live.revision_id if live else None
    if replaced_id == revision.id:
        return None
    if live:
        live.revision_id = revision.id
    else:
        if new.kind is not Kind.LOCAL or renew_days is None:
            change, renew_days = Change.FIRST, None
        session.add(
            LiveRevision(
                kind=new.kind, slug=new.slug, language=new.language, revision_id=revision.id
            )
        )
    publication = Publication(
        revision_id=revision.id,
        replaced_id=replaced_id,
        kind=new.kind,
        slug=new.slug,
        language=new.language,
        change=change,
        note=note,
        renew_days=renew_days,
        published_by_id=actor.person_id,
        published_at=clock.now(),
    )
    session.add(publication)
    _record(session, publication, revision, actor)
    session.flush()
    return publication


def keep_revision(session: Session, new: NewRevision, actor: Actor) -> Revision:
    """The revision with these files: a new row, or the one that holds exactly them already."""
    digest = digest_of(new.files)
    known = find_revision(session, new.kind, new.slug, new.language, digest)
    if known:
        return known
    revision = Revision(
        kind=new.kind,
        slug=new.slug,
        language=new.language,
        digest=digest,
        title=new.title,
        files=dict(new.files),
        rendered=dict(new.rendered),
        created_by_id=actor.person_id,
        created_at=clock.now(),
    )
    session.add(revision)
    session.flush()
    return revision


def _record(session: Session, publication: Publication, revision: Revision, actor: Actor) -> None:
    record(
        session,
        f"{publication.kind}-published",
        actor,
        (publication.kind, publication.slug),
        before={"revision_id": publication.replaced_id},
        after={
            "revision_id": revision.id,
            "revision": short(revision.digest),
            "language": publication.language,
            "change": publication.change,
            "renew_days": publication.renew_days,
        },
        reason=publication.note or None,
    )
