"""Pictures, sound and film come along with a module, and stay what they are."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authored import errors_in
from coursesite.authoring.library import check_course, read_course
from coursesite.authoring.services import publish_course, pull_course
from coursesite.errors import Conflict
from coursesite.revisions.rules import Change
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.authoring.test_desk import DAY
from tests.browser import Browser, Client
from tests.makers import make_person

DOOR = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"
DOOR_SVG = "content/modules/at-the-door/media/door.svg"
PICTURED = MODULE.replace("Many children", "![A door](media/door.svg) Many children")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_course(tmp_path)
    (tmp_path / EN_MD).write_text(PICTURED, "utf-8")
    (tmp_path / DOOR_SVG).parent.mkdir()
    (tmp_path / DOOR_SVG).write_bytes(DOOR)
    return tmp_path


def push(session: Session, folder: Path) -> None:
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()


@pytest.fixture
def learner(session: Session, browser: Browser) -> Client:
    return browser.sign_in(make_person(session))


def test_a_lesson_shows_its_picture(session: Session, learner: Client, folder: Path) -> None:
    push(session, folder)

    page = learner.get("/modules/at-the-door/first-two-minutes").text
    picture = learner.get("/modules/at-the-door/media/door.svg")

    assert 'src="/modules/at-the-door/media/door.svg"' in page
    assert picture.get_data() == DOOR
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in picture.headers["Cache-Control"]
    assert learner.get("/modules/at-the-door/media/window.svg").status_code == 404


def test_nobody_sees_a_picture_without_signing_in(
    session: Session, browser: Browser, folder: Path
) -> None:
    push(session, folder)
    assert browser.anonymous().get("/modules/at-the-door/media/door.svg").status_code == 302


def test_a_name_never_stands_for_another_picture(session: Session, folder: Path) -> None:
    push(session, folder)
    (folder / DOOR_SVG).write_bytes(DOOR + b" ")
    (folder / EN_MD).write_text(PICTURED.replace("Many", "Some"), "utf-8")
    with pytest.raises(Conflict, match="give the new file a new name"):
        push(session, folder)


def test_an_author_on_the_site_uses_the_pictures_that_are_kept(
    session: Session, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    push(session, folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    pull_course(session, elsewhere)
    assert (elsewhere / DOOR_SVG).read_bytes() == DOOR
    assert not errors_in(check_course(elsewhere, DAY))


def test_a_film_that_is_too_large_is_told(folder: Path) -> None:
    with (folder / DOOR_SVG).open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    assert f"{DOOR_SVG}:1: this file is too large: at most 10 MB are shown" in [
        str(problem) for problem in check_course(folder, DAY)
    ]
