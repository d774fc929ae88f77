"""`coursesite content import-questions` and `export-questions`: questions in other formats."""

from collections.abc import Iterable, Sequence
from pathlib import Path as Folder

import click

from coursesite.authoring.cli import content
from coursesite.authoring.library import write_files
from coursesite.authoring.rules import TextId
from coursesite.config import PROJECT
from coursesite.errors import Refusal
from coursesite.interop.library import (
    BadFile,
    Format,
    planned,
    read_bank,
    read_questions,
    text_of,
    write_questions,
)
from coursesite.quizzes.questions.written import Written
from coursesite.revisions.rules import Kind

__all__ = ["content"]

FORMATS = click.Choice([form.value for form in Format])
LANGUAGE = click.option("--language", default="en", help="The language of the module.")
FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Folder),
    default=PROJECT,
    help="The course's folder.",
)


@content.command("import-questions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Folder))
@click.option("--module", "slug", required=True, help="The module whose questions they become.")
@click.option("--format", "form", type=FORMATS, help="What FILE is, if it is not plain to see.")
@click.option("--objective", type=click.IntRange(1, 99), default=1, help="What they test.")
@click.option("--write", is_flag=True, help="Add them; without it only what would be is said.")
@LANGUAGE
@FOLDER
def import_questions(  # noqa: PLR0913 - click gives each of its options by name
    file: Folder, slug: str, form: str | None, objective: int, *, write: bool, language: str,
    folder: Folder,
) -> None:  # fmt: skip
    """Add the questions of FILE to the module's, in the course's files.

    First say what would be added, what would be changed to fit, and what does not fit and why.
    """
    text = TextId(Kind.QUIZ, slug, language)
    path = text.path_of(text.main_file)
    try:
        chosen = Format(form) if form else None
        imported = read_questions(text_of(file.read_bytes()), chosen, objective=objective)
        plan = planned(_bank(folder, text), imported)
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from None
    _tell("ADD", [f"{question.id} ({question.type})" for question in plan.new])
    _tell("CHANGED", plan.changed)
    _tell("LEFT OUT", plan.left_out)
    click.echo(f"{len(plan.new)} questions {'were' if write else 'would be'} added to {path}.")
    if write and plan.new:
        write_files(folder, {path: plan.file})
    elif plan.new:
        click.echo("Nothing is written yet: say --write to add them.")


@content.command("export-questions")
@click.argument("slug")
@click.option("--format", "form", type=FORMATS, required=True, help="What to write.")
@LANGUAGE
@FOLDER
def export_questions(slug: str, form: str, language: str, folder: Folder) -> None:
    """Write the questions of the module SLUG to the standard output; what does not fit is said."""
    try:
        questions = _questions(folder, TextId(Kind.QUIZ, slug, language))
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from None
    written, notes = write_questions(questions, Format(form))
    click.echo(written, nl=False)
    for note in notes:
        click.echo(f"{note.about}: {note.message}", err=True)


def _questions(folder: Folder, text: TextId) -> Sequence[Written]:
    questions = read_bank(_bank(folder, text))
    if not questions:
        raise BadFile("The module has no questions.")
    return questions


def _bank(folder: Folder, text: TextId) -> str:
    """The module's questions as they are written now; nothing if it has none yet."""
    if not (folder / "content" / "modules" / text.slug / f"{text.language}.md").is_file():
        raise BadFile("There is no module of that name in that language.")
    path = folder / text.path_of(text.main_file)
    return text_of(path.read_bytes()) if path.is_file() else ""


def _tell(word: str, lines: Iterable[object]) -> None:
    for line in lines:
        click.echo(f"{word} {line}")
