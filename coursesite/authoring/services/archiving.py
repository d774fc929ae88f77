"""The whole course as an archive, and the archive of another site compared with what is here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.authoring.library.archives import (
    ArchiveContent,
    KeptFile,
    KeptPublication,
    KeptRevision,
    Outline,
    write_archive,
)
from coursesite.authoring.models import ArchivedRevision
from coursesite.authoring.queries import (
    all_publications,
    all_revisions,
    archived_revisions,
    ever_live,
    live_texts,
    media_for,
    written_digests,
)
from coursesite.authoring.rules import Standing, TextId, standing
from coursesite.content.models import Media
from coursesite.content.queries import content_of
from coursesite.content.rules.media import SUMS, media_in_sums
from coursesite.revisions.rules import Kind

Key = tuple[TextId, str]


def export_archive(session: Session, path: Path, site: str) -> Iterator[int]:
    """Write the course with its history and its media; say how many files are written so far.

    `site` is how this one is known to others. Drafts, and files that nothing published has shown,
    stay at home.
    """
    revisions = _revisions(session, site)
    slugs = {text.slug for text, _digest in revisions if text.kind is Kind.MODULE}
    shown = _shown_media(revisions.values())
    media = [
        each
        for each in media_for(session, slugs)
        if each.published_at or (each.module_slug, each.digest) in shown
    ]
    content = ArchiveContent(
        site=site,
        made_at=clock.now(),
        live={text: live.digest for text, live in live_texts(session).items()},
        revisions=tuple(revisions.values()),
        media=tuple(_kept_file(each) for each in media),
    )
    files = ((_kept_file(each), content_of(session, each.id)) for each in media)
    yield from write_archive(path, content, files)


def _kept_file(media: Media) -> KeptFile:
    return KeptFile(
        module=media.module_slug,
        name=media.name,
        digest=media.digest,
        alternatives=media.alternatives,
        decorative=media.decorative,
    )


def _shown_media(revisions: Iterable[KeptRevision]) -> set[tuple[str, str]]:
    return {
        (each.slug, digest)
        for each in revisions
        for digest in media_in_sums(each.files.get(SUMS, "")).values()
    }


def _revisions(session: Session, site: str) -> dict[Key, KeptRevision]:
    """Those of this site, and those that came from others, each with all that is known of it."""
    known: dict[Key, KeptRevision] = {}
    publications = all_publications(session)
    for revision, name in all_revisions(session):
        text = TextId(revision.kind, revision.slug, revision.language)
        told = tuple(
            KeptPublication(
                site=site,
                at=each.published_at,
                by=by,
                change=each.change,
                note=each.note,
                renew_days=each.renew_days,
            )
            for each, by in publications[revision.id]
        )
        known[text, revision.digest] = KeptRevision(
            kind=revision.kind,
            slug=revision.slug,
            language=revision.language,
            digest=revision.digest,
            title=revision.title,
            site=site,
            files=revision.files,
            created_by=name,
            created_at=revision.created_at,
            publications=told,
        )
        session.expunge(revision)
    for archived in archived_revisions(session):
        kept = _kept_revision(archived)
        own = known.get((kept.text, kept.digest))
        if own:
            kept = kept.model_copy(update={"publications": kept.publications + own.publications})
        known[kept.text, kept.digest] = kept
    return known


def _kept_revision(archived: ArchivedRevision) -> KeptRevision:
    return KeptRevision(
        kind=archived.kind,
        slug=archived.slug,
        language=archived.language,
        digest=archived.digest,
        title=archived.title,
        site=archived.site,
        files=archived.files,
        created_by=archived.created_by,
        created_at=archived.created_at,
        publications=tuple(
            KeptPublication.model_validate(each, strict=False) for each in archived.publications
        ),
    )


@dataclass(frozen=True)
class Found:
    """A text of an archive, how it stands to the same one here, and the last that both had."""

    text: TextId
    title: str
    standing: Standing
    revisions: int
    common_id: int | None


def plan_import(session: Session, outline: Outline) -> list[Found]:
    """What bringing this archive in would do, text by text; nothing is written.

    A module that only cites other words of a fact is the same: the register tells of those.
    """
    live = live_texts(session)
    written = written_digests(session, live)
    here = ever_live(session)
    found = []
    for each in outline.texts:
        own = here.get(each.text, {})
        shown = live.get(each.text)
        both = [revision_id for known, revision_id in own.items() if known in each.digests]
        digest = shown.digest if shown else None
        there = digest if digest and written[each.text] == each.written else each.digest
        how = standing(digest, there, own.keys(), each.digests)
        found.append(
            Found(each.text, each.title, how, len(each.digests), both[-1] if both else None)
        )
    return found
