"""The same on the command line: first what would be, then doing it."""

from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.cli import content
from coursesite.authoring.models import ArchivedRevision, Draft
from coursesite.content.models import Media
from coursesite.content.queries import content_of
from coursesite.content.services import keep_media, show_media
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from tests.authoring.archives.test_archives import folder, home
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.content.intake.files import film, from_a_phone
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


def test_a_picture_from_a_phone_is_not_pushed_before_it_is_clean(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    course = small_course(tmp_path)
    media = course / "content/modules/at-the-door/media"
    media.mkdir()
    (media / "door.jpg").write_bytes(from_a_phone())
    (media / "lie.png").write_bytes(b"<svg onload='alert(1)'/>")
    (media / "visit.mp4").write_bytes(film())
    (media / "visit.vtt").write_text("Hello, no captions.\n", "utf-8")
    (media / "form.pdf").write_bytes(b"%PDF-1.7\n/JavaScript (x)\n%%EOF\n")
    (course / EN_MD).write_text(MODULE.replace("Many", "![A door](media/door.jpg) Many"), "utf-8")

    code, said = run(app, "push", str(course))
    assert code == 1
    assert "at-the-door/media/door.jpg:1: this picture holds what a camera" in said
    assert "at-the-door/media/lie.png:1: this is no JPEG, PNG or WebP picture" in said
    assert "at-the-door/media/visit.mp4:1: this recording holds what a device" in said
    assert "at-the-door/media/visit.vtt:1: these are no captions in WebVTT" in said
    assert "at-the-door/media/form.pdf:1: this document can run something" in said
    assert f"To clean these files where they lie: coursesite content clean-media {course}" in said
    assert find_live(session, Kind.MODULE, "at-the-door", "en") is None

    code, said = run(app, "clean-media", str(course))
    assert "door.jpg: cleaned" in said
    assert "visit.mp4: cleaned" in said
    assert "lie.png: left as it is. This file is no picture" in said
    (media / "lie.png").unlink()
    (media / "form.pdf").unlink()
    (media / "visit.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n", "utf-8")
    assert run(app, "push", str(course))[0] == 0
    for kept in session.scalars(sa.select(Media)):
        data = content_of(session, kept.id)
        assert (b"Telltale" in data, b"+51.5" in data) == (False, False)
        assert sha256((media / kept.name).read_bytes()).hexdigest() == kept.digest


def test_what_a_site_shows_already_stays_right_when_more_is_asked_of_files(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    course = small_course(tmp_path)
    door = course / "content/modules/at-the-door/media/door.jpg"
    door.parent.mkdir()
    door.write_bytes(from_a_phone())
    keep_media(session, "at-the-door", "media/door.jpg", from_a_phone(), SITE)
    digest = sha256(from_a_phone()).hexdigest()
    session.commit()
    assert run(app, "push", str(course))[0] == 1

    show_media(session, "at-the-door", {"media/door.jpg": digest})
    session.commit()
    code, said = run(app, "push", str(course))
    assert (code, "published module/at-the-door/en" in said) == (0, True)


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
