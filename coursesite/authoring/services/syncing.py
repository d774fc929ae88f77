"""How the files of the course stand to the site; writing what was published on the site back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as Folder
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from coursesite.authoring.library import (
    Files,
    digests_in,
    texts_in,
    write_files,
    write_media,
)
from coursesite.authoring.models import CourseSync
from coursesite.authoring.queries import (
    agreed_digests,
    ever_published,
    files_of,
    live_texts,
    published_files,
    written_digests,
)
from coursesite.authoring.rules import (
    UNWRITTEN,
    Newer,
    TextId,
    newer,
)
from coursesite.content.library import media_used
from coursesite.content.queries import content_of, first_media, get_media
from coursesite.content.rules import (
    without_cited,
)
from coursesite.content.rules.media import FOLDER, SUMS, media_in_sums
from coursesite.errors import Conflict, said
from coursesite.revisions.rules import Kind, digest_of


class ChangedOnBothSides(Conflict):
    """These texts differ from what files and site last agreed on, here and there."""

    def __init__(self, texts: Iterable[TextId]) -> None:
        self.texts = tuple(texts)
        named = ", ".join(str(text) for text in self.texts)
        super().__init__(
            "Changed in the files and on the site since they last agreed: %(texts)s.", texts=named
        )


@dataclass(frozen=True)
class Compared:
    """A text in the files and on the site, and which side has what the other lacks."""

    text: TextId
    files: Files
    live_id: int | None
    newer: Newer


def compare(session: Session, folder: Folder) -> list[Compared]:
    """Every text of the folder and of the site, in the order of their names."""
    live = live_texts(session)
    written = written_digests(session, live)
    agreed = agreed_digests(session)
    known = {text: {agreed.get(text), digest} for text, digest in written.items()}
    texts = {
        text: (files, _digest(session, text, files, known.get(text, set())))
        for text, files in texts_in(folder).items()
    }
    before = ever_published(session, [digest for _, digest in texts.values()])
    compared = []
    for text in sorted(texts.keys() | live.keys()):
        files, digest = texts.get(text, ({}, None))
        shown = live.get(text)
        base = agreed.get(text)
        if base is None and digest and _was_published(session, text, digest, before):
            base = digest
        which = newer(base, digest, written.get(text))
        compared.append(Compared(text, files, shown.revision_id if shown else None, which))
    return compared


def _was_published(
    session: Session, text: TextId, digest: str, before: Collection[tuple[TextId, str]]
) -> bool:
    """Whether files say what was live at some time; `before` holds whole revisions that do."""
    if (text, digest) in before:
        return True
    older = published_files(session, text) if text.kind is Kind.MODULE else ()
    return any(digest_of(without_cited(files)) == digest for files in older)


def _digest(session: Session, text: TextId, files: Files, known: set[str | None]) -> str:
    """What the files are known by.

    Of what was published before revisions listed their media, the list does not count, as long as
    each name stands for what it stood for then.
    """
    digest = digest_of(files)
    if SUMS not in files or digest in known:
        return digest
    before = digest_of({name: each for name, each in files.items() if name != SUMS})
    if before not in known:
        return digest
    first = first_media(session, text.slug)
    same = all(first.get(name) == each for name, each in media_in_sums(files[SUMS]).items())
    return before if same else digest


def pull_course(
    session: Session, folder: Folder, *, over: Collection[TextId] = ()
) -> list[PurePosixPath]:
    """Write every text that is newer on the site into the files: all of them or none.

    What is named in `over` replaces what was changed in the files meanwhile.
    """
    compared = compare(session, folder)
    ready = {each.text: each.live_id for each in newer_on(compared, Newer.SITE, over)}
    found = files_of(session, [live_id for live_id in ready.values() if live_id])
    pulled = {text: found[live_id] for text, live_id in ready.items() if live_id}
    media = _media_of_each(session, pulled)
    written = write_files(folder, _one_of_each(pulled))
    for slug, digests in sorted(media.items()):
        written += _write_media(session, folder, slug, digests)
    for text, files in pulled.items():
        agree(session, text, without_cited(files))
    agree_on_the_same(session, compared)
    return written


def _media_of_each(session: Session, pulled: Mapping[TextId, Files]) -> dict[str, dict[str, str]]:
    """The digests of the media that these texts show, by module and name."""
    media: dict[str, dict[str, str]] = {}
    for text, files in pulled.items():
        if text.kind not in {Kind.MODULE, Kind.QUIZ}:
            continue
        wanted = media.setdefault(text.slug, {})
        for name, digest in _shown(session, text, files).items():
            if wanted.setdefault(name, digest) != digest:
                raise Conflict(_NOT_THE_SAME_MEDIUM, path=_path_of_media(text, name))
    return media


def _path_of_media(text: TextId, name: str) -> PurePosixPath:
    return replace(text, kind=Kind.MODULE).path_of(name)


def _shown(session: Session, text: TextId, files: Files) -> dict[str, str]:
    """The media that a revision shows; a module that does not list them, those of its time."""
    if SUMS in files or text.kind is Kind.QUIZ:
        return media_in_sums(files.get(SUMS, ""))
    return media_used(files[text.main_file], first_media(session, text.slug))


def write_lacking_media(session: Session, folder: Folder, text: TextId, files: Files) -> None:
    """Write what a revision shows and the folder does not have under that name."""
    if text.kind in {Kind.MODULE, Kind.QUIZ}:
        there = digests_in(folder / "content" / "modules" / text.slug)
        shown = _shown(session, text, files)
        lacking = {name: digest for name, digest in shown.items() if name not in there}
        _write_media(session, folder, text.slug, lacking)


def _write_media(
    session: Session, folder: Folder, slug: str, digests: Mapping[str, str]
) -> list[PurePosixPath]:
    """Write the media that the folder lacks, or has in another version, one after the other."""
    there = digests_in(folder / "content" / "modules" / slug)
    written: list[PurePosixPath] = []
    for name, digest in digests.items():
        if there.get(name) != digest:
            media = get_media(session, slug, name.removeprefix(FOLDER), digest, author=True)
            written += write_media(folder, slug, {name: content_of(session, media.id)})
    return written


def newer_on(compared: list[Compared], side: Newer, over: Collection[TextId]) -> list[Compared]:
    """The texts that are newer on this side; refused as long as one is newer on both."""
    both = [each for each in compared if each.newer is Newer.BOTH]
    in_the_way = [each.text for each in both if each.text not in over]
    if in_the_way:
        raise ChangedOnBothSides(in_the_way)
    return [each for each in compared if each.newer is side or each in both]


def _one_of_each(pulled: Mapping[TextId, Files]) -> dict[PurePosixPath, str]:
    """The files of these texts by their paths; two languages of a module share one file."""
    wanted: dict[PurePosixPath, str] = {}
    for text, files in pulled.items():
        for name, content in files.items():
            path = text.path_of(name)
            if name in UNWRITTEN:
                continue
            if wanted.setdefault(path, content) != content:
                raise Conflict(_NOT_THE_SAME, path=path)
    return wanted


_NOT_THE_SAME_MEDIUM = said(
    "The published texts do not mean the same file by %(path)s: publish what replaces it in the "
    "others, too."
)
_NOT_THE_SAME = said("The published languages have not the same %(path)s.")


def agree_on_the_same(session: Session, compared: list[Compared]) -> None:
    """Of texts that are the same here and there, whatever made them so."""
    for each in compared:
        if each.newer is Newer.NEITHER:
            agree(session, each.text, each.files)


def agree(session: Session, text: TextId, files: Files) -> None:
    """Remember that files and site are the same now."""
    known = session.get(CourseSync, (text.kind, text.slug, text.language))
    if known:
        known.digest = digest_of(files)
        return
    sync = CourseSync(
        kind=text.kind, slug=text.slug, language=text.language, digest=digest_of(files)
    )
    session.add(sync)
    session.flush()
