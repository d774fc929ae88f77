"""Pictures, sound and film come along with a module, and stay what they are."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authored import errors_in
from coursesite.authoring.library import check_course, read_course
from coursesite.authoring.models import CourseSync
from coursesite.authoring.rules import Newer
from coursesite.authoring.services import compare, publish_course, pull_course
from coursesite.content.services import keep_media, show_media
from coursesite.people.rules import Role
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision, keep_revision
from tests.authoring.courses import EN_MD, MODULE, SETTINGS, small_course
from tests.authoring.test_desk import DAY
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit

DOOR = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"
OPEN_DOOR = DOOR.replace(b"9 9", b"8 8")
MODULE_FILES = ("en.md", "module.yaml")
DOOR_SVG = "content/modules/at-the-door/media/door.svg"
PICTURED = MODULE.replace("Many children", "![A door](media/door.svg) Many children")


def address_in(page: str) -> str:
    """Where the page's picture is."""
    found = re.search(r'src="(/modules/[^"]*/media/[^"]*)"', page)
    assert found
    return found[1]


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


@pytest.fixture
def author(session: Session, browser: Browser) -> Client:
    home = make_organisation(session, keeps_course=True)
    return browser.sign_in(make_person(session, make_unit(session, home), roles=(Role.AUTHOR,)))


def test_a_lesson_shows_its_picture(session: Session, learner: Client, folder: Path) -> None:
    push(session, folder)

    page = learner.get("/modules/at-the-door/first-two-minutes").text
    address = address_in(page)
    picture = learner.get(address)

    assert address == f"/modules/at-the-door/media/{sha256(DOOR).hexdigest()}/door.svg"
    assert picture.get_data() == DOOR
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in picture.headers["Cache-Control"]
    assert learner.get(address, headers={"If-None-Match": picture.headers["ETag"]}).status == (
        "304 NOT MODIFIED"
    )
    assert learner.get("/modules/at-the-door/media/window.svg").status_code == 404
    assert learner.get(address.replace("door.svg", "window.svg")).status_code == 404


def test_nobody_sees_a_picture_without_signing_in(
    session: Session, browser: Browser, folder: Path
) -> None:
    push(session, folder)
    assert browser.anonymous().get("/modules/at-the-door/media/door.svg").status_code == 302


def test_a_replaced_picture_leaves_old_revisions_as_they_were(
    session: Session, author: Client, folder: Path
) -> None:
    push(session, folder)
    before = find_live(session, Kind.MODULE, "at-the-door", "en")
    (folder / DOOR_SVG).write_bytes(OPEN_DOOR)
    push(session, folder)
    after = find_live(session, Kind.MODULE, "at-the-door", "en")

    assert before
    assert after
    assert before.id != after.id
    now = author.get("/modules/at-the-door/first-two-minutes").text
    then = author.get(f"/modules/at-the-door/revisions/{short(before.digest)}").text
    assert author.get(address_in(now)).get_data() == OPEN_DOOR
    assert author.get(address_in(then)).get_data() == DOOR


def test_a_revision_says_which_files_it_shows(session: Session, folder: Path) -> None:
    push(session, folder)
    live = find_live(session, Kind.MODULE, "at-the-door", "en")
    assert live
    assert live.files["media.sha256"] == f"{sha256(DOOR).hexdigest()}  media/door.svg\n"
    assert not [each for each in compare(session, folder) if each.newer is not Newer.NEITHER]


def test_what_was_published_before_revisions_said_so_is_no_news(
    session: Session, learner: Client, folder: Path
) -> None:
    """As a site of an older version has it: the text without the list, the page without digests."""
    course = read_course(folder, DAY)
    texts = {MODULE_FILES[0]: PICTURED, MODULE_FILES[1]: SETTINGS}
    publish_course(session, course, folder, SITE, Change.MINOR)
    live = session.get(LiveRevision, (Kind.MODULE, "at-the-door", "en"))
    assert live
    rendered = json.dumps(live.revision.rendered).replace(f"{sha256(DOOR).hexdigest()}/", "")
    new = NewRevision(Kind.MODULE, "at-the-door", "en", "At the door", texts, json.loads(rendered))
    live.revision = keep_revision(session, new, SITE)
    is_it = CourseSync.kind == Kind.MODULE
    session.execute(sa.update(CourseSync).where(is_it).values(digest=live.revision.digest))
    session.commit()
    session.expire_all()

    page = learner.get("/modules/at-the-door/first-two-minutes").text
    assert learner.get(address_in(page)).get_data() == DOOR
    assert {each.newer for each in compare(session, folder)} == {Newer.NEITHER}

    (folder / DOOR_SVG).write_bytes(OPEN_DOOR)
    newer = {each.newer for each in compare(session, folder)}
    assert newer == {Newer.NEITHER, Newer.FILES}


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


def test_what_is_not_published_is_for_authors_only(
    session: Session, author: Client, learner: Client
) -> None:
    kept = keep_media(session, "at-the-door", "media/door.svg", DOOR, SITE)
    session.commit()
    address = f"/modules/at-the-door/media/{kept.digest}/door.svg"

    assert author.get(address).get_data() == DOOR
    assert learner.get(address).status_code == 404
    assert author.get("/modules/at-the-door/media/door.svg").status_code == 404

    show_media(session, "at-the-door", {"media/door.svg": kept.digest})
    session.commit()
    assert learner.get(address).get_data() == DOOR


def test_a_film_is_sent_in_pieces(session: Session, learner: Client) -> None:
    film = bytes(range(256)) * 5_000
    kept = keep_media(session, "at-the-door", "media/visit.mp4", film, SITE)
    show_media(session, "at-the-door", {"media/visit.mp4": kept.digest})
    session.commit()
    address = f"/modules/at-the-door/media/{kept.digest}/visit.mp4"

    assert learner.get(address).get_data() == film
    part = learner.get(address, headers={"Range": "bytes=524280-524300"})
    assert (part.status_code, part.get_data()) == (206, film[524280:524301])
    end = learner.get(address, headers={"Range": "bytes=-7"})
    assert end.get_data() == film[-7:]
    assert learner.get(address, headers={"Range": "bytes=9999999-"}).status_code == 416


def test_a_document_is_taken_along_and_not_opened_here(session: Session, learner: Client) -> None:
    kept = keep_media(session, "at-the-door", "media/form.pdf", b"%PDF-1.7 %%EOF", SITE)
    show_media(session, "at-the-door", {"media/form.pdf": kept.digest})
    session.commit()
    form = learner.get(f"/modules/at-the-door/media/{kept.digest}/form.pdf")
    assert form.headers["Content-Disposition"] == 'attachment; filename="form.pdf"'
    assert form.headers["X-Content-Type-Options"] == "nosniff"
