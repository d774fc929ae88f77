"""Bringing in the archive of another site: history as it was, drafts, and what is wholly new."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authored import errors_in
from coursesite.authoring.library import Files, read_course, write_files, write_media
from coursesite.authoring.library.archives import (
    ArchiveContent,
    Brought,
    KeptFile,
    KeptRevision,
    outline_of,
)
from coursesite.authoring.models import ArchivedRevision
from coursesite.authoring.queries import archived_with, files_of, live_texts
from coursesite.authoring.rules import UNWRITTEN, Standing, TextId
from coursesite.authoring.services.archiving import Found, plan_import
from coursesite.authoring.services.days import day_of_course
from coursesite.authoring.services.drafting import (
    Seen,
    begin_module,
    bring_draft,
    save_draft,
)
from coursesite.authoring.services.library import Sent, add_media
from coursesite.authoring.services.pushing import Push
from coursesite.content.queries import content_of, get_media
from coursesite.content.rules.media import FOLDER, SUMS, Limits, media_in_sums
from coursesite.content.services import PLAIN, Described, keep_media
from coursesite.errors import Invalid
from coursesite.people.models import Organisation
from coursesite.revisions.rules import Change

AT_ONCE = 8 * 1024**2
"""So many bytes of media are kept in one transaction."""
REVISIONS_AT_ONCE = 50
TEXTS_AT_ONCE = 50
WHOLES_AT_ONCE = 5


SMALL_FOLDER = 1024**2
"""A folder of no more bytes becomes a module at once, a larger one in the background."""


@dataclass
class Imported:
    """What an import did."""

    published: list[TextId] = field(default_factory=list)
    drafted: list[TextId] = field(default_factory=list)
    left: list[TextId] = field(default_factory=list)
    revisions: int = 0
    media: int = 0


def import_archive(  # noqa: PLR0913 - each is named at the call
    session: Session,
    content: ArchiveContent,
    actor: Actor,
    done: Imported,
    *,
    publish_new: bool,
    limits: Limits,
) -> Iterator[int]:
    """Keep an archive's history and media; what is new here may go live, all else is a draft.

    Nothing that is live here changes. The ids of texts and the digests of revisions stay.

    In steps, after each of which whoever called may commit; each says how much of the archive's
    history and media is kept. What was done to the end of a step is in `done`.
    """
    kept = 0
    for kept in _keep_content(session, content, actor, done):
        yield kept
    for _step in _bring_texts(
        session, content, actor, done, publish_new=publish_new, limits=limits
    ):
        yield kept


def _keep_content(
    session: Session, content: ArchiveContent, actor: Actor, done: Imported
) -> Iterator[int]:
    """Keep its media and its history, some at a time, and say how much is kept so far.

    Nobody sees any of it before a text is published or taken up; done again, it changes nothing.
    """
    size = 0
    for slug in sorted({each.module for each in content.media}):
        for each, data in content.media_of(slug):
            _keep_medium(session, slug, each, data, actor)
            done.media += 1
            size += len(data)
            if size > AT_ONCE:
                size = 0
                yield done.media
    for at in range(0, len(content.revisions), REVISIONS_AT_ONCE):
        some = content.revisions[at : at + REVISIONS_AT_ONCE]
        _keep_history(session, some, actor)
        done.revisions += len(some)
        yield done.media + done.revisions


def _bring_texts(  # noqa: PLR0913 - each is named at the call
    session: Session,
    content: ArchiveContent,
    actor: Actor,
    done: Imported,
    *,
    publish_new: bool,
    limits: Limits,
) -> Iterator[None]:
    """Publish what is new, if that is asked for and can be; make drafts of all else.

    Nothing is published for an organisation in which nobody publishes alone what they wrote: an
    archive says of nobody here that they have read it.

    In steps, after each of which the course is whole: reading and publishing a large one takes
    seconds, and nobody who writes need wait so long.
    """
    plan = plan_import(session, outline_of(content))
    new = [each.text for each in plan if each.standing is Standing.NEW]
    if publish_new and new and not needs_others(session, actor):
        with TemporaryDirectory(prefix="coursesite-") as name:
            folder = Path(name)
            if _lay(session, content, new, folder):
                today = day_of_course(session)
                yield
                course = read_course(folder, today, limits)
                if not errors_in(course.problems):
                    push = Push(session, course, actor, Change.MINOR)
                    yield from _publish(push, folder, done)
        yield
    for number, each in enumerate(plan, start=1):
        changed = each.standing in {Standing.NEW, Standing.NEWER, Standing.CONFLICT}
        if changed and each.text not in done.published:
            _draft(session, content, each, actor, done)
        if number % TEXTS_AT_ONCE == 0:
            yield
    after = {"site": content.site, "revisions": done.revisions, "media": done.media}
    after["published"] = [str(text) for text in done.published]
    after["drafted"] = [str(text) for text in done.drafted]
    record(session, "archive-imported", actor, ("archive", content.site[:100]), after=after)
    session.flush()


def needs_others(session: Session, actor: Actor) -> bool:
    """Whether what the actor brings in needs somebody else's approval before it is published."""
    own = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    return own is not None and own.four_eyes


def _keep_medium(session: Session, slug: str, each: KeptFile, data: bytes, actor: Actor) -> None:
    """It is what its digest says; shown to authors until a text that shows it is published."""
    if sha256(data).hexdigest() != each.digest:
        raise Invalid("%(name)s is not the file that its digest names.", name=each.path)
    said = Described(each.alternatives, each.decorative)
    keep_media(session, slug, FOLDER + each.name, data, actor, said=said)


def _keep_history(session: Session, revisions: Sequence[KeptRevision], actor: Actor) -> None:
    """Once each; of one that is known, what was published of it elsewhere since is added."""
    known = {
        (TextId(each.kind, each.slug, each.language), each.digest): each
        for each in archived_with(session, [each.digest for each in revisions])
    }
    for each in revisions:
        told = [publication.model_dump(mode="json") for publication in each.publications]
        row = known.get((each.text, each.digest))
        if row:
            row.publications = [*row.publications, *(t for t in told if t not in row.publications)]
            continue
        session.add(
            ArchivedRevision(
                kind=each.kind,
                slug=each.slug,
                language=each.language,
                digest=each.digest,
                title=each.title,
                site=each.site,
                files=dict(each.files),
                created_by=each.created_by,
                created_at=each.created_at,
                publications=told,
                brought_by_id=actor.person_id,
                brought_at=clock.now(),
            )
        )
    session.flush()


def _lay(
    session: Session, content: ArchiveContent, texts: Collection[TextId], folder: Path
) -> bool:
    """Write these texts beside what is live; False where a file would be another for it."""
    new = {text: content.revision(text).files for text in texts}
    live = _live_files(session)
    if _mean_several_files({**live, **new}):
        return False
    laid = _lay_live(session, folder, live)
    wanted = {
        text.path_of(file): written
        for text, files in new.items()
        for file, written in files.items()
        if file not in UNWRITTEN
    }
    if any(laid.get(path, written) != written for path, written in wanted.items()):
        return False
    write_files(folder, wanted)
    for text, files in new.items():
        _lay_media(session, folder, text, files)
    return True


def _publish(push: Push, folder: Path, done: Imported) -> Iterator[None]:
    """Publish all of a course that is right as a whole, some modules at a time.

    What somebody else publishes between two steps stays: that text, or all that is left if it was
    the facts, is not published.
    """
    wholes = push.begin(folder)
    yield
    for at in range(0, len(wholes), WHOLES_AT_ONCE):
        before = len(push.published)
        for whole in push.still_fit(wholes[at : at + WHOLES_AT_ONCE]):
            push.publish(whole)
        now = push.published[before:]
        done.published += [TextId(each.kind, each.slug, each.language) for each in now]
        yield
    push.end()


def _live_files(session: Session) -> dict[TextId, Files]:
    live = live_texts(session)
    found = files_of(session, [each.revision_id for each in live.values()])
    return {text: found[each.revision_id] for text, each in live.items()}


def _mean_several_files(texts: Mapping[TextId, Files]) -> bool:
    """Whether a name stands for one file in a text and for another in a text of the same module."""
    meant: dict[tuple[str, str], str] = {}
    return any(
        meant.setdefault((text.slug, name), digest) != digest
        for text, files in texts.items()
        for name, digest in media_in_sums(files.get(SUMS, "")).items()
    )


def _lay_live(
    session: Session, folder: Path, live: Mapping[TextId, Files]
) -> Mapping[PurePosixPath, str]:
    """What is live, as files."""
    laid: dict[PurePosixPath, str] = {}
    for text, files in live.items():
        written = files.keys() - UNWRITTEN
        laid |= {text.path_of(name): files[name] for name in written}
        _lay_media(session, folder, text, files)
    write_files(folder, laid)
    return laid


def _lay_media(session: Session, folder: Path, text: TextId, files: Files) -> None:
    for name, digest in media_in_sums(files.get(SUMS, "")).items():
        media = get_media(session, text.slug, name.removeprefix(FOLDER), digest, author=True)
        write_media(folder, text.slug, {name: content_of(session, media.id)})


def _draft(
    session: Session, content: ArchiveContent, found: Found, actor: Actor, done: Imported
) -> None:
    """As the actor's draft, begun with the last revision that both had; a draft of theirs is kept.

    Where nobody is named whose draft it would be, it is in the history alone.
    """
    if actor.person_id is None:
        done.left.append(found.text)
        return
    files = content.revision(found.text).files
    bring_draft(session, found.text, files, found.common_id, actor)
    done.drafted.append(found.text)


def begin_from_markdown(session: Session, slug: str, brought: Brought, actor: Actor) -> TextId:
    """A new module as a draft, of Markdown that came from anywhere, with what it shows."""
    text = begin_module(session, slug, brought.title, actor)
    save_draft(session, text, brought.files, Seen(1, None), actor)
    for taken in brought.media:
        add_media(session, text, Sent(taken, None, PLAIN), actor)
    after = {"notes": len(brought.notes), "media": len(brought.media)}
    record(session, "markdown-imported", actor, (text.kind, text.slug), after=after)
    return text
