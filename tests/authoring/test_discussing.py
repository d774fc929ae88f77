"""Authors talk about a draft beside the draft, and four eyes see what is published."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.rules import line_of, needs_other_eyes, passages_of, replaced
from coursesite.errors import Conflict
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from tests.authoring.courses import MODULE
from tests.authoring.test_desk import EDIT, ada, author, draft_of, form_of, hidden, keepers
from tests.authoring.test_publishing import PUBLISH, checked, live_module
from tests.browser import Browser, Client, Queries
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

HERS = MODULE.replace("Many children", "Most children")
PASSAGE = "Most children are at home"
FILES = {"en.md": "One.\n\nTwo two.\n\nThree.\n"}


@pytest.mark.parametrize(
    ("passage", "line"), [("One.", 1), ("two.", 3), ("Three.", 5), ("Four.", None), ("", None)]
)
def test_a_passage_is_found_where_it_stands_now(passage: str, line: int | None) -> None:
    assert line_of(FILES, "en.md", passage) == line


def test_the_paragraphs_have_their_lines() -> None:
    found = [(each.line, each.text) for each in passages_of(FILES["en.md"])]
    assert found == [(1, "One."), (3, "Two two."), (5, "Three.")]


def test_words_are_replaced_only_where_they_stand_once() -> None:
    assert replaced(FILES, "en.md", "Two two.", "2.")["en.md"] == "One.\n\n2.\n\nThree.\n"
    for passage in ("o", "Four", ""):
        with pytest.raises(Conflict):
            replaced(FILES, "en.md", passage, "x")


@pytest.mark.parametrize(
    ("asked", "publisher", "approved", "needed"),
    [
        (False, 1, False, False),
        (True, 1, False, True),
        (True, 1, True, False),
        (True, 2, False, False),
    ],
)
def test_only_what_one_wrote_oneself_needs_another(
    asked: bool, publisher: int, approved: bool, needed: bool
) -> None:
    found = needs_other_eyes(
        four_eyes=asked, author_id=1, publisher_id=publisher, approved=approved
    )
    assert found is needed


@pytest.fixture
def bob(session: Session, ada: Client, keepers: Unit, browser: Browser) -> Client:
    """Bob reads what Ada has written."""
    ada.post(EDIT, form_of(ada, source=HERS))
    roles = (Role.AUTHOR, Role.PUBLISHER)
    return browser.sign_in(make_person(session, keepers, roles=roles, given_name="Bob"))


def url_of(session: Session) -> str:
    return f"{EDIT}/drafts/{draft_of(session).id}"


REMARK = {"file": "en.md", "passage": PASSAGE, "body": "How many? <b>", "suggestion": ""}


def test_a_comment_stands_beside_its_passage_and_is_answered(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)

    assert bob.post(f"{url}/comments", REMARK).status_code == 302
    said = session.scalars(sa.select(Comment)).one()
    page = ada.get(url).text
    assert "How many? &lt;b&gt;" in page
    assert "<b>Bob" in page
    assert f"line {line_of({'en.md': HERS}, 'en.md', PASSAGE)}" in page

    ada.post(f"{url}/comments", {"parent": str(said.id), "body": "Half of them."})
    assert "Half of them." in bob.get(url).text
    assert "1 comment on your draft" in ada.get("/authoring").text
    assert "on your draft" not in bob.get("/authoring").text
    bob.post(f"{url}/comments/{said.id}", {"do": "resolve"})
    assert "1 resolved comment" in ada.get(url).text
    assert "Waiting for you" not in ada.get("/authoring").text
    session.expire_all()
    assert said.resolved_at


def test_a_resolved_comment_says_who_resolved_it_and_is_opened_again(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    bob.post(f"{url}/comments", REMARK)
    said = session.scalars(sa.select(Comment)).one()
    assert "Comments and opinions (1)" in ada.get(EDIT).text
    ada.post(f"{url}/comments/{said.id}", {"do": "resolve"})

    page = bob.get(url).text
    assert "Resolved by Ada" in page
    assert "Comments and opinions</a>" in ada.get(EDIT).text
    assert bob.post(f"{url}/comments/{said.id}", {"do": "reopen"}).status_code == 302
    assert "There is no open comment." not in bob.get(url).text
    assert bob.post(f"{url}/comments/{said.id}", {"do": "reopen"}).status_code == 409
    session.expire_all()
    assert (said.resolved_at, said.resolved_by_id) == (None, None)


def test_the_editor_and_the_drafts_page_ask_no_more_for_many_comments(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    for _ in range(3):
        bob.post(f"{url}/comments", REMARK)
    for address in (EDIT, url):
        ada.get(address)
        with Queries(session.connection()) as queries:
            ada.get(address)
        assert len(queries) <= 10


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"body": ""}, "Write what you want to say"),
        ({"passage": ""}, "Copy the passage that you mean"),
        ({"passage": "nowhere"}, "These words do not stand in the draft"),
        ({"file": "../../secret"}, "These words do not stand in the draft"),
        ({"body": "x" * 4001}, "4000"),
    ],
)
def test_a_comment_without_its_parts_is_told(
    session: Session, bob: Client, values: Mapping[str, str], sentence: str
) -> None:
    answer = bob.post(f"{url_of(session)}/comments", {**REMARK, **values})

    assert answer.status_code in {422, 400}
    assert sentence in answer.text
    assert session.scalars(sa.select(Comment)).all() == []


def test_suggested_words_are_taken_over_with_one_press(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    bob.post(f"{url}/comments", {**REMARK, "suggestion": "Half of the children are at home"})
    said = session.scalars(sa.select(Comment)).one()

    assert bob.post(f"{url}/comments/{said.id}", {"do": "accept"}).status_code == 403
    assert ada.post(f"{url}/comments/{said.id}", {"do": "accept"}).status_code == 302

    assert "Half of the children are at home" in draft_of(session).files["en.md"]
    assert ada.post(f"{url}/comments/{said.id}", {"do": "accept"}).status_code == 409


def test_a_suggestion_for_a_passage_that_changed_changes_nothing(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    bob.post(f"{url}/comments", {**REMARK, "suggestion": "Half"})
    said = session.scalars(sa.select(Comment)).one()
    ada.post(EDIT, form_of(ada, source=HERS.replace("Most", "All")))

    answer = ada.post(f"{url}/comments/{said.id}", {"do": "accept"})

    assert answer.status_code == 409
    assert "take the words over by hand" in answer.text
    assert "the passage was changed since" in ada.get(url).text


def test_an_opinion_is_asked_for_and_holds_for_one_version(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    ada.post(f"{EDIT}/ask", {"note": "Is the number right?"})
    page = bob.get(url).text
    assert "asks what you think" in page
    assert "Is the number right?" in page
    assert "asks for an opinion" in bob.get("/authoring").text
    assert "asks for your opinion</li>" in bob.get("/authoring").text

    form = {"seen": hidden(page, "seen"), "live": hidden(page, "live")}
    assert bob.post(f"{url}/opinion", {**form, "verdict": "change"}).status_code == 422
    assert bob.post(f"{url}/opinion", {**form, "verdict": "approve"}).status_code == 302
    assert "Approved" in ada.get(url).text
    assert "asks for your opinion" not in bob.get("/authoring").text
    assert "1 opinion on it as it is now" in ada.get("/authoring").text

    ada.post(EDIT, form_of(ada, source=HERS + "\nMore.\n"))
    assert "Approved" not in ada.get(url).text
    assert bob.post(f"{url}/opinion", {**form, "verdict": "approve"}).status_code == 409
    assert len(session.scalars(sa.select(Opinion)).all()) == 1


def test_nobody_approves_of_their_own_draft(session: Session, ada: Client, bob: Client) -> None:
    url = url_of(session)
    form = {"seen": str(draft_of(session).version), "verdict": "approve"}

    assert ada.post(f"{url}/opinion", form).status_code == 403


def test_where_four_eyes_are_asked_for_nobody_publishes_alone(
    session: Session, ada: Client, bob: Client, keepers: Unit
) -> None:
    session.get_one(Organisation, keepers.organisation_id).four_eyes = True
    session.commit()
    bob.post(EDIT, form_of(bob, source=MODULE + "\nHis.\n"))
    his = session.scalars(sa.select(Draft).order_by(Draft.id.desc())).first()
    assert his

    alone = bob.post(PUBLISH, checked(bob, draft=str(his.id)))
    assert alone.status_code == 409
    assert "somebody else approves" in alone.text
    assert live_module(session) == MODULE

    url = f"{EDIT}/drafts/{his.id}"
    form = {"seen": hidden(ada.get(url).text, "seen"), "verdict": "approve"}
    ada.post(f"{url}/opinion", form)
    assert bob.post(PUBLISH, checked(bob, draft=str(his.id))).status_code == 302
    assert live_module(session) == MODULE + "\nHis.\n"


def test_what_was_said_is_over_when_the_draft_is(
    session: Session, ada: Client, bob: Client
) -> None:
    url = url_of(session)
    bob.post(f"{url}/comments", REMARK)
    ada.post(f"{EDIT}/ask", {"note": ""})
    hers = draft_of(session)

    bob.post(PUBLISH, checked(bob, draft=str(hers.id)))

    session.expire_all()
    assert session.scalars(sa.select(Comment)).one().resolved_at
    assert hers.opinion_asked_at is None
    assert bob.get(url).location == f"{EDIT}/history"


@pytest.mark.parametrize("page", ["comments", "opinion", "comments/1"])
def test_strangers_say_nothing(
    session: Session, bob: Client, author: Person, browser: Browser, page: str
) -> None:
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR, Role.PUBLISHER)))

    assert stranger.post(f"{url_of(session)}/{page}", REMARK).status_code == 403


def test_an_administrator_asks_for_four_eyes(
    session: Session, keepers: Unit, browser: Browser
) -> None:
    admin = browser.sign_in(make_person(session, keepers, roles=(Role.ADMINISTRATOR,)))
    elsewhere = browser.sign_in(make_person(session, roles=(Role.ADMINISTRATOR,)))

    assert admin.post("/admin/course", {"four_eyes": "y"}).status_code == 302
    assert " checked" in admin.get("/admin/course").text
    assert session.get_one(Organisation, keepers.organisation_id).four_eyes
    assert "another keeps and publishes it" in elsewhere.get("/admin/course").text
    assert elsewhere.post("/admin/course", {"four_eyes": "y"}).status_code == 302
    assert " checked" in elsewhere.get("/admin/course").text
