"""What was changed in the files and on the site, brought together in the files as git does it."""

from pathlib import Path as Folder
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from coursesite.authoring.library import Files, write_files
from coursesite.authoring.queries import agreed_digests, files_of, published_files
from coursesite.authoring.rules import UNWRITTEN, Merging, Newer, TextId, merging
from coursesite.authoring.services.syncing import agree, compare, write_lacking_media
from coursesite.content.rules import without_cited
from coursesite.revisions.rules import digest_of


def merge_course(session: Session, folder: Folder) -> dict[PurePosixPath, int]:
    """Bring every text that both sides changed together; the files, with the marks in each.

    Paragraphs that one side changed are taken. What both did stands between marks, and nothing
    is published before somebody has chosen. The files have begun with what is live from now on.
    """
    agreed = agreed_digests(session)
    both = [each for each in compare(session, folder) if each.newer is Newer.BOTH]
    live = files_of(session, [each.live_id for each in both if each.live_id])
    marks: dict[PurePosixPath, int] = {}
    for each in both:
        site = live[each.live_id or 0]
        base = _began_with(session, each.text, agreed.get(each.text))
        merged = merging(*(_written(files) for files in (base, each.files, site)))
        texts = merged.marked()
        write_files(folder, {each.text.path_of(name): text for name, text in texts.items()})
        marks |= {each.text.path_of(name): count for name, count in _marks_in(merged).items()}
        write_lacking_media(session, folder, each.text, site)
        agree(session, each.text, without_cited(site))
    return marks


def _marks_in(merged: Merging) -> dict[str, int]:
    return {
        name: sum(region.side is None for region in regions)
        for name, regions in merged.files.items()
    }


def _began_with(session: Session, text: TextId, digest: str | None) -> Files:
    """What files and site last agreed on; nothing where that is not known."""
    for files in published_files(session, text):
        if digest in {digest_of(files), digest_of(without_cited(files))}:
            return files
    return {}


def _written(files: Files) -> Files:
    return {name: text for name, text in files.items() if name not in UNWRITTEN}
