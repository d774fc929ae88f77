"""What questions show goes wherever their quiz goes: into archives, folders and translations."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.library import media_files, read_draft, texts_in
from coursesite.authoring.rules import Newer, TextId
from coursesite.authoring.services import (
    Work,
    compare,
    pull_course,
    surroundings_of,
)
from coursesite.authoring.services.reading import new_revision
from coursesite.content.queries import content_of, get_media
from coursesite.content.services import keep_media
from coursesite.errors import Conflict
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import publish as publish_revision
from tests.authoring.archives.test_archives import brought_in, exported, other
from tests.authoring.courses import EN_MD, MODULE
from tests.authoring.test_desk import DAY, keepers
from tests.authoring.test_media import push
from tests.authoring.test_question_media import (
    GATE,
    WINDOW,
    addresses_in,
    errors_of,
    folder,
    lay_media,
    question_1,
)
from tests.authoring.test_translating import WORDS, begin, publish, translate
from tests.browser import Browser
from tests.makers import make_person

__all__ = ["folder", "keepers", "other"]


def test_an_archive_takes_along_what_questions_show(
    session: Session, folder: Path, other: Session, tmp_path: Path
) -> None:
    push(session, folder)
    before = find_live(session, Kind.QUIZ, "at-the-door", "en")
    assert before
    same = (before.digest, before.rendered)
    archive = exported(session, tmp_path / "course.zip")

    done = brought_in(other, archive, SITE)

    after = find_live(other, Kind.QUIZ, "at-the-door", "en")
    assert done.drafted == []
    assert after
    assert (after.digest, after.rendered) == same
    digest = sha256(WINDOW).hexdigest()
    kept = get_media(other, "at-the-door", "asked.svg", digest, author=False)
    assert content_of(other, kept.id) == WINDOW


def test_two_files_under_one_name_are_not_brought_together(
    session: Session, folder: Path, other: Session, tmp_path: Path
) -> None:
    """A picture was replaced in the quiz, and not yet in the module that shows it, too."""
    (folder / EN_MD).write_text(MODULE.replace("Many", "![A door](media/door.svg) Many"), "utf-8")
    push(session, folder)
    lay_media(folder, {"door.svg": GATE})
    _publish_alone(session, folder)

    with pytest.raises(Conflict, match="do not mean the same file by content/modules/at-the-door"):
        pull_course(session, tmp_path / "elsewhere")
    archive = exported(session, tmp_path / "course.zip")
    done = brought_in(other, archive, SITE)
    assert done.published == []


def _publish_alone(session: Session, folder: Path) -> None:
    """The quiz with what its names stand for now."""
    text = TextId(Kind.QUIZ, "at-the-door", "en")
    for name, content in media_files(folder, "at-the-door"):
        keep_media(session, "at-the-door", name, content, SITE)
    live = find_live(session, Kind.QUIZ, "at-the-door", "en")
    assert live
    files = {**live.files, **texts_in(folder)[text]}
    work = Work(text, files, live, None)
    reading = read_draft(text, files, surroundings_of(session, text, files, DAY))
    publish_revision(session, new_revision(work, reading), SITE, change=Change.MINOR)
    session.commit()


def test_a_translated_quiz_shows_the_picture_of_the_original(
    session: Session, browser: Browser, folder: Path, keepers: Unit
) -> None:
    push(session, folder)
    pia = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    spanish = "/authoring/quizzes/at-the-door/es"
    window = "![Una ventana con luz](media/right-answer.svg)"
    translate(pia, {"![A lit window](media/right-answer.svg)": window}, f"{spanish}/translate")
    publish(pia, spanish)

    learner = browser.sign_in(make_person(session, language="es"))
    page = learner.get(learner.post("/quizzes/at-the-door/attempts").location).text

    digest = sha256(WINDOW).hexdigest()
    place = f"/modules/at-the-door/media/{digest}/asked.svg"
    assert f'alt="Una ventana con luz" src="{place}"' in page
    assert re.search('<[a-z]+ class="original" lang="en"[^>]*>.*alt="A closed door"', page, re.S)
    assert [learner.get(each).status_code for each in addresses_in(question_1(page))] == [200] * 4
    assert pull_course(session, folder)
    assert not [each for each in compare(session, folder) if each.newer is not Newer.NEITHER]
    assert not errors_of(folder)
