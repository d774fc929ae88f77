"""Live modules and facts, kept in memory; the media of modules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.content.library.sizes import HEAD, size_in
from coursesite.content.models import Media, MediaPart, NarrowerPicture
from coursesite.content.rules import (
    Fact,
    Glossary,
    Module,
    facts_from_json,
    terms_from_json,
)
from coursesite.content.rules.media import FOLDER, TYPES, MediaKind, Size, is_nameless, kind_of
from coursesite.errors import NotFound
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shelf, Shown

FACTS_SLUG = "facts"
GLOSSARY_SLUG = "glossary"

MODULES: Shelf[Module] = Shelf(Kind.MODULE, Module.from_json)
FACTS: Shelf[dict[str, Fact]] = Shelf(Kind.FACTS, facts_from_json)
GLOSSARIES: Shelf[Glossary] = Shelf(Kind.GLOSSARY, lambda kept: Glossary(terms_from_json(kept)))
NO_TERMS = Glossary(())
MOST_SIZES = 10_000
_SIZES: dict[str, Size] = {}
_NEVER = datetime.min.replace(tzinfo=UTC)


def get_module(session: Session, slug: str, language: str) -> Shown[Module]:
    """The live module, in this language or else in English; NotFound if none is published."""
    return _found(MODULES.find_live(session, slug, language))


def pick_module(session: Session, live: Mapping[str, int], language: str) -> Shown[Module]:
    """The same, of the live revision ids by language."""
    return _found(MODULES.pick(session, live, language))


def _found(shown: Shown[Module] | None) -> Shown[Module]:
    if shown is None:
        raise NotFound("There is no such module, or it is still in preparation.")
    return shown


def get_media(session: Session, slug: str, name: str, digest: str, *, author: bool) -> Media:
    """A module's file as it is known by its digest; what is not published yet for authors only.

    What a question shows is found by its digest alone. Without a digest, what revisions showed
    under the name before they said which file they mean.
    """
    found = _files_of(slug)
    if digest:
        found = found.where(Media.digest == digest).order_by(Media.published_at.is_(None))
    if digest and is_nameless(name):
        found = found.where(Media.name.endswith(PurePosixPath(name).suffix, autoescape=True))
    else:
        found = found.where(Media.name == name)
    if not digest:
        found = found.where(Media.published_at.is_not(None)).order_by(Media.published_at, Media.id)
    media = session.scalars(found.limit(1)).first()
    if media is None or (media.published_at is None and not author):
        raise NotFound("This module has no such picture, sound, film or document.")
    return media


def media_of(session: Session, slug: str) -> list[Media]:
    """All that is kept for a module, what was kept last first."""
    return list(session.scalars(_files_of(slug).order_by(Media.id.desc())))


def shown_digests(session: Session) -> frozenset[str]:
    """The digests of all media that a published revision of any module has shown."""
    found = sa.select(Media.digest).where(Media.published_at.is_not(None))
    return frozenset(session.scalars(found))


def meant_media(session: Session, slug: str) -> dict[str, str]:
    """The digests that names such as `media/door.svg` stand for in a text that does not say."""
    return meant(media_of(session, slug))


def meant(media: Iterable[Media]) -> dict[str, str]:
    """Of each name, what was published under it last, or else what was kept last."""
    kept = sorted(media, key=lambda each: (each.published_at or _NEVER, each.id))
    return {FOLDER + each.name: each.digest for each in kept}


def first_media(session: Session, slug: str) -> dict[str, str]:
    """What the names stood for before revisions said which file they mean."""
    kept = [(each.published_at, each) for each in media_of(session, slug) if each.published_at]
    kept.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    return {FOLDER + each.name: each.digest for _at, each in kept}


def sizes_of(session: Session, slug: str, media: Mapping[str, str]) -> dict[str, Size]:
    """How large the pictures among these media are, by their digests, as their files tell.

    A digest means the same picture for good, so a process looks into each file once.
    """
    kinds = (MediaKind.PICTURE, MediaKind.DRAWING)
    pictures = {digest for name, digest in media.items() if kind_of(name) in kinds}
    known = {digest: _SIZES[digest] for digest in pictures if digest in _SIZES}
    if unknown := pictures - known.keys():
        known |= _looked_up(session, slug, unknown)
        _keep_sizes(known)
    return known


def _looked_up(session: Session, slug: str, digests: Collection[str]) -> dict[str, Size]:
    head = sa.func.substr(MediaPart.data, 1, HEAD, type_=sa.LargeBinary)
    found = (
        sa.select(Media.name, Media.digest, head)
        .join(MediaPart, MediaPart.media_id == Media.id)
        .where(Media.module_slug == slug, Media.digest.in_(digests), MediaPart.number == 0)
    )
    told = {digest: size_in(name, data) for name, digest, data in session.execute(found)}
    return {digest: size for digest, size in told.items() if size}


def _keep_sizes(known: Mapping[str, Size]) -> None:
    if len(_SIZES) > MOST_SIZES:
        _SIZES.clear()
    _SIZES.update(known)


def _files_of(slug: str) -> sa.Select[Media]:
    return sa.select(Media).where(Media.module_slug == slug)


def content_of(session: Session, media_id: int) -> bytes:
    """A whole file; for films, rather `part_of`."""
    found = sa.select(MediaPart.data).where(MediaPart.media_id == media_id)
    return b"".join(session.scalars(found.order_by(MediaPart.number)))


def part_of(session: Session, media_id: int, number: int) -> bytes:
    """One part of a file, of `PART` bytes but for the last; nothing after that."""
    found = session.get(MediaPart, (media_id, number))
    return found.data if found else b""


_PICTURES = sorted({TYPES[end] for end in TYPES if kind_of(f"a{end}") is MediaKind.PICTURE})


def find_narrower(session: Session, media_id: int, width: int) -> NarrowerPicture | None:
    """The smaller copy of a picture that is so wide; None if nobody looked yet what it comes to."""
    return session.get(NarrowerPicture, (media_id, width))


def pictures_to_narrow(session: Session, most: int) -> Sequence[int]:
    """The pictures, by the ids of their files, of which no smaller copies were made yet."""
    made = sa.select(NarrowerPicture.media_id)
    found = sa.select(Media.id).where(Media.mimetype.in_(_PICTURES), Media.id.not_in(made))
    return session.scalars(found.order_by(Media.id).limit(most)).all()


def live_facts(session: Session) -> dict[str, Fact]:
    """The register of facts that is live, by id; empty before the first was published."""
    shown = FACTS.find_live(session, FACTS_SLUG)
    return shown.text if shown else {}


def find_glossary(session: Session, language: str) -> Shown[Glossary] | None:
    """The glossary in this language or else in English; None before one was published."""
    return GLOSSARIES.find_live(session, GLOSSARY_SLUG, language)


def live_terms(session: Session, language: str) -> Glossary:
    """The terms that texts in this language link to."""
    shown = find_glossary(session, language)
    fits = shown is not None and shown.language == language
    return glossary_in(session, shown.revision_id if shown and fits else None)


def glossary_in(session: Session, revision_id: int | None) -> Glossary:
    """The terms of this revision of the glossary; none without one."""
    return GLOSSARIES.get(session, revision_id).text if revision_id else NO_TERMS
