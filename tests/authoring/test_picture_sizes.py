"""A lesson says how large its pictures are, so that nothing jumps when they come."""

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind, digest_of
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.authoring.test_library import DESK, LESSON, publish, save, send
from tests.authoring.test_media import push
from tests.browser import Browser, Client
from tests.content.intake.files import picture, saved
from tests.makers import make_organisation, make_person, make_unit

FORMS = {"a.png": "PNG", "b.jpg": "JPEG", "c.webp": "WEBP"}
FRAMED = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'/>"
TEXT = MODULE.replace(
    "Many children",
    "\n\n".join(f"![It](media/{each})" for each in (*FORMS, "d.svg")) + "\n\nMany children",
)


def rooms_in(page: str) -> dict[str, tuple[str, str]]:
    """How wide and high each picture is said to be."""
    found = re.findall(r'<img [^>]*/([a-z.]+)" width="(\d+)" height="(\d+)">', page)
    return {name: (width, height) for name, width, height in found}


@pytest.fixture
def author(session: Session, browser: Browser) -> Client:
    home = make_unit(session, make_organisation(session, keeps_course=True))
    return browser.sign_in(make_person(session, home, roles=(Role.AUTHOR, Role.PUBLISHER)))


def test_pictures_from_a_folder_have_their_room(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    small_course(tmp_path)
    (tmp_path / EN_MD).write_text(TEXT, "utf-8")
    media = (tmp_path / EN_MD).parent / "media"
    media.mkdir()
    (media / "d.svg").write_bytes(FRAMED)
    for name, form in FORMS.items():
        (media / name).write_bytes(saved(picture(), form))
    push(session, tmp_path)

    page = browser.sign_in(make_person(session)).get(LESSON).text

    assert rooms_in(page) == dict.fromkeys(FORMS, ("40", "20")) | {"d.svg": ("1280", "640")}
    live = find_live(session, Kind.MODULE, "at-the-door", "en")
    assert live
    assert live.digest == digest_of(live.files)
    assert not [name for name, text in live.files.items() if "width" in text]


def test_pictures_sent_to_the_site_have_their_room(
    session: Session, browser: Browser, author: Client, tmp_path: Path
) -> None:
    small_course(tmp_path)
    push(session, tmp_path)
    for name, form in FORMS.items():
        send(author, name, saved(picture(size=(2560, 1000)), form))
    send(author, "d.svg", FRAMED)
    expected = dict.fromkeys(FORMS, ("1280", "500")) | {"d.svg": ("1280", "640")}

    save(author, TEXT)
    assert rooms_in(author.get(DESK).text) == expected
    publish(author)
    assert rooms_in(browser.sign_in(make_person(session)).get(LESSON).text) == expected
