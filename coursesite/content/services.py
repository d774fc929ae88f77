"""The media of modules; what was in force when somebody learned one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.content.library.intake.pictures import Copy
from coursesite.content.models import Media, MediaPart, NarrowerPicture
from coursesite.content.rules import Module, asked_in, own_files, texts_of
from coursesite.content.rules.media import FOLDER, PART, WIDTHS, MediaKind, kind_of, mimetype_of
from coursesite.content.shelf import local_texts, local_texts_made_of
from coursesite.db import insert_into, insert_once
from coursesite.errors import Conflict, Invalid
from coursesite.jobs.services import enqueue
from coursesite.people.models import Organisation
from coursesite.people.rules import lineage
from coursesite.revisions.models import LocalVersion
from coursesite.revisions.rules import digest_of
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Described:
    """What is said of a file: in words by language, or that it only decorates."""

    alternatives: Mapping[str, str] = field(default_factory=dict)
    decorative: bool = False


PLAIN = Described()

NARROW = "narrow-picture"
"""The job that makes the smaller copies of a picture."""


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

    What is kept already under that name is not kept twice. Smaller copies of a picture are made
    by a job.
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
    if kind_of(name) is MediaKind.PICTURE:
        ask_for_narrower(session, media.id)
    record(session, "media-kept", actor, ("media", f"{slug}/{file}"), after={"digest": digest})
    return media


def ask_for_narrower(session: Session, media_id: int) -> None:
    """Have the smaller copies of a picture made, when this transaction is kept."""
    enqueue(session, NARROW, {"media_id": media_id})


def keep_narrower(session: Session, media_id: int, copies: Sequence[Copy]) -> None:
    """Keep what smaller copies of a picture there are, and for which widths none is worth it.

    If the picture was taken away meanwhile, nothing is kept.
    """
    if session.get(Media, media_id, with_for_update={"read": True}) is None:
        return
    made = {each.width: each for each in copies if each.content}
    for width in WIDTHS:
        copy = made.get(width)
        row = {"mimetype": copy.mimetype, "data": copy.content} if copy else {}
        values = {"media_id": media_id, "width": width, "mimetype": None, "data": None, **row}
        insert_once(session, NarrowerPicture, values)


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
    for made_of_it in (MediaPart, NarrowerPicture):
        session.execute(sa.delete(made_of_it).where(made_of_it.media_id == media.id))
    session.delete(media)
    record(session, "media-removed", actor, subject, before={"digest": media.digest})
    session.flush()


def line_of(session: Session, organisation_id: int) -> tuple[int, ...]:
    """An organisation and those above it, the nearest first."""
    ancestors = sa.select(Organisation.ancestors).where(Organisation.id == organisation_id)
    return lineage(organisation_id, session.scalar(ancestors) or "")


def keep_local_version(
    session: Session,
    organisation_id: int,
    shown: Shown[Module],
    made_of: Sequence[int] | None = None,
) -> LocalVersion | None:
    """What the organisation has put into this module, kept for good; None if nothing.

    It is what stands there now, or what these revisions came to. The same text is kept once,
    whoever learned it first.
    """
    if not asked_in(texts_of(shown.text)):
        return None
    if made_of is None:
        line = line_of(session, organisation_id)
        local = local_texts(session, line, shown.language)
    else:
        local = local_texts_made_of(session, organisation_id, made_of, shown.language)
    files = own_files(shown.text, local)
    if not files:
        return None
    key = {
        "organisation_id": organisation_id,
        "module_slug": shown.slug,
        "language": shown.language,
        "digest": digest_of(files),
    }
    row = {**key, "files": files, "made_of": list(local.made_of), "kept_at": clock.now()}
    kept = sa.select(LocalVersion).filter_by(**key)
    if (found := session.scalars(kept).first()) is not None:
        return found
    session.execute(insert_into(session, LocalVersion).values(row).on_conflict_do_nothing())
    return session.scalars(kept).one()
