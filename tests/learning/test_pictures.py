"""Pictures come in the size that a screen needs, and to nobody who may not see the whole one."""

import re
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.content.jobs import narrow_what_is_left
from coursesite.content.models import Media, NarrowerPicture
from coursesite.content.services import keep_media, remove_media, show_media
from coursesite.jobs.services import run_next
from coursesite.learning.views.pictures import ALL, set_pictures
from coursesite.people.rules import Role
from coursesite.schedule import HANDLERS
from tests.authoring.archives.test_commands import run
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.authoring.test_library import LESSON
from tests.authoring.test_media import push
from tests.browser import Browser, Client, Queries
from tests.content.intake.files import from_a_phone, opened, picture, saved
from tests.content.intake.test_narrower import photograph
from tests.makers import make_organisation, make_person, make_unit

SLUG = "at-the-door"
PHOTOGRAPH = saved(photograph())
TEXT = MODULE.replace(
    "Many children",
    "![A door](media/door.jpg)\n\nSee ![its lock](media/door.jpg){width=200} and "
    "![a bell](media/bell.png).\n\n![The way](media/way.svg)\n\nMany children",
).replace("- [ ] Ask who", "![A door](media/door.jpg)\n\n- [ ] Ask who")


@pytest.fixture
def course(session: Session, tmp_path: Path) -> Path:
    """With a photograph, one as small as a letter, and a drawing."""
    small_course(tmp_path)
    (tmp_path / EN_MD).write_text(TEXT, "utf-8")
    media = (tmp_path / EN_MD).parent / "media"
    media.mkdir()
    (media / "door.jpg").write_bytes(PHOTOGRAPH)
    (media / "bell.png").write_bytes(saved(picture(), "PNG"))
    (media / "way.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>")
    push(session, tmp_path)
    return tmp_path


@pytest.fixture
def learner(session: Session, browser: Browser) -> Client:
    return browser.sign_in(make_person(session))


@pytest.fixture
def author(session: Session, browser: Browser) -> Client:
    home = make_unit(session, make_organisation(session, keeps_course=True))
    return browser.sign_in(make_person(session, home, roles=(Role.AUTHOR, Role.PUBLISHER)))


def work(session: Session) -> None:
    while run_next(session, HANDLERS):
        pass


def images_in(page: str) -> list[str]:
    return re.findall(r"<img [^>]*>", page.partition("<h1")[2])


def widths_in(image: str) -> list[str]:
    found = re.search(r'srcset="([^"]*)"', image)
    return [each.split()[1] for each in found[1].split(", ")] if found else []


@pytest.mark.usefixtures("course")
def test_a_lesson_offers_each_picture_in_the_sizes_that_are_worth_it(learner: Client) -> None:
    door, lock, bell, way, *_more = images_in(learner.get(LESSON).text)

    assert widths_in(door) == widths_in(lock) == ["480w", "960w", "1280w"]
    assert ', (min-width: 512px) 480px, calc(100vw - 2rem)"' in door
    assert ', (min-width: 232px) 200px, calc(100vw - 2rem)"' in lock
    assert widths_in(bell) == widths_in(way) == []
    assert [' loading="lazy" decoding="async"' in each for each in (door, lock, bell, way)] == [
        False,
        True,
        True,
        True,
    ]
    assert all(' width="' in each and ' height="' in each for each in (door, lock, bell, way))


@pytest.mark.usefixtures("course")
def test_paper_has_the_pictures_as_they_were_sent(learner: Client) -> None:
    (door,) = images_in(learner.get(f"/modules/{SLUG}/checklist").text)
    assert ("srcset" in door, "lazy" in door) == (False, False)


@pytest.mark.usefixtures("course")
def test_a_smaller_copy_takes_the_place_of_the_picture_once_it_is_made(
    session: Session, learner: Client
) -> None:
    door = images_in(learner.get(LESSON).text)[0]
    small, middle, whole = re.findall(r"(/modules\S+) [0-9]+w", door)
    before = learner.get(small)
    assert (before.get_data(), "immutable" in before.headers["Cache-Control"]) == (
        PHOTOGRAPH,
        False,
    )

    work(session)

    after = learner.get(small)
    assert opened(after.get_data()).size == (480, 240)
    assert after.headers["Content-Type"] in {"image/webp", "image/jpeg"}
    assert after.headers["Cache-Control"] == learner.get(whole).headers["Cache-Control"]
    assert after.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert len(after.get_data()) < len(learner.get(middle).get_data()) < len(PHOTOGRAPH)
    assert learner.get(whole).get_data() == PHOTOGRAPH
    told = {"If-None-Match": after.headers["ETag"]}
    assert learner.get(small, headers=told).status_code == 304
    assert learner.get(middle, headers=told).status_code == 200
    assert learner.get(small.replace("/480/", "/481/")).status_code == 404
    assert learner.get(small.replace(SLUG, "elsewhere")).status_code == 404


def test_a_copy_is_seen_by_whoever_may_see_the_picture(
    session: Session, browser: Browser, author: Client, learner: Client
) -> None:
    kept = keep_media(session, SLUG, "media/door.jpg", PHOTOGRAPH, SITE)
    session.commit()
    work(session)
    address = f"/modules/{SLUG}/media/{kept.digest}/480/door.jpg"
    assert (author.get(address).status_code, learner.get(address).status_code) == (200, 404)
    assert browser.anonymous().get(address).status_code == 302

    show_media(session, SLUG, {"media/door.jpg": kept.digest})
    session.commit()
    assert learner.get(address).status_code == 200


def test_copies_go_with_their_picture(session: Session) -> None:
    kept = keep_media(session, SLUG, "media/door.jpg", PHOTOGRAPH, SITE)
    session.commit()
    work(session)
    assert len(session.scalars(sa.select(NarrowerPicture)).all()) == 2
    session.execute(sa.delete(NarrowerPicture))
    narrow_what_is_left(session)

    remove_media(session, kept, SITE)
    session.commit()
    work(session)  # asked for, and then taken away

    assert session.scalars(sa.select(NarrowerPicture)).all() == []


def test_no_copy_is_made_of_what_would_not_be_taken_in_today(session: Session) -> None:
    for name, content in {
        "telling.jpg": from_a_phone(),
        "cut.jpg": PHOTOGRAPH[:-20],
        "liar.png": PHOTOGRAPH,
        "page.jpg": b"<html>",
    }.items():
        keep_media(session, SLUG, f"media/{name}", content, SITE)
    session.commit()
    work(session)

    made = session.execute(sa.select(NarrowerPicture.data, NarrowerPicture.mimetype)).all()
    assert (len(made), {tuple(each) for each in made}) == (8, {(None, None)})
    assert narrow_what_is_left(session) == 0


@pytest.mark.usefixtures("course")
def test_what_was_there_before_has_its_copies_made(app: Flask, session: Session) -> None:
    session.execute(sa.delete(NarrowerPicture))
    session.commit()
    assert run(app, "narrow-pictures") == (0, "2 pictures were looked at.\n")
    assert run(app, "narrow-pictures") == (0, "0 pictures were looked at.\n")
    found = sa.select(Media.name, sa.func.count(NarrowerPicture.data)).join(NarrowerPicture)
    made = session.execute(found.group_by(Media.name).order_by(Media.name)).all()
    assert [tuple(each) for each in made] == [("bell.png", 0), ("door.jpg", 2)]


@pytest.mark.usefixtures("course")
def test_authors_see_the_sizes_that_learners_will(author: Client) -> None:
    page = author.get(f"/authoring/modules/{SLUG}/en").text
    shown = [each for each in images_in(page) if "srcset" in each]
    assert [widths_in(each) for each in shown] == [["480w", "960w", "1280w"]] * 3
    assert not [each for each in shown if "lazy" in each]


@pytest.mark.usefixtures("course")
def test_a_changed_passage_offers_them_too(app: Flask, session: Session) -> None:
    (kept,) = session.scalars(sa.select(Media).where(Media.name == "door.jpg"))
    address = f"/modules/{SLUG}/media/{kept.digest}/door.jpg"
    with app.test_request_context():
        html = set_pictures(f'<p><img src="{address}" alt="It" width="1280" height="640"></p>', 0)
    assert widths_in(html) == ["480w", "960w", "1280w"]
    assert ' loading="lazy"' in html


@pytest.mark.usefixtures("course")
def test_no_copy_leaves_with_the_course(app: Flask, session: Session, tmp_path: Path) -> None:
    files = [tmp_path / "before.zip", tmp_path / "after.zip"]
    assert run(app, "export-archive", str(files[0]))[0] == 0
    work(session)
    assert session.scalar(sa.select(sa.func.count(NarrowerPicture.data))) == 2
    assert run(app, "export-archive", str(files[1]))[0] == 0
    before, after = (zipfile.ZipFile(each).namelist() for each in files)
    assert before == after


@pytest.mark.usefixtures("course")
def test_a_lesson_asks_no_more_questions_for_its_pictures(
    session: Session, learner: Client
) -> None:
    learner.get(LESSON)
    with Queries(session.connection()) as queries:
        learner.get(LESSON)
    assert not [each for each in queries.statements if "media" in each]


@pytest.mark.parametrize(
    "html",
    [
        "<p>No picture.</p>",
        '<p><img alt="An old one" src="/modules/at-the-door/media/door.jpg"></p>',
        '<p><img alt="Elsewhere" src="https://example.org/a.png"></p>',
        f'<p><img alt="Gone" src="/modules/at-the-door/media/{"0" * 64}/a.png"></p>',
        '<p><img alt="1 > 0 src=" width="5" src="/modules/x/media/a.png"></p>',
    ],
)
def test_what_has_no_sizes_stays_as_it_is(app: Flask, session: Session, html: str) -> None:
    with app.test_request_context():
        assert set_pictures(html, ALL) == html
        assert set_pictures(html, 0) == html.replace(
            "<img ", '<img loading="lazy" decoding="async" '
        )


def test_a_film_is_told_on_paper_where_its_player_would_be_empty(app: Flask) -> None:
    film = '<video controls src="/x.mp4" aria-label="A &lt;hall&gt;"><track src="/x.vtt"></video>'
    with app.test_request_context():
        drawn = set_pictures(f"<p>{film}</p>")
    said = '<span lang="en">A film, to be watched on this page of the course:</span>'
    assert drawn == f'<p>{film}<span class="film-on-paper">{said} A &lt;hall&gt;</span></p>'
