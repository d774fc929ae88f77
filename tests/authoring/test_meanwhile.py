"""Who writes is told that somebody else published the same text meanwhile, and loses nothing."""

import re

import pytest
from sqlalchemy.orm import Session

from coursesite.people.models import Unit
from coursesite.people.rules import Role
from coursesite.revisions.queries import publications_of
from coursesite.revisions.rules import Kind
from tests.authoring.courses import MODULE, QUIZ
from tests.authoring.test_desk import EDIT, QUESTIONS, ada, author, form_of, hidden, keepers, plain
from tests.authoring.test_publishing import publish_elsewhere
from tests.browser import Browser, Client, Queries
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

BY_SCRIPT = {"headers": {"Sec-Fetch-Mode": "cors"}}
MINE = MODULE.replace("Many children", "Most children")
OTHER = MODULE.replace("What a child sees", "What a child hears")
SINCE_DRAFT = "Something else was published since you began this draft"
SINCE_PAGE = "Something else was published since you opened this page"


@pytest.fixture
def pia(session: Session, keepers: Unit, browser: Browser) -> Client:
    """Pia is a publisher of the same course."""
    return browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,), given_name="Pia"))


def publish(client: Client, url: str = EDIT, **values: str) -> None:
    page = client.get(f"{url}/publish").text
    form = {"seen": hidden(page, "seen"), "live": hidden(page, "live"), "change": "minor"}
    if 'name="draft"' in page:
        form["draft"] = hidden(page, "draft")
    answer = client.post(f"{url}/publish", {**form, "note": "A new law.", **values})
    assert answer.status_code == 302, plain(answer.text)


def told(client: Client, form: dict[str, str], url: str = EDIT) -> str:
    """What the script that saves is told."""
    answer = client.post(url, form, **BY_SCRIPT)
    assert answer.status_code == 200, answer.text
    return str((answer.json or {})["meanwhile"])


def link_to(page: str, words: str) -> str:
    found = re.search(rf'<a href="([^"]*)">{words}</a>', page)
    assert found, page
    return found[1].replace("&amp;", "&")


def test_whoever_writes_is_told_with_the_next_saving(
    session: Session, ada: Client, pia: Client
) -> None:
    form = form_of(ada, source=MINE)
    assert told(ada, form) == ""
    pia.post(EDIT, form_of(pia, source=OTHER))
    publish(pia)

    notice = told(ada, {**form, "seen": "1", "source": f"{MINE}\nOne more thing.\n"})

    assert SINCE_DRAFT in notice
    assert "Pia" in notice
    assert "your draft keeps what you write" in notice
    assert "child hears" in plain(ada.get(link_to(notice, "What changed")).text)
    assert link_to(notice, "Bring the two together") == f"{EDIT}/join/live"
    page = ada.get(f"{EDIT}/join/live").text
    ada.post(f"{EDIT}/join/live", {"mark": hidden(page, "mark")})
    both = form_of(ada)
    assert "child hears" in both["source"]
    assert "Most children" in both["source"]
    assert "One more thing." in both["source"]
    assert SINCE_DRAFT not in ada.get(EDIT).text
    assert told(ada, {**both, "source": both["source"] + "\nAnd another.\n"}) == ""


def test_without_a_script_the_preview_tells_it_before_there_is_a_draft(
    session: Session, ada: Client
) -> None:
    form = form_of(ada, source=MINE)
    publish_elsewhere(session, OTHER)

    page = ada.post(f"{EDIT}/preview", form).text

    assert SINCE_PAGE in page
    assert "what you write becomes a draft" in page
    assert "Bring the two together" not in page
    assert hidden(page, "live") == form["live"]
    ada.post(EDIT, {**form_of_page(page), "source": MINE})
    page = ada.get(EDIT).text
    assert SINCE_DRAFT in page
    assert "Bring the two together" in page


def form_of_page(page: str) -> dict[str, str]:
    return {"seen": hidden(page, "seen"), "live": hidden(page, "live")}


def test_whose_draft_is_published_while_they_write_is_told_and_keeps_the_rest(
    session: Session, ada: Client, pia: Client
) -> None:
    ada.post(EDIT, form_of(ada, source=MINE))
    form = form_of(ada, source=f"{MINE}\nOne more thing.\n")
    publish(pia)

    page = ada.post(f"{EDIT}/preview", form).text
    assert "Your draft was published or given up with it" in page
    late = ada.post(EDIT, form, **BY_SCRIPT)
    assert late.status_code == 409
    assert "Your draft was published or given up meanwhile" in (late.json or {})["message"]
    page = ada.post(EDIT, form).text
    assert "Your draft was published or given up while you were writing here" in page
    assert "another window" not in page
    assert "From what is published to the text of this window" in page
    ada.post(EDIT, {**form, **form_of_page(page)})
    assert "One more thing." in form_of(ada)["source"]
    assert SINCE_DRAFT not in ada.get(EDIT).text


def test_questions_tell_it_in_their_forms(session: Session, ada: Client, pia: Client) -> None:
    one = f"{QUESTIONS}/questions/question-1"
    ada.post(QUESTIONS, form_of(ada, QUESTIONS, source=QUIZ.replace("What", "Which")))
    pia.post(QUESTIONS, form_of(pia, QUESTIONS, source=QUIZ.replace("type:", "type: ")))
    publish(pia, QUESTIONS)

    page = ada.get(one).text
    assert SINCE_DRAFT in page
    form = {"digest": hidden(page, "digest"), "seen": hidden(page, "seen"), "text": "Which?"}
    assert SINCE_DRAFT in told(ada, form, one)


def test_while_nothing_was_published_nobody_is_asked_for_it(session: Session, ada: Client) -> None:
    form = form_of(ada, source=MINE)
    with Queries(session.connection()) as before:
        ada.post(EDIT, form, **BY_SCRIPT)
    publish_elsewhere(session, OTHER)
    form = {**form, "seen": "1", "source": MINE + "\nMore.\n"}
    with Queries(session.connection()) as after:
        ada.post(EDIT, form, **BY_SCRIPT)

    assert len(before) <= 10
    assert len(after) <= 10


def test_what_a_page_says_that_it_saw_may_be_invented(ada: Client) -> None:
    page = ada.post(f"{EDIT}/preview", {**form_of(ada), "live": "999999"}).text

    assert SINCE_PAGE in page
    assert "What is published" in page


def test_two_publishers_press_the_button_on_one_draft(
    session: Session, ada: Client, pia: Client, keepers: Unit, browser: Browser
) -> None:
    paul = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    ada.post(EDIT, form_of(ada, source=MINE))
    page = paul.get(f"{EDIT}/publish").text
    form = {name: hidden(page, name) for name in ("seen", "live", "draft")}
    publish(pia)

    late = paul.post(f"{EDIT}/publish", {**form, "change": "major", "note": "A new law."})

    assert late.location == f"{EDIT}/history"
    assert "Nothing was done now" in paul.get(late.location).text
    assert len(publications_of(session, Kind.MODULE, "at-the-door", "en")) == 2
    asked = ada.get(f"{EDIT}/drafts/{form['draft']}", follow_redirects=True).text
    assert "Here is what became of the text" in asked
    assert "Pia" in asked
    assert paul.get(f"{EDIT}/drafts/99999").status_code == 404
    remark = {"file": "en.md", "passage": "Most children", "body": "How many are these?"}
    unsaid = paul.post(f"{EDIT}/drafts/{form['draft']}/comments", remark)
    assert unsaid.status_code == 404
    assert "published or given up" in unsaid.text
