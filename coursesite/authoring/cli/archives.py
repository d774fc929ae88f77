"""`coursesite content export-archive`, `import-archive` and `import-markdown`."""

from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app

from coursesite.audit.services import SITE, Actor
from coursesite.authoring.cli.content import content, limits
from coursesite.authoring.library.archives import (
    bring_markdown,
    folder_files,
    open_packed,
    outline_of,
    read_archive,
)
from coursesite.authoring.queries import course_keepers
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import (
    Imported,
    begin_from_markdown,
    export_archive,
    import_archive,
    plan_import,
)
from coursesite.db import give_way
from coursesite.errors import Refusal
from coursesite.extensions import db

AUTHOR = click.option("--author", metavar="E-MAIL", help="Whose drafts they become.")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@content.command("export-archive")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write the whole course to FILE, a ZIP archive: every revision, its history, its media."""
    beside = file.with_name(f".{file.name}.new")
    try:
        written = 0
        for number in export_archive(db.session, beside, site_name()):
            written = number
        beside.replace(file)
    except OSError as error:
        message = f"Nothing was written: {error.filename}: {error.strerror}."
        raise click.ClickException(message) from None
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"{file}: {written} files.")


@content.command("import-archive")
@FILE
@click.option("--write", is_flag=True, help="Do it; without it only what would be is said.")
@click.option("--publish-new", is_flag=True, help="Publish what this site does not have at all.")
@AUTHOR
def import_(file: Path, *, write: bool, publish_new: bool, author: str | None) -> None:
    """Bring in FILE, the archive of another site.

    First say of each text whether it is new, the same, newer, older or changed on both sides. What
    is live here stays as it is: what differs becomes a draft of --author. It comes in steps, so
    that others can write meanwhile; begun again after an interruption, it goes on.
    """
    done, steps = Imported(), 0
    try:
        archive = read_archive(open_packed(file))
        for each in plan_import(db.session, outline_of(archive)):
            click.echo(f"{each.standing.upper()} {each.text} ({each.revisions} revisions)")
        if not write:
            click.echo("Nothing is written yet: say --write to bring it in.")
            return
        actor = _actor(author)
        db.session.commit()
        told = 0
        for _kept in import_archive(
            db.session, archive, actor, done, publish_new=publish_new, limits=limits()
        ):
            db.session.commit()
            _tell("published", done.published[told:])
            told = len(done.published)
            steps += 1
            give_way(db.session)
        db.session.commit()
    except Refusal as refusal:
        raise click.ClickException(f"{_came_of(steps)} {refusal.message}") from None
    _tell("draft", done.drafted)
    _tell("kept in the history alone", done.left)
    click.echo(f"{done.revisions} revisions and {done.media} files are kept, from {archive.site}.")


@content.command("import-markdown")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--module", "slug", required=True, help="The name of the module that it becomes.")
@click.option("--title", default="", help="Its title; else that of the first file.")
@click.option("--write", is_flag=True, help="Do it; without it only what would be done is said.")
@AUTHOR
def markdown(source: Path, slug: str, title: str, *, write: bool, author: str | None) -> None:
    """Make a draft of SOURCE, a folder of Markdown or a ZIP archive of one.

    Say line by line what was done to it. Nothing is published.
    """
    try:
        brought = bring_markdown(files_in(source), title, limits())
        for note in brought.notes:
            click.echo(str(note))
        if not write:
            click.echo(f"Nothing is written yet: say --write to make the draft {slug}.")
            return
        text = begin_from_markdown(db.session, slug, brought, _actor(author, needed=True))
    except Refusal as refusal:
        raise click.ClickException(f"Nothing was brought in. {refusal.message}") from None
    db.session.commit()
    click.echo(f"draft {text}, with {len(brought.media)} files of media")


def files_in(source: Path) -> dict[str, bytes]:
    if source.is_dir():
        return folder_files(source)
    packed = open_packed(source)
    return {name: packed.read(name) for name in packed.entries}


def site_name() -> str:
    """How this site is known to others."""
    settings = current_app.extensions["settings"]
    return str(settings.address or settings.name)


def _actor(email: str | None, *, needed: bool = False) -> Actor:
    if email is None and not needed:
        return SITE
    found = [each for each in course_keepers(db.session) if each.email == (email or "").lower()]
    if not found:
        raise click.ClickException(
            "Name an author of this site with --author: whose drafts they become."
        )
    return Actor(found[0].id, found[0].organisation_id, None)


def _came_of(steps: int) -> str:
    """What stays of an import that was refused: the steps before."""
    if not steps:
        return "Nothing was brought in."
    return "Not all was brought in: what came before stays, and the same command goes on."


def _tell(words: str, texts: Iterable[TextId]) -> None:
    for text in texts:
        click.echo(f"{words} {text}")
