"""The library of a module: authors add files, say what they show, replace and remove them."""

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.authoring.queries import find_draft
from coursesite.authoring.rules import TextId
from coursesite.content.models import Media
from coursesite.content.services import remove_media
from coursesite.errors import Conflict
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.authoring.test_desk import form_of
from tests.authoring.test_media import DOOR, DOOR_SVG, address_in, push
from tests.browser import Browser, Client, Queries
from tests.content.intake.files import film, from_a_phone, opened, picture, saved
from tests.makers import make_organisation, make_person, make_unit

TEXT = TextId(Kind.MODULE, "at-the-door", "en")
DESK = "/authoring/modules/at-the-door/en"
LIBRARY = f"{DESK}/media"
LESSON = "/modules/at-the-door/first-two-minutes"
SCRIPTED = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>1</script><g/></svg>"


@pytest.fixture
def home(session: Session) -> Any:
    return make_unit(session, make_organisation(session, keeps_course=True))


@pytest.fixture
def ada(session: Session, home: Any) -> Person:
    return make_person(session, home, roles=(Role.AUTHOR, Role.PUBLISHER), family_name="Ada")


@pytest.fixture
def author(ada: Person, browser: Browser) -> Client:
    return browser.sign_in(ada)


@pytest.fixture
def other(session: Session, home: Any, browser: Browser) -> Client:
    return browser.sign_in(make_person(session, home, roles=(Role.AUTHOR,), family_name="Bo"))


@pytest.fixture
def learner(session: Session, browser: Browser) -> Client:
    return browser.sign_in(make_person(session))


@pytest.fixture(autouse=True)
def course(session: Session, tmp_path: Path) -> Path:
    """Its lesson shows a door."""
    small_course(tmp_path)
    (tmp_path / EN_MD).write_text(
        MODULE.replace("Many children", "![A door](media/door.svg)\n\nMany children"), "utf-8"
    )
    (tmp_path / DOOR_SVG).parent.mkdir()
    (tmp_path / DOOR_SVG).write_bytes(DOOR)
    push(session, tmp_path)
    return tmp_path


def send(client: Client, name: str, content: bytes, where: str = LIBRARY, **fields: str) -> Any:
    client.get(LIBRARY)
    file = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"words": "What it is", **fields, "file": file})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(where, data=body, content_type=kind)


def save(client: Client, text: str) -> None:
    page = client.get(DESK).text
    seen = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    live = page.split('name="live" value="', 1)[1].split('"', 1)[0]
    client.post(DESK, data={"source": text, "seen": seen, "live": live})


def publish(client: Client, desk: str = DESK) -> None:
    page = client.get(f"{desk}/publish").text
    names = ("seen", "live", "draft")
    data = {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in names}
    answer = client.post(f"{desk}/publish", data={**data, "change": "minor", "note": "New picture"})
    assert answer.status_code == 302, answer.text


def test_an_author_adds_a_picture_and_learners_see_it_once_it_is_published(
    session: Session, author: Client, learner: Client
) -> None:
    answer = send(author, "My Visit.JPG", from_a_phone(), words="A visiting room")
    page = author.get(answer.location).text
    assert "![A visiting room](media/my-visit.jpg)" in page
    media = session.scalars(sa.select(Media).where(Media.name == "my-visit.jpg")).one()
    address = f"/modules/at-the-door/media/{media.digest}/my-visit.jpg"
    assert "![A visiting room](media/my-visit.jpg)" in author.get(DESK).text
    assert opened(author.get(address).get_data()).size == (20, 40)
    assert learner.get(address).status_code == 404

    save(author, MODULE.replace("Many", "![A visiting room](media/my-visit.jpg)\n\nMany"))
    assert address in author.get(DESK).text
    assert learner.get(address).status_code == 404
    publish(author)

    assert address in learner.get(LESSON).text
    assert learner.get(address).status_code == 200
    assert session.scalars(sa.select(Event).where(Event.kind == "media-kept")).all()


def test_a_file_is_replaced_in_one_s_own_draft_and_old_revisions_show_the_old_one(
    session: Session, author: Client, other: Client, learner: Client, ada: Person
) -> None:
    before = find_live(session, Kind.MODULE, "at-the-door", "en")
    assert before
    was = address_in(learner.get(LESSON).text)
    save(other, MODULE.replace("Many", "![A door](media/door.svg)\n\nSo many"))

    answer = send(author, "new.svg", SCRIPTED, f"{LIBRARY}/door.svg/replace")

    assert answer.status_code == 302
    assert address_in(learner.get(LESSON).text) == was
    assert was in other.get(DESK).text
    assert "media.sha256" in author.get(f"{DESK}/publish").text
    draft = find_draft(session, TEXT, ada.id)
    assert draft
    assert draft.files["media.sha256"] != before.files["media.sha256"]
    publish(author)

    now = address_in(learner.get(LESSON).text)
    assert now != was
    assert b"script" not in learner.get(now).get_data()
    assert learner.get(was).get_data() == DOOR
    assert was in author.get(f"/modules/at-the-door/revisions/{before.digest[:12]}").text
    assert was in other.get(DESK).text
    assert "2 versions" in author.get(LIBRARY).text


def test_the_questions_of_a_new_module_are_written_beside_its_draft_with_a_picture(
    author: Client,
) -> None:
    url = author.post("/authoring/modules/new", {"title": "On time", "slug": "core-9"}).location
    send(author, "clock.png", saved(picture("PNG"), "PNG"), f"{url}/media")
    form = form_of(author, url)
    text = form["source"].replace('""', "One")
    text = text.replace("Begin here.", "![A clock](media/clock.png)")
    author.post(url, form | {"source": text})

    quiz = url.replace("/modules/", "/quizzes/")
    begun = author.post(f"{quiz}/questions", {"type": "single", "id": "who-waits"}).location

    assert '<option value="3">3: One</option>' in author.get(begun).text
    assert "objective 3 is not tested" in author.get(f"{quiz}/questions").text


def test_a_file_is_not_replaced_by_one_of_another_type(session: Session, author: Client) -> None:
    answer = send(author, "new.png", saved(picture(), "PNG"), f"{LIBRARY}/door.svg/replace")

    assert answer.status_code == 422
    assert "is of another type than door.svg" in answer.text
    assert session.scalars(sa.select(Media.name)).all() == ["door.svg"]


def test_the_library_says_what_is_shown_where(
    author: Client, other: Client, session: Session
) -> None:
    send(author, "spare.png", saved(picture(), "PNG"), words="A spare one")
    save(other, MODULE.replace("Many", "![A door](media/door.svg)\n\nSo many"))

    page = author.get(LIBRARY).text
    assert "Unused" in page
    assert "Published" in page
    assert "Bo" in page
    with Queries(session.get_bind()) as asked:
        author.get(LIBRARY)
    assert len(asked) <= 8


def test_only_what_is_nowhere_shown_and_never_published_can_be_removed(author: Client) -> None:
    send(author, "spare.png", saved(picture(), "PNG"))
    assert author.post(f"{LIBRARY}/door.svg/remove").status_code == 422
    assert author.post(f"{LIBRARY}/spare.png/remove").status_code == 302
    assert author.get(f"{LIBRARY}/spare.png").status_code == 404
    assert author.get(f"{LIBRARY}/door.svg").status_code == 200


def test_a_drawing_is_kept_without_its_script_and_that_is_said(author: Client) -> None:
    answer = send(author, "map.svg", SCRIPTED)
    assert "&lt;script&gt;" in author.get(answer.location).text


def test_sound_needs_its_transcript_and_film_its_captions(session: Session, author: Client) -> None:
    refused = send(author, "visit.mp4", film())
    assert refused.status_code == 422
    assert "captions of the film with their times" in refused.text
    wrong = send(author, "visit.mp4", film(), text="Hello")
    assert "begins with WEBVTT" in wrong.text.partition('id="file"')[0]

    captions = "WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n"
    answer = send(author, "visit.mp4", film(), text=captions, words="A visit")
    assert answer.status_code == 302
    save(author, MODULE.replace("Many", "![A visit](media/visit.mp4)\n\nMany"))
    page = author.get(DESK).text
    assert '<video controls preload="none"' in page
    assert "/visit.vtt" in page
    names = session.scalars(sa.select(Media.name).order_by(Media.name)).all()
    assert names == ["door.svg", "visit.mp4", "visit.vtt"]


def test_captions_that_another_program_made_are_taken(session: Session, author: Client) -> None:
    subrip = "1\r\n00:00:01,000 --> 00:00:04,500\r\nHello, you.\r\n"
    answer = send(author, "visit.mp4", film(), text=subrip, words="A visit")
    assert answer.status_code == 302
    kept = session.scalars(sa.select(Media).where(Media.name == "visit.vtt")).one()
    captions = author.get(f"/modules/at-the-door/media/{kept.digest}/{kept.name}").text
    assert captions == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.500\nHello, you.\n"


def test_a_picture_has_words_or_is_decorative(author: Client) -> None:
    content = saved(picture(), "PNG")
    assert "Say in words what it shows or is" in send(author, "a.png", content, words=" ").text
    answer = send(author, "a.png", content, words="", decorative="y")
    assert "![](media/a.png){.decorative}" in author.get(answer.location).text

    author.post(f"{LIBRARY}/a.png", data={"words": "A [red] wall"})
    assert "![A \\[red\\] wall](media/a.png)" in author.get(f"{LIBRARY}/a.png").text


def test_what_is_refused_is_told_and_the_form_keeps_what_was_written(author: Client) -> None:
    answer = send(author, "door.png", b"<html>", words="A long and careful description")
    assert answer.status_code == 422
    assert "no picture of a type" in answer.text
    assert "A long and careful description" in answer.text
    assert "has a file of the name door.svg" in send(author, "../door.svg", DOOR).text


def test_an_upload_that_is_too_large_is_refused_before_it_is_read_and_its_form_is_kept(
    session: Session, author: Client
) -> None:
    answer = send(
        author,
        "film.mp4",
        bytes(50 * 1024 * 1024),
        words="The whole visit",
        text="WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n",
    )
    assert answer.status_code == 413
    assert "larger than 41 MB" in answer.text
    assert "The whole visit" in answer.text
    assert "00:01.000 --&gt; 00:04.000" in answer.text
    large = send(author, "x.png", bytes(11 * 1024 * 1024), words="A door")
    assert (large.status_code, "may have 10 MB" in large.text) == (422, True)
    assert session.scalars(sa.select(Media.name)).all() == ["door.svg"]


def test_strangers_and_learners_have_no_library(
    session: Session, browser: Browser, learner: Client
) -> None:
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR,)))
    for client in (stranger, learner):
        assert client.get(LIBRARY).status_code == 403
        answer = client.post(LIBRARY, data={"words": "x"})
        assert answer.status_code == 403
    assert session.scalars(sa.select(Media.name)).all() == ["door.svg"]


def test_what_a_published_revision_showed_is_kept_whoever_asks(session: Session) -> None:
    media = Media(module_slug="at-the-door", name="media/door.png", published_at=clock.now())
    with pytest.raises(Conflict, match="Published revisions have shown this file"):
        remove_media(session, media, SITE)
