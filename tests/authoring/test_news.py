"""Authors hear by mail what becomes of each other's drafts: collected, and what they may know."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.authoring.models import Comment
from coursesite.jobs.services import run_next
from coursesite.notifications.models import Mail, News
from coursesite.notifications.rules import MailState, Often, Topic
from coursesite.notifications.services import choose_news, is_still_news
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.rules import Role
from coursesite.schedule import DESKS, HANDLERS
from tests.authoring.courses import MODULE
from tests.authoring.test_desk import EDIT, ada, author, draft_of, form_of, hidden, keepers
from tests.authoring.test_publishing import PUBLISH, checked
from tests.browser import Browser, Client
from tests.makers import grant_role, make_organisation, make_person, make_unit

__all__ = ["ada", "author", "keepers"]

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
HERS = MODULE.replace("Many children", "Most children")
UNQUOTED = "a sentence of the draft that nobody quotes"
PASSAGE = "Most children are at home"

Pass = Callable[..., list[Mail]]


@pytest.fixture(autouse=True)
def pass_time(session: Session, app: Flask) -> Iterator[Pass]:
    """So much time passes, and a worker comes; the mails that it made."""
    with time_machine.travel(MONDAY, tick=False) as time:

        def pass_(**span: float) -> list[Mail]:
            known = set(session.scalars(sa.select(Mail.id)))
            time.shift(timedelta(**span))
            with app.app_context():
                while run_next(session, HANDLERS):
                    session.expire_all()
            made = session.scalars(sa.select(Mail).order_by(Mail.person_id)).all()
            return [mail for mail in made if mail.id not in known]

        yield pass_


@pytest.fixture
def bob(session: Session, keepers: Unit) -> Person:
    roles = (Role.AUTHOR, Role.PUBLISHER)
    return make_person(session, keepers, roles=roles, given_name="Bob", family_name="Breen")


Say = Callable[..., Comment]


@pytest.fixture
def say(session: Session, ada: Client, browser: Browser) -> Say:
    """Lets somebody say something of what Ada has written."""
    ada.post(EDIT, form_of(ada, source=f"{HERS}\n\nAnd {UNQUOTED}.\n"))

    def say(who: Person, body: str, **values: str) -> Comment:
        remark = {"file": "en.md", "passage": PASSAGE, "body": body, "suggestion": "", **values}
        url = f"{EDIT}/drafts/{draft_of(session).id}/comments"
        assert browser.sign_in(who).post(url, remark).status_code == 302
        return session.scalars(sa.select(Comment).order_by(Comment.id.desc())).all()[0]

    return say


def test_what_is_said_within_a_quarter_of_an_hour_is_one_mail(
    session: Session,
    say: Say,
    author: Person,
    bob: Person,
    pass_time: Pass,
) -> None:
    first = say(bob, "How many? <b>")
    assert pass_time(minutes=10) == []
    say(bob, "Rather this.", suggestion="Nearly all children are at home")

    (mail,) = pass_time(minutes=5)
    assert mail.person_id == author.id
    assert mail.subject == "News of a draft: At the door"
    assert "Bob Breen commented on “Most children are at home”." in mail.body
    assert "suggests other words" in mail.body
    assert f"{EDIT}/drafts/{draft_of(session).id}#comment-{first.id}" in mail.body
    assert mail.html
    assert "How many? &lt;b&gt;" in mail.html
    for kept_back in (UNQUOTED, "Nearly all"):
        assert kept_back not in mail.body + mail.html
    assert pass_time(days=1) == []


def test_an_answer_is_told_to_all_who_spoke_but_not_to_whom_it_is_of(
    say: Say,
    author: Person,
    bob: Person,
    pass_time: Pass,
) -> None:
    said = say(bob, "How many?")
    pass_time(minutes=20)
    say(author, "Half of them.", parent=str(said.id))
    say(author, "I note this for myself.")

    (mail,) = pass_time(minutes=20)
    assert mail.person_id == bob.id
    assert mail.subject.endswith("commented: At the door")
    assert "answered a comment" in mail.body


def test_what_was_resolved_before_is_not_told(
    session: Session,
    ada: Client,
    say: Say,
    bob: Person,
    pass_time: Pass,
) -> None:
    said = say(bob, "How many?")
    draft_id = draft_of(session).id
    ada.post(f"{EDIT}/drafts/{draft_id}/comments/{said.id}", {"do": "resolve"})

    assert pass_time(minutes=20) == []
    assert session.scalars(sa.select(News)).all() == []
    ada.post(f"{EDIT}/drafts/{draft_id}/comments/{said.id}", {"do": "reopen"})
    (mail,) = pass_time(minutes=20)
    assert (mail.person_id, "opened a comment again" in mail.body) == (bob.id, True)


@pytest.mark.usefixtures("say")
def test_an_opinion_is_asked_of_those_who_may_read(
    session: Session, ada: Client, author: Person, bob: Person, pass_time: Pass
) -> None:
    make_person(session, bob.unit)
    other = make_unit(session, make_organisation(session))
    make_person(session, other, roles=(Role.AUTHOR, Role.PUBLISHER))
    ada.post(f"{EDIT}/ask", {"note": "Is the law right?"})

    (mail,) = pass_time(minutes=15)
    assert mail.person_id == bob.id
    assert mail.subject == f"{author.name} asks what you think: At the door"
    assert "Is the law right?" in mail.body


@pytest.mark.usefixtures("say")
def test_opinions_and_the_publication_are_told(
    session: Session, browser: Browser, author: Person, bob: Person, pass_time: Pass
) -> None:
    as_bob, draft_id = browser.sign_in(bob), draft_of(session).id
    url = f"{EDIT}/drafts/{draft_id}"
    page = as_bob.get(url).text
    form = {"seen": hidden(page, "seen"), "live": hidden(page, "live")}
    as_bob.post(f"{url}/opinion", {**form, "verdict": "change", "note": "Name the law."})
    as_bob.post(f"{url}/opinion", {**form, "verdict": "approve", "note": ""})
    (told,) = pass_time(minutes=15)
    assert told.person_id == author.id
    assert "asks for changes of version 1" in told.body
    assert "Name the law." in told.body
    assert "approves of version 1" in told.body

    form = checked(as_bob, f"{PUBLISH}?draft={draft_id}", draft=str(draft_id))
    assert as_bob.post(PUBLISH, form).status_code == 302
    (mail,) = pass_time(minutes=15)
    assert mail.person_id == author.id
    assert mail.subject == "Published: At the door"
    assert "/authoring/modules/at-the-door/en/history#publication-" in mail.body


def test_each_chooses_how_often(
    browser: Browser,
    say: Say,
    author: Person,
    bob: Person,
    pass_time: Pass,
) -> None:
    ada = browser.sign_in(author)
    page = ada.get("/settings/mail").text
    assert "News of drafts" in page
    assert "Requests for more time" not in page
    kept = {"language": "", "digest": "daily", "authoring": "daily"}
    assert ada.post("/settings/mail", kept).status_code == 302
    assert 'value="daily" checked' in ada.get("/settings/mail").text.split("News of drafts")[1]
    say(bob, "How many?")
    assert pass_time(hours=8) == []
    (mail,) = pass_time(hours=14)
    assert mail.person_id == author.id

    ada = browser.sign_in(author)
    ada.post("/settings/mail", {**kept, "authoring": "never"})
    say(bob, "And this?")
    assert pass_time(days=2) == []
    ada = browser.sign_in(author)
    assert ada.post("/settings/mail", {**kept, "authoring": "hourly"}).status_code == 422


def test_who_lost_the_role_or_left_hears_no_more(
    session: Session,
    say: Say,
    author: Person,
    bob: Person,
    pass_time: Pass,
) -> None:
    say(bob, "How many?")
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == author.id))
    session.commit()
    assert pass_time(minutes=20) == []

    grant_role(session, author, Role.AUTHOR)
    session.commit()
    say(bob, "How many, again?")
    (mail,) = pass_time(minutes=20)
    assert is_still_news(session, mail.id, DESKS)
    author.left_on = MONDAY.date()
    session.commit()
    assert not is_still_news(session, mail.id, DESKS)
    say(bob, "Anybody?")
    assert pass_time(minutes=20) == []


def test_what_is_said_at_night_waits_for_the_morning(
    say: Say,
    bob: Person,
    pass_time: Pass,
) -> None:
    pass_time(hours=12)
    say(bob, "How many?")
    assert pass_time(hours=1) == []
    (mail,) = pass_time(hours=9)
    assert mail.available_at == MONDAY + timedelta(hours=22)
    assert mail.state is MailState.WAITING


def test_a_choice_of_one_topic_leaves_the_other(session: Session, author: Person) -> None:
    choose_news(session, author.id, {Topic.AUTHORING: Often.NEVER})
    choose_news(session, author.id, {Topic.REQUESTS: Often.AT_ONCE})
    kept = session.execute(sa.text("SELECT digest, authoring, requests FROM mail_choices")).one()
    assert tuple(kept) == ("daily", "never", "at-once")
