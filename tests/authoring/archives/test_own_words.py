"""What organisations say of themselves is no part of the course, and stays at home."""

import zipfile
from pathlib import Path

from sqlalchemy.orm import Session

from coursesite.authoring.library.archives import open_packed, read_archive
from coursesite.content.rules import OwnPassage
from coursesite.revisions.rules import Kind
from tests.authoring.archives.test_archives import exported, folder, home
from tests.learning.makers import publish_local
from tests.makers import make_organisation

__all__ = ["folder", "home"]


def test_an_archive_holds_nothing_that_organisations_say_of_themselves(
    home: Session, tmp_path: Path
) -> None:
    prisons = make_organisation(home)
    passage = OwnPassage("The governor decides.", ("<p>The governor decides.</p>",))
    publish_local(home, prisons, {"duty_phone": "112"}, {"who-decides": passage})
    home.commit()

    content = exported(home, tmp_path / "course.zip")

    assert Kind.LOCAL not in {each.kind for each in content.revisions}
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        held = b"".join(map(archive.read, archive.namelist()))
    assert b"at-the-door" in held
    assert b"governor" not in held
    assert b"organisation-" not in held


def test_an_archive_from_when_it_held_them_is_read_without_them(
    home: Session, tmp_path: Path
) -> None:
    path = tmp_path / "course.zip"
    revisions = exported(home, path).revisions
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("history/local/organisation-1/en/0.json", "{}")

    assert read_archive(open_packed(path)).revisions == revisions
