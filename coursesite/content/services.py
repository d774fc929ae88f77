"""What organisations fill in; the pictures, sound, film and documents of modules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.content.models import LocalField, Media, MediaPart
from coursesite.content.queries import declared_fields
from coursesite.content.rules.media import FOLDER, PART, mimetype_of
from coursesite.errors import Conflict, Invalid, NotFound

LONGEST_VALUE = 1000


@dataclass(frozen=True)
class Described:
    """What is said of a file: in words by language, or that it only decorates."""

    alternatives: Mapping[str, str] = field(default_factory=dict)
    decorative: bool = False


PLAIN = Described()


def keep_media(  # noqa: PLR0913 - each is named at the call
    session: Session,
    slug: str,
    name: str,
    content: bytes,
    actor: Actor,
    *,
    said: Described = PLAIN,
) -> Media:
    """Keep a file under a name such as `media/door.svg`, beside all that the name stood for.

    What is kept already under that name is not kept twice.
    """
    file, digest = name.removeprefix(FOLDER), sha256(content).hexdigest()
    found = sa.select(Media).where(
        Media.module_slug == slug, Media.name == file, Media.digest == digest
    )
    known = session.scalars(found).first()
    if known:
        return known
    mimetype = mimetype_of(name)
    if mimetype is None:
        raise Invalid("%(name)s is of a type that is not shown here.", name=name)
    media = Media(
        module_slug=slug,
        name=file,
        digest=digest,
        mimetype=mimetype,
        size=len(content),
        alternatives=dict(said.alternatives),
        decorative=said.decorative,
        kept_by_id=actor.person_id,
        kept_at=clock.now(),
    )
    session.add(media)
    session.flush()
    for at in range(0, len(content), PART):
        part = MediaPart(media_id=media.id, number=at // PART, data=content[at : at + PART])
        session.add(part)
        session.flush()
        session.expunge(part)
    record(session, "media-kept", actor, ("media", f"{slug}/{file}"), after={"digest": digest})
    return media


def show_media(session: Session, slug: str, media: Mapping[str, str]) -> None:
    """A published revision shows these files, by name: from now on learners may see them."""
    if not media:
        return
    wanted = [
        sa.and_(Media.name == name.removeprefix(FOLDER), Media.digest == digest)
        for name, digest in sorted(media.items())
    ]
    unseen = sa.and_(Media.module_slug == slug, Media.published_at.is_(None), sa.or_(*wanted))
    session.execute(sa.update(Media).where(unseen).values(published_at=clock.now()))


def describe_media(session: Session, media: Media, said: Described, actor: Actor) -> None:
    """Say in words what a file shows, or that it only decorates."""
    before = {"alternatives": media.alternatives, "decorative": media.decorative}
    words = {**media.alternatives, **said.alternatives}
    after = {"alternatives": words, "decorative": said.decorative}
    if before == after:
        return
    media.alternatives, media.decorative = words, said.decorative
    subject = ("media", f"{media.module_slug}/{media.name}")
    record(session, "media-described", actor, subject, before=before, after=after)
    session.flush()


def remove_media(session: Session, media: Media, actor: Actor) -> None:
    """Take a file away that nobody but authors has ever seen."""
    if media.published_at:
        raise Conflict("Published revisions have shown this file: it is kept for them.")
    subject = ("media", f"{media.module_slug}/{media.name}")
    session.execute(sa.delete(MediaPart).where(MediaPart.media_id == media.id))
    session.delete(media)
    record(session, "media-removed", actor, subject, before={"digest": media.digest})
    session.flush()


def fill_in(session: Session, organisation_id: int, name: str, value: str, actor: Actor) -> None:
    """Say what `{{name}}` stands for in an organisation, as plain text; an empty one is a gap."""
    if name not in declared_fields(session):
        raise NotFound("No module asks for this.")
    value = value.strip()
    if len(value) > LONGEST_VALUE:
        raise Invalid("Use at most %(most)d characters.", most=LONGEST_VALUE)
    kept = session.get(LocalField, (organisation_id, name))
    before = kept.value if kept else ""
    if value == before:
        return
    if kept is None:
        kept = LocalField(organisation_id=organisation_id, name=name)
        session.add(kept)
    kept.value, kept.changed_by_id, kept.changed_at = value, actor.person_id, clock.now()
    subject = ("local-field", name)
    record(
        session, "local-field-filled", actor, subject, before={name: before}, after={name: value}
    )
    session.flush()
