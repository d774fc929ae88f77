"""What organisations fill in; the pictures, sound and film of modules."""

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.content.models import LocalField, Media
from coursesite.content.queries import declared_fields, media_of
from coursesite.content.rules.media import FOLDER, mimetype_of
from coursesite.errors import Conflict, Invalid, NotFound

LONGEST_VALUE = 1000


def keep_media(session: Session, slug: str, files: Mapping[str, bytes], actor: Actor) -> None:
    """Keep a module's media by names such as `media/door.svg`; a name keeps what it stands for.

    So every revision shows for good the pictures that it was published with.
    """
    known = media_of(session, slug)
    for name, content in files.items():
        digest = sha256(content).hexdigest()
        if known.get(name, digest) != digest:
            raise Conflict(
                "%(name)s of %(slug)s was published with another content, which older revisions "
                "show: give the new file a new name.",
                name=name,
                slug=slug,
            )
        if name not in known:
            _add_media(session, slug, name, content, digest)
            subject = ("media", f"{slug}/{name}")
            record(session, "media-kept", actor, subject, after={"digest": digest})
    session.flush()


def _add_media(session: Session, slug: str, name: str, content: bytes, digest: str) -> None:
    mimetype = mimetype_of(name)
    if mimetype is None:
        raise Invalid("%(name)s is of a type that is not shown here.", name=name)
    session.add(
        Media(
            module_slug=slug,
            name=name.removeprefix(FOLDER),
            digest=digest,
            mimetype=mimetype,
            content=content,
            kept_at=clock.now(),
        )
    )


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
