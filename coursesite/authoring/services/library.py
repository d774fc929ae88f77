"""Bringing media into a module, and putting a new file in the place of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.queries import Kept, get_kept
from coursesite.authoring.rules import TextId
from coursesite.authoring.services.drafting import Seen, author_of, open_work, save_draft
from coursesite.content.library.intake import Taken
from coursesite.content.models import Media
from coursesite.content.queries import media_of
from coursesite.content.rules.media import (
    FOLDER,
    SUMS,
    beside,
    fault_of,
    media_in_sums,
    sums_of,
)
from coursesite.content.services import Described, keep_media, remove_media
from coursesite.errors import Invalid


@dataclass(frozen=True)
class Sent:
    """A file that was taken in, the text that lies beside sound or film, and what is said of it."""

    file: Taken
    beside: bytes | None
    said: Described


def add_media(session: Session, text: TextId, sent: Sent, actor: Actor) -> Media:
    """Keep a new file for a module, under a name that nothing else has.

    It is seen by authors alone until a text that shows it is published.
    """
    name = sent.file.name
    if fault_of(name):
        raise Invalid("%(name)s cannot be the name of a file here.", name=name)
    if name.removeprefix(FOLDER) in {each.name for each in media_of(session, text.slug)}:
        raise Invalid(
            "This module has a file of the name %(name)s already. Give the new one another name, "
            "or open that one and replace it there.",
            name=name.removeprefix(FOLDER),
        )
    return _keep(session, text, sent, actor)


def replace_media(
    session: Session, text: TextId, name: str, sent: Sent, actor: Actor
) -> list[TextId]:
    """Put another file in a name's place, in the actor's drafts of every text that shows it.

    Nothing that is published changes, and nobody else's draft does. The texts are returned.
    """
    if PurePosixPath(sent.file.name).suffix != PurePosixPath(name).suffix:
        raise Invalid(
            "%(new)s is of another type than %(old)s, which texts know by its name. Add it as a "
            "new file and put it into the text.",
            new=sent.file.name.removeprefix(FOLDER),
            old=name,
        )
    files = open_work(session, text, author_of(actor)).files
    kept = get_kept(session, text, files, name)
    same = Sent(Taken(FOLDER + name, sent.file.content), sent.beside, sent.said)
    media = _keep(session, text, same, actor)
    digests = {FOLDER + name: media.digest, **_beside(session, media)}
    texts = sorted({use.text for use in kept.uses} or {text})
    for each in texts:
        _mean(session, each, digests, actor)
    return texts


def _keep(session: Session, text: TextId, sent: Sent, actor: Actor) -> Media:
    lies = beside(sent.file.name)
    if lies and sent.beside is not None:
        keep_media(session, text.slug, lies, sent.beside, actor)
    return keep_media(session, text.slug, sent.file.name, sent.file.content, actor, said=sent.said)


def _beside(session: Session, media: Media) -> dict[str, str]:
    """The text beside a sound or film that was kept last."""
    lies = beside(FOLDER + media.name)
    found = [
        each
        for each in media_of(session, media.module_slug)
        if lies and each.name == lies.removeprefix(FOLDER)
    ]
    return {FOLDER + found[0].name: found[0].digest} if found else {}


def _mean(session: Session, text: TextId, digests: Mapping[str, str], actor: Actor) -> None:
    """In the actor's draft the names stand for these files."""
    work = open_work(session, text, author_of(actor))
    listed = {**media_in_sums(work.files.get(SUMS, "")), **digests}
    files = {**work.files, SUMS: sums_of(listed)}
    save_draft(session, text, files, Seen(work.version, work.live_id), actor)


def remove_kept(session: Session, kept: Kept, actor: Actor) -> None:
    """Take away what no text shows and nobody but authors has seen."""
    if not kept.removable:
        raise Invalid(
            "%(name)s is shown by a text, or was shown by a published one: it is kept.",
            name=kept.name,
        )
    for media in kept.versions:
        remove_media(session, media, actor)
