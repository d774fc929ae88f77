"""`coursesite content`: checking the course's files, publishing them, fetching what is newer."""

from collections.abc import Iterable
from pathlib import Path as Folder

import click
from flask import current_app
from flask.cli import AppGroup

from coursesite import clock
from coursesite.audit.services import SITE
from coursesite.authored import Problem, Severity, errors_in
from coursesite.authoring.library import cleaned_in, read_course
from coursesite.authoring.rules import Newer, TextId
from coursesite.authoring.services import (
    ChangedOnBothSides,
    compare,
    merge_course,
    publish_course,
    pull_course,
)
from coursesite.config import PROJECT
from coursesite.content.jobs import narrow_picture
from coursesite.content.library.intake.inspecting import CLEANS, cleaned, fault_of_file
from coursesite.content.queries import pictures_to_narrow, shown_digests
from coursesite.content.rules.media import Limits
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.revisions.rules import Change

content = AppGroup("content", help="Check, publish and fetch the course's files.")

FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Folder), default=PROJECT
)


def limits() -> Limits:
    """How large files of media may be here."""
    return Limits(**current_app.extensions["settings"].media)


def _text(_context: object, _option: object, names: tuple[str, ...]) -> list[TextId]:
    try:
        return [TextId.parse(name) for name in names]
    except Invalid as refusal:
        raise click.BadParameter(refusal.message) from None


CHANGES = (Change.EDITORIAL, Change.MINOR, Change.MAJOR, Change.SAFETY)

OVER = click.option(
    "--over",
    multiple=True,
    metavar="TEXT",
    callback=_text,
    help="Replace the other side's change of this text, such as module/its-slug/en.",
)


@content.command()
@FOLDER
def check(folder: Folder) -> None:
    """Say what is wrong in FOLDER's content/ and quizzes/, each with its file and line."""
    problems = read_course(folder, clock.now().date(), limits()).problems
    tell(problems)
    _tell_how_to_clean(folder, problems)
    if errors_in(problems):
        raise SystemExit(1)


@content.command()
@FOLDER
@click.option(
    "--change",
    type=click.Choice([each.value for each in CHANGES], case_sensitive=False),
    default=Change.MINOR.value,
    help="What the change means for those who learned the text before.",
)
@click.option(
    "--note",
    default="",
    metavar="WORDS",
    help="What changed and why; it stands in the history, and whoever learns it again reads it.",
)
@OVER
def push(folder: Folder, change: str, note: str, over: list[TextId]) -> None:
    """Publish what FOLDER has newer than the site, and say why: a major change needs a --note.

    Nothing at all is published when something is wrong, or when a text was changed on the site
    as well since the two last agreed.
    """
    shown = shown_digests(db.session)
    course = read_course(folder, clock.now().date(), limits(), shown=shown)
    if errors_in(course.problems):
        errors = [problem for problem in course.problems if problem.severity is Severity.ERROR]
        tell(errors)
        _tell_how_to_clean(folder, errors)
        raise click.ClickException("Nothing was published. Mend the lines above and push again.")
    try:
        published = publish_course(
            db.session, course, folder, SITE, Change(change), note=note, over=over
        )
    except Refusal as refusal:
        raise _refused(refusal, "Nothing was published") from None
    db.session.commit()
    for each in published:
        click.echo(f"published {TextId(each.kind, each.slug, each.language)}")
    _tell_of(folder, Newer.SITE, "is newer on the site (coursesite content pull writes it)")
    if not published:
        click.echo("Nothing to publish: the site has all that the files have.")


@content.command("clean-media")
@FOLDER
def clean_media(folder: Folder) -> None:
    """Clean pictures, sound and film in FOLDER that could not be published, as the site does it.

    They keep their names; what a camera, a telephone or a program wrote into them is gone. Pictures
    are painted anew, and made smaller if they are larger than they are shown.
    """
    done = 0
    for path in cleaned_in(folder):
        content, name = path.read_bytes(), path.relative_to(folder)
        if fault_of_file(path.name, content) is None:
            continue
        try:
            path.write_bytes(cleaned(path.name, content))
        except Refusal as refusal:
            click.echo(f"{name}: left as it is. {refusal.message}")
            continue
        click.echo(f"{name}: cleaned")
        done += 1
    click.echo(f"{done} files were cleaned.")


@content.command("narrow-pictures")
def narrow_pictures() -> None:
    """Make the smaller copies of all pictures that have none yet; the worker does it by itself."""
    done = 0
    while left := pictures_to_narrow(db.session, 1):
        narrow_picture(db.session, {"media_id": left[0]})
        db.session.commit()
        done += 1
    click.echo(f"{done} pictures were looked at.")


@content.command()
@FOLDER
@OVER
@click.option("--merge", is_flag=True, help="Bring together what was changed on both sides.")
def pull(folder: Folder, over: list[TextId], *, merge: bool) -> None:
    """Write what the site has newer into FOLDER's files.

    Nothing at all is written when a text was changed in the files as well since the two last
    agreed. With --merge such texts come together paragraph by paragraph, and what both have
    changed stands between marks, as git sets them.
    """
    try:
        merged = merge_course(db.session, folder) if merge else {}
        written = pull_course(db.session, folder, over=over)
    except Refusal as refusal:
        raise _refused(refusal, "Nothing was written") from None
    except OSError as error:
        message = f"Nothing was written: {error.filename}: {error.strerror}."
        raise click.ClickException(message) from None
    db.session.commit()
    for path, marks in merged.items():
        left = f"{marks} to choose between <<<<<<< and >>>>>>>" if marks else "nothing to choose"
        click.echo(f"merged {path}: {left}")
    for path in written:
        click.echo(f"wrote {path}")
    _tell_of(folder, Newer.FILES, "is newer in the files (coursesite content push publishes it)")
    if not written and not merged:
        click.echo("Nothing to write: the files have all that the site has.")


_ADVICE = (
    "Bring the two together with pull --merge, choose where both have changed the same, and push. "
    "Or take one for the other: pull --over TEXT replaces yours, push --over TEXT the site's."
)


def _refused(refusal: Refusal, what: str) -> click.ClickException:
    if not isinstance(refusal, ChangedOnBothSides):
        return click.ClickException(f"{what}. {refusal.message}")
    for text in refusal.texts:
        click.echo(f"CONFLICT {text}: changed in the files and on the site since they last agreed")
    return click.ClickException(f"{what}. {_ADVICE}")


def _tell_of(folder: Folder, side: Newer, words: str) -> None:
    for each in compare(db.session, folder):
        if each.newer is side:
            click.echo(f"{each.text} {words}")


def _tell_how_to_clean(folder: Folder, problems: Iterable[Problem]) -> None:
    """The very command, for what it mends."""
    if any(CLEANS in problem.message for problem in problems):
        click.echo(f"To clean these files where they lie: {CLEANS} {folder}")


def tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
