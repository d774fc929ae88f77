"""The same on the command line: first what would be, then doing it."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.authoring.cli import content
from coursesite.authoring.models import ArchivedRevision, Draft
from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.authoring.archives.test_archives import folder, home
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["folder", "home"]


@pytest.fixture
def author(session: Session) -> Person:
    keeper = make_organisation(session, keeps_course=True)
    person = make_person(session, make_unit(session, keeper), roles=(Role.AUTHOR,))
    session.commit()
    return person


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(content, words)
    return result.exit_code, result.output


@pytest.mark.usefixtures("home")
def test_an_archive_is_written_looked_at_and_brought_in(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = str(tmp_path / "course.zip")
    assert run(app, "export-archive", file)[0] == 0
    code, said = run(app, "import-archive", file)
    assert (code, "SAME module/at-the-door/en (3 revisions)" in said) == (0, True)
    assert "Nothing is written yet" in said
    assert session.scalars(sa.select(ArchivedRevision)).all() == []
    assert run(app, "import-archive", file, "--write")[0] == 0
    assert len(session.scalars(sa.select(ArchivedRevision)).all()) == 6


def test_a_folder_becomes_a_draft_of_an_author(
    app: Flask, session: Session, author: Person, tmp_path: Path
) -> None:
    (tmp_path / "md").mkdir()
    (tmp_path / "md" / "a.md").write_text("A\n===\n\n<div>Text.</div>\n", "utf-8")
    source = str(tmp_path / "md")
    code, said = run(app, "import-markdown", source, "--module", "visits")
    assert (code, "a.md:1: underlined heading written with #" in said) == (0, True)
    assert session.scalars(sa.select(Draft)).all() == []
    refused = run(app, "import-markdown", source, "--module", "visits", "--write")
    assert (refused[0], "Name an author" in refused[1]) == (1, True)
    assert author.email
    words = ("import-markdown", source, "--module", "visits", "--write", "--author", author.email)
    assert run(app, *words)[0] == 0
    assert session.scalars(sa.select(Draft)).one().author_id == author.id


def test_what_is_no_archive_is_told_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    code, said = run(app, "import-archive", str(tmp_path / "x.zip"))
    assert (code, "This is no ZIP archive that can be read." in said) == (1, True)
