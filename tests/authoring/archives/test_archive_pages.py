"""The same on the authors' pages."""

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from coursesite.authoring.models import ArchivedRevision, Draft
from coursesite.people.rules import Role
from coursesite.schedule import LONG
from tests.authoring.archives.test_archives import folder, home, named
from tests.browser import Browser, Client
from tests.content.intake.files import packed, picture, saved
from tests.jobs.makers import work_all
from tests.makers import make_organisation, make_person, make_unit

__all__ = ["folder", "home"]
PAGE = "/authoring/archives"


@pytest.fixture
def keepers(session: Session) -> Any:
    return make_unit(session, make_organisation(session, keeps_course=True))


@pytest.fixture
def publisher(session: Session, keepers: Any, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR, Role.PUBLISHER)))


@pytest.fixture
def author(session: Session, keepers: Any, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, keepers, roles=(Role.AUTHOR,)))


def send(client: Client, where: str, content: bytes, field: str = "file", **fields: str) -> Any:
    client.get(PAGE)
    boundary, body = encode_multipart({**fields, field: FileStorage(io.BytesIO(content), "x.zip")})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"{PAGE}/{where}", data=body, content_type=kind)


def test_the_course_is_written_by_a_job_and_brought_in_again(
    home: Session, publisher: Client, browser: Browser, folder: Path
) -> None:
    started = publisher.post(f"{PAGE}/export")
    with browser.app.app_context():
        work_all(LONG)
    page = publisher.get(started.location)
    assert "The course is written" in page.text
    archive = publisher.get(f"{started.location}/file").get_data()

    (folder / "content/modules/at-the-door/en.md").write_text("x")
    looked = send(publisher, "look", archive)
    assert looked.status_code == 200
    assert "The same" in looked.text
    assert home.scalars(sa.select(ArchivedRevision)).all() == []
    digest = looked.text.split('name="digest" value="', 1)[1].split('"', 1)[0]

    assert send(publisher, "import", archive + b" ", digest=digest).status_code == 422
    done = send(publisher, "import", archive, digest=digest)
    assert done.status_code == 200
    assert len(home.scalars(sa.select(ArchivedRevision)).all()) == 6
    history = publisher.get("/authoring/modules/at-the-door/en/history").text
    assert "At other sites, as their archives tell it" in history
    assert "Children in View" in history.partition("At other sites")[2]


def test_a_folder_becomes_a_draft_with_its_report(session: Session, author: Client) -> None:
    content = packed(
        {"a/1.md": b"A\n===\n\n![x](p.png) <div>y</div>\n", "a/p.png": saved(picture())}
    )
    answer = send(author, "markdown", content, "folder", slug="visits", title="Visits")
    assert answer.status_code == 200
    assert "HTML taken out, its words kept: &lt;div&gt;" in answer.text
    draft = session.scalars(sa.select(Draft)).one()
    assert "![x](media/p.jpg) y" in draft.files["en.md"]
    assert author.get("/authoring/modules/visits/en").status_code == 200
    again = send(author, "markdown", content, "folder", slug="visits", title="Visits")
    assert "of the name visits already" in again.text


def test_what_is_no_gift_is_refused_in_a_sentence(publisher: Client, author: Client) -> None:
    answer = send(publisher, "look", named("../../x").getvalue())
    assert (answer.status_code, "outside of its folder" in answer.text) == (422, True)
    answer = send(author, "markdown", b"no zip", "folder", slug="visits")
    assert (answer.status_code, "no ZIP archive" in answer.text) == (422, True)
    assert send(publisher, "look", bytes(42 * 1024**2)).status_code == 413


def test_only_publishers_take_a_course_along_or_bring_one_in(
    session: Session, author: Client, browser: Browser
) -> None:
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR, Role.PUBLISHER)))
    assert "Write the archive" not in author.get(PAGE).text
    for where in ("export", "look", "import"):
        assert author.post(f"{PAGE}/{where}").status_code == 403
        assert stranger.post(f"{PAGE}/{where}").status_code == 403
    assert stranger.get(PAGE).status_code == 403
