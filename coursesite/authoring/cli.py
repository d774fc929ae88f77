"""`coursesite content`: checking and publishing the course's files."""

from pathlib import Path as Folder

import click
from flask.cli import AppGroup

from coursesite import clock
from coursesite.audit.services import SITE
from coursesite.authored import Problem, Severity, errors_in
from coursesite.authoring.library import read_course
from coursesite.authoring.services import publish_course
from coursesite.config import PROJECT
from coursesite.extensions import db
from coursesite.revisions.rules import Change

content = AppGroup("content", help="Check and publish the course's files.")

FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Folder), default=PROJECT
)


@content.command()
@FOLDER
def check(folder: Folder) -> None:
    """Say what is wrong in FOLDER's content/ and quizzes/, each with its file and line."""
    problems = read_course(folder, clock.now().date()).problems
    tell(problems)
    if errors_in(problems):
        raise SystemExit(1)


@content.command()
@FOLDER
@click.option(
    "--change",
    type=click.Choice([Change.EDITORIAL, Change.MINOR, Change.MAJOR, Change.SAFETY]),
    default=Change.MINOR,
    help="What the change means for those who learned the text before.",
)
def push(folder: Folder, change: str) -> None:
    """Publish what differs from what is live; nothing at all when something is wrong."""
    course = read_course(folder, clock.now().date())
    if errors_in(course.problems):
        tell([problem for problem in course.problems if problem.severity is Severity.ERROR])
        raise click.ClickException("Nothing was published. Mend the lines above and push again.")
    published = publish_course(db.session, course, folder, SITE, Change(change))
    db.session.commit()
    for publication in published:
        click.echo(f"published {publication.kind} {publication.slug} ({publication.language})")
    if not published:
        click.echo("Nothing to publish: what is live is what the files say.")


def tell(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
