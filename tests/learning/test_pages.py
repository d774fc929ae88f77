"""What a learner sees before anything is required, while reading, and of others: nothing."""

import gzip

import pytest
from sqlalchemy.orm import Session

from coursesite.content.queries import get_module
from coursesite.content.rules import OwnPassage
from coursesite.people.models import Person
from coursesite.people.rules import Audience
from coursesite.progress.models import BlockRecord, LessonReading, ModuleRound, Note
from coursesite.progress.rules import TargetKind
from tests.browser import Browser, Queries
from tests.learning.makers import (
    a_module,
    a_path,
    publish_course,
    publish_local,
    publish_module,
    publish_path,
    publish_quiz,
)
from tests.learning.requirements import require
from tests.learning.stories import finish, pass_quiz, start_quiz
from tests.makers import make_person

LESSON = "/modules/the-door/at-the-door"


@pytest.fixture
def learner(session: Session) -> Person:
    publish_course(session)
    return make_person(session)


def test_a_page_for_each_thing(session: Session, browser: Browser, learner: Person) -> None:
    client = browser.sign_in(learner)
    for address, words in [
        ("/learn", "Start with lesson 1"),
        ("/paths/prison", "In preparation"),
        ("/modules/the-door", "say what happens next"),
        (LESSON, "A girl of seven opens"),
        ("/modules/the-door/checklist", "Breathe."),
        ("/quizzes/the-door", "You pass with 80 %"),
        ("/record", "Nothing completed yet"),
    ]:
        response = client.get(address)
        assert response.status_code == 200, address
        assert words in response.text, address


def test_a_module_says_what_to_remember_what_may_hurt_and_what_to_read_on(
    session: Session, browser: Browser, learner: Person
) -> None:
    told = a_module(further_reading=("Our messages, 2018",), sensitive=("distress", "violence"))
    publish_module(session, told)
    page = browser.sign_in(learner).get("/modules/the-door").text

    assert "<p>Say your name first.</p>" in page
    assert "Some passages speak of:" in page
    assert "violence" in page
    assert "Our messages, 2018</li>" in page


@pytest.mark.parametrize(
    "address",
    [
        "/paths/nothing",
        "/modules/nothing",
        "/modules/the-door/nothing",
        "/modules/nothing/checklist",
        "/quizzes/nothing",
        "/quizzes/the-door/attempts/99",
        "/modules/the-door/revisions/0123456789ab",
        "/modules/the-door/revisions/%25",
    ],
)
def test_what_is_not_there(browser: Browser, learner: Person, address: str) -> None:
    assert browser.sign_in(learner).get(address).status_code == 404


def test_somebody_for_whom_there_is_nothing(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session, audience=Audience.JUDGES))
    assert "Nothing to learn yet" in client.get("/learn").text


def test_no_page_asks_more_than_six_questions(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    client.post(LESSON + "/read")
    started = client.post("/quizzes/the-door/attempts")
    handed_in = client.post("/quizzes/the-door/attempts", follow_redirects=False).location
    assert handed_in == started.location
    addresses = [
        "/learn",
        "/paths/prison",
        "/modules/the-door",
        LESSON,
        "/modules/the-door/checklist",
        "/quizzes/the-door",
        started.location,
        "/record",
    ]
    for address in addresses:
        client.get(address)
        connection = session.connection()
        with Queries(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 6, (address, queries.statements)


def test_reading_goes_from_lesson_to_lesson(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    page = client.get(LESSON)
    assert "Mark as read and go on" in page.text
    assert client.post(LESSON + "/read").location == "/modules/the-door/afterwards"
    assert client.post("/modules/the-door/afterwards/read").location == "/quizzes/the-door"
    client.post(LESSON + "/read")
    assert session.query(LessonReading).count() == 2
    assert "2 of 2 lessons read" in client.get("/modules/the-door").text
    assert "Take the quiz" in client.get("/learn").text


def test_a_lesson_is_read_on_the_revision_that_was_shown(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    client.get(LESSON)
    shown = session.query(LessonReading)
    old = _name(client.get(LESSON).text)
    publish_module(session, a_module(title="The door, revised"))
    client.post(LESSON + "/read", {"revision": old})
    assert shown.one().revision_id != _live_id(session)
    assert "The door, revision" in client.get(f"/modules/the-door/revisions/{old}").text


def _name(page: str) -> str:
    return page.split('name="revision" value="')[1][:12]


def _live_id(session: Session) -> int:
    return get_module(session, "the-door", "en").revision_id


def test_an_old_revision_is_not_for_those_who_did_not_learn_from_it(
    session: Session, browser: Browser, learner: Person
) -> None:
    old = _name(browser.sign_in(learner).get(LESSON).text)
    publish_module(session, a_module(title="The door, revised"))
    stranger = browser.sign_in(make_person(session))
    assert stranger.get(f"/modules/the-door/revisions/{old}").status_code == 404


def test_a_check_answers_at_once_and_keeps_no_mark(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    check = LESSON + "/checks/who-first"
    assert "Check my answer" in client.get(LESSON).text
    assert "She is no informant." not in client.get(LESSON).text
    wrong = client.post(check, {"choice": "ask-child"})
    assert "She is no informant." in wrong.text
    assert session.query(BlockRecord).count() == 0
    assert "Choose an answer first." in client.post(check).text
    right = client.post(check, {"choice": "ask-adults"}, headers={"X-Requested-With": "fetch"})
    assert "That is it." in right.text
    assert "<html" not in right.text
    assert session.query(BlockRecord).one().state == {"chosen": ["ask-adults"]}
    assert "That is it." in client.get(LESSON).text
    assert client.post(check, {"choice": "gone"}).status_code == 422
    assert client.post(LESSON + "/checks/none").status_code == 404


def test_each_learner_has_a_token_of_their_own_in_the_same_lesson(
    session: Session, browser: Browser, learner: Person
) -> None:
    first = browser.sign_in(learner)
    first.get(LESSON)
    second = browser.sign_in(make_person(session))
    page = second.get(LESSON).text
    assert second.token in page
    assert first.token not in page
    assert "\ue010" not in page
    assert "\ue020" not in page


def test_of_a_lesson_kept_for_many_each_learner_sees_their_own(
    session: Session, browser: Browser, learner: Person
) -> None:
    browser.sign_in(learner).get(LESSON)
    other = make_person(session, given_name="Zoë", family_name="<i>Ng</i>")
    client = browser.sign_in(other)
    client.post(LESSON + "/notes/last-time", {"note": "Only mine <b>"})
    plain = client.get(LESSON)
    packed = client.client.get(LESSON, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) * 0.7
    assert gzip.decompress(packed.data) == plain.data
    for theirs in ("Zoë &lt;i&gt;Ng&lt;/i&gt;", "Only mine &lt;b&gt;"):
        assert theirs in plain.text
        assert theirs not in browser.sign_in(learner).get(LESSON).text


def test_a_lesson_says_what_the_page_before_wanted_to_say_once(
    browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    client.get(LESSON)
    with client.client.session_transaction() as sent:
        sent["_flashes"] = [("success", "Kept <b>.")]
    assert "Kept &lt;b&gt;." in client.get(LESSON).text
    assert "Kept" not in client.get(LESSON).text


def test_what_the_organisation_filled_in(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    page = client.get(LESSON).text
    assert "<b>duty phone</b> (not yet filled in: ask your supervisor)" in page
    assert "General guidance" in page
    html = "<p>The governor decides.</p>"
    own = {"who-decides": OwnPassage("The governor decides.", (html,))}
    publish_local(session, learner.organisation, {"duty_phone": "<b>112</b>"}, own)
    page = client.get(LESSON).text
    assert "&lt;b&gt;112&lt;/b&gt;" in page
    assert html in page
    assert "General guidance" not in page
    assert html not in browser.sign_in(make_person(session)).get(LESSON).text


def test_a_note_is_private_and_can_be_deleted(
    session: Session, browser: Browser, learner: Person
) -> None:
    client, colleague = browser.sign_in(learner), browser.sign_in(make_person(session))
    address = LESSON + "/notes/last-time"
    assert client.post(address, {"note": "I was <too> loud."}).status_code == 302
    assert "I was &lt;too&gt; loud." in client.get(LESSON).text
    assert "too&gt; loud" not in colleague.get(LESSON).text
    assert client.post(address, {"note": "x" * 10_001}).status_code == 422
    client.post(address, {"note": " "})
    assert session.query(Note).count() == 0
    assert client.post(LESSON + "/notes/other", {"note": "x"}).status_code == 404


def test_looking_writes_nothing(session: Session, browser: Browser, learner: Person) -> None:
    client = browser.sign_in(learner)
    for address in ("/learn", "/paths/prison", "/modules/the-door", LESSON, "/quizzes/the-door"):
        client.get(address)
    assert session.query(ModuleRound).count() == 0


def test_nor_more_when_much_is_required_and_on_record(
    session: Session, browser: Browser, learner: Person
) -> None:
    client = browser.sign_in(learner)
    for number in range(8):
        slug = f"module-{number}"
        publish_module(session, a_module(slug))
        publish_quiz(session, slug)
        publish_path(session, a_path(f"path-{number}", ("the-door", slug)))
        require(session, learner, TargetKind.PATH, f"path-{number}")
        finish(session, client, slug)
    pass_quiz(session, client)
    result = start_quiz(client)
    client.post(result, {"do": "anyway"})
    addresses = ["/learn", "/paths/path-1", "/modules/module-1", "/quizzes/the-door", result]
    for address in [*addresses, "/record", "/record.csv"]:
        client.get(address)
        with Queries(session.connection()) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 6, (address, queries.statements)
