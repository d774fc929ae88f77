"""What colleagues say of a draft of their organisation's own words."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.jobs.services import run_next
from coursesite.notifications.models import Mail
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.schedule import HANDLERS
from tests.browser import Browser, Client
from tests.localising.makers import (
    HERE,
    PASSAGE,
    an_organisation,
    between,
    somebody,
    write_passage,
)

FILE = "passage/who-decides.md"


@pytest.fixture
def ada(browser: Browser, admin: Person) -> Client:
    """Has written a passage of two paragraphs."""
    ada = browser.sign_in(admin)
    write_passage(ada, "The governor decides.\n\nAsk the governor.")
    return ada


@pytest.fixture
def ben(session: Session, browser: Browser, admin: Person) -> Client:
    return browser.sign_in(somebody(session, admin.organisation, Role.PUBLISHER))


def address_of(client: Client) -> str:
    return f"{HERE}/drafts/{between(client.get(HERE).text, f'{HERE}/drafts/', chr(34))}"


def test_a_colleague_comments_and_the_author_takes_the_words_over(ada: Client, ben: Client) -> None:
    here = address_of(ada)
    assert ada.post(f"{HERE}/ask", {"note": "Is it the governor?"}).status_code == 302
    assert "Is it the governor?" in ben.get(here).text

    page = ben.get(f"{here}?at=2").text
    assert ">\nAsk the governor.</textarea>" in page
    assert between(page, 'name="file" value="', '"') == FILE
    said = {"file": FILE, "passage": "Ask the governor.", "body": "No, <b>the director</b>."}
    sent = ben.post(f"{here}/comments", said | {"suggestion": "Ask the director."})
    assert sent.status_code == 302
    number = sent.location.rpartition("comment-")[2]

    page = ada.get(here).text
    assert "No, &lt;b&gt;the director&lt;/b&gt;." in page
    assert "Who decides, line 3" in page
    assert "Take these words over" in page
    assert "Take these words over" not in ben.get(here).text
    ada.post(f"{here}/comments", {"parent": number, "body": "You are right."})
    assert "You are right." in ben.get(here).text
    assert ben.post(f"{here}/comments/{number}", {"do": "accept"}).status_code == 403

    assert ada.post(f"{here}/comments/{number}", {"do": "accept"}).status_code == 302
    assert "The governor decides.\n\nAsk the director." in ada.get(PASSAGE).text
    assert "1 resolved comment" in ada.get(here).text
    assert ada.post(f"{here}/comments/{number}", {"do": "accept"}).status_code == 409


def test_a_comment_is_about_words_that_stand_there(ada: Client, ben: Client) -> None:
    here = address_of(ada)
    lost = ben.post(f"{here}/comments", {"file": FILE, "passage": "Elsewhere.", "body": "Hm."})
    assert lost.status_code == 422
    assert "These words do not stand in the draft" in lost.text
    assert ben.post(f"{here}/comments", {"file": FILE, "passage": "Ask"}).status_code == 422


def test_another_organisation_reads_and_says_nothing(
    session: Session, browser: Browser, ada: Client, ben: Client
) -> None:
    here = address_of(ada)
    ben.post(f"{here}/comments", {"file": FILE, "passage": "Ask the governor.", "body": "Hm."})
    stranger = browser.sign_in(
        somebody(session, an_organisation(session, name="Elsewhere"), Role.ADMINISTRATOR)
    )
    said = {"file": FILE, "passage": "Ask the governor.", "body": "Hello."}
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}/comments", said).status_code == 404
    assert stranger.post(f"{here}/comments/1", {"do": "resolve"}).status_code == 404
    assert "resolved comment" not in ada.get(here).text


def test_colleagues_hear_of_it_by_mail(
    session: Session, app: Flask, ada: Client, ben: Client, admin: Person
) -> None:
    here = address_of(ada)
    said = {"file": FILE, "passage": "Ask the governor.", "body": "Who is that?"}
    assert ben.post(f"{here}/comments", said).status_code == 302

    with time_machine.travel(clock.now() + timedelta(days=5)), app.app_context():
        while run_next(session, HANDLERS):
            session.expire_all()
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.person_id == admin.id
    assert f"{here}#comment-" in mail.body
