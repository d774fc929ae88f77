"""A module's media: what there is, which texts show it, and which version of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from coursesite.authoring.models import Draft
from coursesite.authoring.rules import TextId
from coursesite.content.library import media_used
from coursesite.content.models import Media
from coursesite.content.queries import meant, media_of
from coursesite.content.rules.media import FOLDER, SUMS, MediaKind, kind_of, media_in_sums
from coursesite.errors import NotFound
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.revisions.rules import Kind

_SHOWING = (Kind.MODULE, Kind.QUIZ)


@dataclass(frozen=True)
class Use:
    """A text that shows a file: what is live, or somebody's draft."""

    text: TextId
    digest: str
    draft_id: int | None = None
    author_id: int | None = None
    author: str | None = None


@dataclass(frozen=True)
class Kept:
    """All that was kept under a name, the newest first; `shown` is what the desk's text means."""

    name: str
    versions: Sequence[Media]
    shown: Media
    uses: Sequence[Use]

    @property
    def kind(self) -> MediaKind:
        return kind_of(self.name) or MediaKind.DOCUMENT

    @property
    def removable(self) -> bool:
        """Nobody but authors has seen it, and no text shows it."""
        return not self.uses and not any(each.published_at for each in self.versions)


def library_of(
    session: Session, text: TextId, files: Mapping[str, str], *, with_uses: bool = True
) -> list[Kept]:
    """The media of a text's module by name; `files` is the text as it is on the desk.

    Whoever only chooses one need not know where each is used.
    """
    versions: dict[str, list[Media]] = {}
    for each in media_of(session, text.slug):
        versions.setdefault(each.name, []).append(each)
    usual = meant(media for each in versions.values() for media in each)
    chosen = {**usual, **media_in_sums(files.get(SUMS, ""))}
    uses = _uses(session, text.slug, usual) if with_uses else {}
    return [
        Kept(name, kept, _shown(kept, chosen[FOLDER + name]), uses.get(FOLDER + name, ()))
        for name, kept in sorted(versions.items())
    ]


def get_kept(session: Session, text: TextId, files: Mapping[str, str], name: str) -> Kept:
    """One of them."""
    found = [each for each in library_of(session, text, files) if each.name == name]
    if not found:
        raise NotFound("This module has no file of that name.")
    return found[0]


def _shown(versions: Sequence[Media], digest: str) -> Media:
    return next((each for each in versions if each.digest == digest), versions[0])


def _uses(session: Session, slug: str, usual: Mapping[str, str]) -> dict[str, list[Use]]:
    uses: dict[str, list[Use]] = {}
    for files, use in _texts(session, slug):
        known = {**usual, **media_in_sums(files.get(SUMS, ""))}
        for name, digest in media_used(files.get(use.text.main_file, ""), known).items():
            shown = Use(use.text, digest, use.draft_id, use.author_id, use.author)
            uses.setdefault(name, []).append(shown)
    return uses


def _texts(session: Session, slug: str) -> list[tuple[Mapping[str, str], Use]]:
    """What is live of a module and its quiz in every language, and all open drafts of them."""
    live = (
        sa.select(Revision)
        .join(LiveRevision, LiveRevision.revision_id == Revision.id)
        .where(LiveRevision.kind.in_(_SHOWING), LiveRevision.slug == slug)
        .options(undefer(Revision.files))
        .order_by(Revision.kind, Revision.language)
    )
    drafts = (
        sa.select(Draft)
        .where(Draft.kind.in_(_SHOWING), Draft.slug == slug, Draft.closed_at.is_(None))
        .options(joinedload(Draft.author))
        .order_by(Draft.kind, Draft.language, Draft.id)
    )
    texts: list[tuple[Mapping[str, str], Use]] = []
    for revision in session.scalars(live):
        text = TextId(revision.kind, slug, revision.language)
        texts.append((revision.files, Use(text, "")))
    for draft in session.scalars(drafts):
        text = TextId(draft.kind, slug, draft.language)
        texts.append((draft.files, Use(text, "", draft.id, draft.author_id, draft.author.name)))
    return texts
