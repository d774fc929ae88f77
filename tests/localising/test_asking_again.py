"""A local version that changes what people must know asks them to read what changed."""

import re

import pytest
from sqlalchemy.orm import Session

from coursesite.assignments.services import assign, completed
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES
from coursesite.jobs.services import run_next
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Role
from coursesite.people.services.organisations import put_below
from coursesite.progress.rules import TargetKind
from coursesite.schedule import HANDLERS
from tests.assignments.makers import complete, make_plan, requirement_of
from tests.browser import Browser, Client
from tests.localising.makers import (
    HERE,
    an_organisation,
    fill_in,
    hidden_of,
    publish_course,
    publish_draft,
    somebody,
    write_passage,
)

CHANGES = "/changes/the-door"


@pytest.fixture
def country(session: Session) -> Organisation:
    publish_course(session)
    return an_organisation(session, name="The country")


@pytest.fixture
def ada(session: Session, browser: Browser, country: Organisation) -> Client:
    return browser.sign_in(somebody(session, country, Role.ADMINISTRATOR))


def certified(session: Session, organisation: Organisation) -> Person:
    """Somebody who has to know the module, and learned it five days ago."""
    person = somebody(session, organisation)
    assert person.unit
    plan = make_plan(person.unit, kind=TargetKind.MODULE, slug="the-door")
    assign(session, plan, Actor(person.id, organisation.id))
    live = MODULES.find_live(session, "the-door", "en")
    assert live
    read = live.revision_id
    done = complete(session, person, days_ago=5, slug="the-door", revision_id=read)
    completed(session, done)
    session.commit()
    return person


def work(session: Session) -> None:
    while run_next(session, HANDLERS):
        session.commit()
    session.expire_all()


def test_a_major_change_of_a_passage_asks_those_who_read_it(
    session: Session, browser: Browser, ada: Client, country: Organisation
) -> None:
    below = an_organisation(session, name="Its prisons")
    stubborn = an_organisation(session, name="Its police")
    elsewhere = an_organisation(session, name="Another country")
    for each in (below, stubborn):
        put_below(session, each, country, Actor(None, country.id))
    session.commit()
    police = browser.sign_in(somebody(session, stubborn, Role.ADMINISTRATOR))
    write_passage(police, "The chief decides.")
    publish_draft(police)
    people = [certified(session, each) for each in (country, below, stubborn, elsewhere)]

    write_passage(ada, "The court decides, not the governor.")
    page = ada.get(f"{HERE}/publish").text
    major = re.search(r'<th scope="row">Major, within 30 days</th><td[^>]*>(\d+)</td>', page)
    assert major
    assert major[1] == "2"
    assert f"{HERE}/modules/the-door/changes?draft=" in page
    before = ada.get(f"{HERE}/modules/the-door/changes").text
    assert "The court decides, not the governor." in re.sub("<[^>]*>", "", before)
    assert ada.post(f"{HERE}/publish", hidden_of(page) | {"note": "A law."}).status_code == 422
    assert publish_draft(ada, "The law of December.", change="major") == 302
    work(session)

    asked = [requirement_of(session, each, "the-door").progress.value for each in people]
    assert asked == ["not-started", "not-started", "completed", "completed"]
    assert "Major" in ada.get(f"{HERE}/history").text
    officer = browser.sign_in(people[1])
    assert "The law of December." in officer.get("/learn").text
    page = officer.get(CHANGES).text
    assert "The court decides, not the governor." in re.sub("<[^>]*>", "", page)
    assert "The law of December." not in browser.sign_in(people[2]).get("/learn").text


def test_words_that_nobody_reads_otherwise_ask_nobody(
    session: Session, browser: Browser, ada: Client, country: Organisation
) -> None:
    """Those below say in words of their own what they take over from above anyway."""
    below = an_organisation(session, name="Its prisons")
    put_below(session, below, country, Actor(None, country.id))
    session.commit()
    write_passage(ada, "The court decides.")
    publish_draft(ada)
    prisons = browser.sign_in(somebody(session, below, Role.ADMINISTRATOR))
    write_passage(prisons, "The court decides.")
    sent = hidden_of(prisons.get(f"{HERE}/publish").text) | {"note": "As above.", "change": "major"}
    refused = prisons.post(f"{HERE}/publish", sent)
    assert (refused.status_code, "publish it as minor" in refused.text) == (422, True)


def test_details_and_minor_changes_ask_nobody(
    session: Session, ada: Client, country: Organisation
) -> None:
    person = certified(session, country)
    fill_in(ada, duty_phone="112")
    page = ada.get(f"{HERE}/publish").text
    assert 'name="change"' not in page
    read = ada.get(f"{HERE}/modules/the-door/changes").text
    assert "To a reader nothing is different" in read
    assert (
        ada.post(f"{HERE}/publish", hidden_of(page) | {"note": "A.", "change": "major"}).status_code
        == 302
    )
    write_passage(ada, "The court decides.")
    assert publish_draft(ada, change="minor") == 302
    work(session)
    assert requirement_of(session, person, "the-door").progress.value == "completed"
