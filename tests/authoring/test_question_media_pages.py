"""Authors put pictures into questions by the form; the quiz shows what it showed for good."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.queries import drafts_of
from coursesite.authoring.rules import TextId
from coursesite.content.models import Media
from coursesite.people.rules import Role
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from tests.authoring.courses import QUIZ
from tests.authoring.test_desk import QUESTIONS, publish_small_course
from tests.authoring.test_library import LIBRARY, publish, send
from tests.authoring.test_question_forms import lines_changed
from tests.authoring.test_question_pages import save, text_of
from tests.browser import Browser, Client
from tests.content.intake.files import picture, saved
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def author(session: Session, browser: Browser, tmp_path: Path) -> Client:
    """She may publish, too."""
    publish_small_course(session, tmp_path)
    home = make_unit(session, make_organisation(session, keeps_course=True))
    return browser.sign_in(make_person(session, home, roles=(Role.AUTHOR, Role.PUBLISHER)))


def test_an_author_puts_a_picture_into_a_question(
    session: Session, author: Client, browser: Browser
) -> None:
    form = author.get(f"{QUESTIONS}/questions/question-1").text
    library = unescape(re.findall(r'href="([^"]*)" data-dialog="#to-insert"', form)[0])
    assert library == f"{LIBRARY}?question=question-1"
    assert 'name="question" type="hidden" value="question-1"' in author.get(library).text

    added = send(
        author, "right.png", saved(picture(), "PNG"), question="question-1", words="A bridge"
    )
    assert added.location == f"{QUESTIONS}/questions/question-1"
    offered = unescape(author.get(library).text)
    assert 'data-insert="![A bridge](media/right.png)"' in offered
    save(author, f"{QUESTIONS}/questions/question-1", text="![A bridge](media/right.png) Where to?")
    assert text_of(author) == QUIZ.replace(
        "text: What comes first, 1?", 'text: "![A bridge](media/right.png) Where to?"'
    )

    address = (
        f"/modules/at-the-door/media/{session.scalars(sa.select(Media)).one().digest}/asked.png"
    )
    tried = author.get(f"{QUESTIONS}/questions/question-1/try").text
    assert f'<img alt="A bridge" src="{address}" width="40" height="20">' in tried
    assert address in author.get(QUESTIONS).text
    # Seen by authors alone until it is published.
    learner = browser.sign_in(make_person(session))
    assert learner.get(address).status_code == 404
    publish(author, QUESTIONS)
    assert learner.get(address).status_code == 200
    assert browser.anonymous().get(address).status_code == 302
    page = author.get(LIBRARY).text
    assert "quiz, en" in page
    assert "Unused" not in page
    assert author.post(f"{LIBRARY}/right.png/remove").status_code == 422


def test_what_a_quiz_shows_is_replaced_in_the_draft_of_the_quiz(
    session: Session, author: Client
) -> None:
    send(author, "door.png", saved(picture(), "PNG"), words="A door")
    save(author, f"{QUESTIONS}/questions/question-1", text="![A door](media/door.png) What now?")
    publish(author, QUESTIONS)
    before = find_live(session, Kind.QUIZ, "at-the-door", "en")

    page = send(
        author, "new.png", saved(picture(size=(20, 20)), "PNG"), f"{LIBRARY}/door.png/replace"
    )
    assert page.status_code == 302
    assert "quiz, en" in author.get(page.location).text
    assert drafts_of(session, TextId(Kind.MODULE, "at-the-door", "en")) == []
    publish(author, QUESTIONS)
    session.expire_all()
    after = find_live(session, Kind.QUIZ, "at-the-door", "en")

    assert before
    assert after
    then, now = (
        re.findall("[0-9a-f]{64}", json.dumps(each.rendered))[0] for each in (before, after)
    )
    assert then != now
    assert [then in before.files["media.sha256"], now in after.files["media.sha256"]] == [True] * 2
    assert author.get(f"/modules/at-the-door/media/{then}/asked.png").status_code == 200


def test_a_form_lets_go_of_no_comment_when_a_picture_comes(author: Client) -> None:
    commented = QUIZ.replace("  - id: question-2", "  # about two\n  - id: question-2")
    author.post(QUESTIONS, {"source": commented, "seen": "0", "live": ""})
    save(
        author,
        f"{QUESTIONS}/questions/question-2",
        explanation="![A gate](media/gate.png)\n\nThis.",
    )

    changed = lines_changed(commented, text_of(author))
    assert changed == [
        "-    explanation: It slows the first seconds down.", "+    explanation: |-",
        "+      ![A gate](media/gate.png)", "+", "+      This.",
    ]  # fmt: skip
    page = unescape(author.get(f"{QUESTIONS}/questions/question-2").text)
    assert "the module has no media/gate.png" in page
