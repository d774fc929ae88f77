"""The same on the authors' pages."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from coursesite import clock
from coursesite.authoring.models import ArchivedRevision, Draft, Upload, UploadPart
from coursesite.authoring.services import forget_old_uploads
from coursesite.people.models import Organisation, RoleGrant
from coursesite.people.rules import Role
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.rules import Kind
from coursesite.schedule import LONG
from tests.authoring.archives.test_archives import exported, folder, home, named, push
from tests.authoring.courses import FACTS
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

    looked = send(publisher, "look", archive)
    dry_run = publisher.get(looked.location)
    assert "The same" in dry_run.text
    assert "x.zip" in dry_run.text
    assert home.scalars(sa.select(ArchivedRevision)).all() == []

    begun = publisher.post(looked.location)
    assert publisher.post(looked.location).status_code == 409
    assert send(publisher, "look", archive).status_code == 422
    assert "It is being brought in" in publisher.get(looked.location).text
    with browser.app.app_context():
        work_all(LONG)
    assert "The archive is brought in: 0 published, 0" in publisher.get(begun.location).text
    assert "6 revisions" in publisher.get(looked.location).text
    assert home.scalars(sa.select(UploadPart)).all() == []
    assert len(home.scalars(sa.select(ArchivedRevision)).all()) == 6
    history = publisher.get("/authoring/modules/at-the-door/en/history").text
    assert "At other sites, as their archives tell it" in history
    assert "Children in View" in history.partition("At other sites")[2]


@pytest.fixture
def archive(home: Session, tmp_path: Path) -> bytes:
    """The course, as it was before its facts were written anew."""
    path = tmp_path / "course.zip"
    exported(home, path)
    return path.read_bytes()


def test_what_differs_of_facts_arrives_as_a_draft_too(
    home: Session, folder: Path, keepers: Any, publisher: Client, browser: Browser
) -> None:
    (folder / "content/facts.yaml").write_text(FACTS + "    caution: An estimate.\n", "utf-8")
    push(home, folder)
    exported(home, folder / "newer.zip")
    newer = (folder / "newer.zip").read_bytes()
    home.execute(sa.delete(LiveRevision).where(LiveRevision.kind == Kind.FACTS))
    home.commit()

    looked = send(publisher, "look", newer)
    page = publisher.get(looked.location).text
    assert "New: this site does not have it" in page
    assert 'name="publish_new"' in page
    home.get_one(Organisation, keepers.organisation_id).four_eyes = True
    home.commit()
    page = publisher.get(looked.location).text
    assert 'name="publish_new"' not in page
    assert "asks that somebody else approves of a text" in page
    publisher.post(looked.location, {"publish_new": "y"})
    with browser.app.app_context():
        work_all(LONG)

    page = publisher.get(looked.location).text
    assert 'href="/authoring/facts/facts/all">facts/facts</a>' in page
    assert "An estimate." in publisher.get("/authoring/facts/facts/all").text


def test_what_was_sent_is_its_sender_s_alone_and_goes_after_two_days(
    home: Session, archive: bytes, publisher: Client, keepers: Any, browser: Browser
) -> None:
    colleague = browser.sign_in(make_person(home, keepers, roles=(Role.PUBLISHER,)))
    first = send(publisher, "look", archive).location
    second = send(publisher, "look", archive).location
    assert publisher.get(first).status_code == 404
    assert publisher.get(second).status_code == 200
    for page in (second, f"{second}/forget"):
        assert colleague.post(page).status_code == 404
    assert colleague.get(second).status_code == 404

    too_old = clock.now() - timedelta(days=2, minutes=1)
    home.execute(sa.update(Upload).values(sent_at=too_old))
    assert publisher.get(second).status_code == 404  # also before a job has taken it away
    with time_machine.travel(clock.now() + timedelta(days=2, minutes=1)):
        forget_old_uploads(home)
    assert home.scalars(sa.select(UploadPart)).all() == []
    assert home.scalars(sa.select(Upload)).all() == []


def test_whoever_lost_the_role_meanwhile_brings_nothing_in(
    home: Session, archive: bytes, publisher: Client, browser: Browser
) -> None:
    looked = send(publisher, "look", archive).location
    begun = publisher.post(looked)
    home.execute(sa.update(RoleGrant).values(ends_on=date(2020, 1, 1)))
    home.commit()
    with browser.app.app_context():
        work_all(LONG)

    assert "You do not write or publish the course any more." in publisher.get(begun.location).text
    assert home.scalars(sa.select(ArchivedRevision)).all() == []


def test_what_was_sent_can_be_given_up(home: Session, archive: bytes, publisher: Client) -> None:
    looked = send(publisher, "look", archive).location
    assert publisher.post(f"{looked}/forget").status_code == 302
    assert publisher.get(looked).status_code == 404
    assert home.scalars(sa.select(UploadPart)).all() == []


def test_a_folder_becomes_a_draft_with_its_report(session: Session, author: Client) -> None:
    content = packed(
        {"a/1.md": b"A\n===\n\n![x](p.png) <div>y</div>\n", "a/p.png": saved(picture())}
    )
    answer = send(author, "markdown", content, "folder", slug="visits", title="Visits")
    assert answer.status_code == 302
    report = author.get(answer.location).text
    assert "HTML taken out, its words kept: &lt;div&gt;" in report
    draft = session.scalars(sa.select(Draft)).one()
    assert "![x](media/p.jpg) y" in draft.files["en.md"]
    assert author.get("/authoring/modules/visits/en").status_code == 200
    again = send(author, "markdown", content, "folder", slug="visits", title="Visits")
    assert "of the name visits already" in again.text


def test_a_large_folder_becomes_a_draft_in_the_background(
    session: Session, author: Client, browser: Browser
) -> None:
    files = {"1.md": b"# A\n\n![x](p.png) ![y](q.png)\n", "p.png": saved(picture()), "q.png": b"x"}
    content = packed({**files, "notes.txt": bytes(1024**2)})
    begun = send(author, "markdown", content, "folder", slug="visits", title="Visits")
    assert begun.location.startswith("/jobs/")
    assert session.scalars(sa.select(Draft)).all() == []
    with browser.app.app_context():
        work_all(LONG)

    [back] = re.findall('href="(/authoring/archives/[0-9]+)"', author.get(begun.location).text)
    report = author.get(back).text
    assert "q.png is left out" in report
    assert "![x](media/p.jpg)" in session.scalars(sa.select(Draft)).one().files["en.md"]


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
    for where in ("export", "look", "1"):
        assert author.post(f"{PAGE}/{where}").status_code == 403
        assert stranger.post(f"{PAGE}/{where}").status_code == 403
    assert stranger.get(PAGE).status_code == 403
