"""A draft is published at a time: planned, moved, cancelled, or refused and told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.authoring.models import Draft, PlannedPublication
from coursesite.authoring.rules import PlanState, may_wait_until
from coursesite.content.queries import FACTS_SLUG, live_facts
from coursesite.content.rules import facts_to_json
from coursesite.jobs.services import run_next
from coursesite.notifications.models import Mail
from coursesite.people.models import Organisation, Person, RoleGrant, Unit
from coursesite.people.rules import Role
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from coursesite.schedule import HANDLERS
from tests.authoring.courses import MODULE
from tests.authoring.test_desk import EDIT, ada, author, form_of, keepers
from tests.authoring.test_publishing import (
    BETTER,
    PUBLISH,
    checked,
    live_module,
    pia,
    publish_elsewhere,
    publisher,
    write,
)
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["ada", "author", "keepers", "pia", "publisher"]

PLAN = f"{EDIT}/plan"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
TOMORROW = "2027-03-02T06:30"
LATER = {"when": "later", "at": TOMORROW}


Work = Callable[[int], None]


@pytest.fixture(autouse=True)
def pass_days(session: Session, app: Flask) -> Iterator[Work]:
    """So many days pass, and then a worker comes."""
    with time_machine.travel(NOW, tick=False) as time:

        def pass_(days: int) -> None:
            time.move_to(NOW + timedelta(days=days))
            with app.app_context():
                while run_next(session, HANDLERS):
                    session.expire_all()

        yield pass_


def plan(session: Session) -> PlannedPublication:
    found = sa.select(PlannedPublication).order_by(PlannedPublication.id.desc())
    return session.scalars(found.execution_options(populate_existing=True)).all()[0]


def mails(session: Session) -> list[tuple[int | None, str]]:
    found = session.scalars(sa.select(Mail).order_by(Mail.person_id)).all()
    return [(each.person_id, each.body) for each in found if "planned" in each.body]


@pytest.fixture
def planned(session: Session, pia: Client) -> None:
    write(pia)
    answer = pia.post(PUBLISH, checked(pia, note="A new law.", change="major", **LATER))
    assert answer.status_code == 302, answer.text


@pytest.mark.usefixtures("planned")
def test_a_draft_is_published_when_its_time_comes(
    session: Session, pia: Client, publisher: Person, browser: Browser, pass_days: Work
) -> None:
    assert live_module(session) == MODULE
    made = plan(session)
    zone = ZoneInfo(publisher.organisation.time_zone)
    assert made.publish_at == datetime(2027, 3, 2, 6, 30, tzinfo=zone)
    page = pia.get(PUBLISH).text
    assert "Waits to be published" in page
    assert "As a change of the kind “" in page
    assert "Pia" in page
    assert "is to be published on" in pia.get(EDIT).text
    assert "Planned" in pia.get("/authoring").text

    pass_days(1)

    assert live_module(session) == BETTER
    publication = session.scalars(sa.select(Publication).order_by(Publication.id.desc())).all()[0]
    assert (publication.change, publication.note) == (Change.MAJOR, "A new law.")
    assert (publication.renew_days, publication.published_by_id) == (30, publisher.id)
    assert plan(session).state is PlanState.PUBLISHED
    assert mails(session) == []
    assert "Waits to be published" not in browser.sign_in(publisher).get(PUBLISH).text


@pytest.mark.usefixtures("planned")
def test_whoever_writes_on_is_told_that_what_waits_is_not_published_any_more(pia: Client) -> None:
    by_script = {"headers": {"Sec-Fetch-Mode": "cors"}}
    form = form_of(pia)
    assert "A change of it before then" in pia.get(EDIT).text
    assert pia.post(EDIT, form, **by_script).get_json()["meanwhile"] == ""

    saved = pia.post(EDIT, {**form, "source": BETTER + "\nMore.\n"}, **by_script).get_json()

    assert "This draft is not published by itself any more" in saved["meanwhile"]
    assert "Pia" in saved["meanwhile"]
    page = pia.get(EDIT).text
    assert "as things are it will not be published" in page
    assert "A change of it before then" not in page


@pytest.mark.usefixtures("planned")
def test_a_plan_is_moved(session: Session, pia: Client, pass_days: Work) -> None:
    answer = pia.post(PLAN, {"at": "2027-03-05T08:00"})
    assert answer.status_code == 302

    pass_days(1)
    assert live_module(session) == MODULE

    pass_days(5)
    assert live_module(session) == BETTER


@pytest.mark.usefixtures("planned")
def test_a_plan_is_cancelled_by_any_publisher_and_the_draft_stays(
    session: Session, keepers: Unit, browser: Browser, pass_days: Work
) -> None:
    other = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    assert other.post(PLAN, {"do": "cancel"}).status_code == 302
    assert other.post(PLAN, {"do": "cancel"}).status_code == 404

    pass_days(1)

    assert live_module(session) == MODULE
    assert plan(session).state is PlanState.CANCELLED
    assert session.scalars(sa.select(Draft)).one().closed_at is None


def refused(session: Session, words: str, people: set[int]) -> None:
    """It was not published, and these people were told why."""
    session.expire_all()
    made = plan(session)
    assert made.state is PlanState.REFUSED
    assert made.refusal
    assert words in made.refusal["sentence"]
    assert {person_id for person_id, _text in mails(session)} == people
    assert all(words in text for _person, text in mails(session))
    kinds = session.scalars(sa.select(Event.kind)).all()
    assert kinds.count("publication-refused") == 1


@pytest.mark.usefixtures("planned")
def test_a_stale_base_is_not_overwritten(
    session: Session, pia: Client, publisher: Person, browser: Browser, pass_days: Work
) -> None:
    other = MODULE.replace("Ask **who**", "Ask **again who**")
    publish_elsewhere(session, other)
    assert "As things are it will not be published" in pia.get(PUBLISH).text

    pass_days(1)

    assert live_module(session) == other
    refused(session, "Something else was published", {publisher.id})
    assert "It was not published" in browser.sign_in(publisher).get(PUBLISH).text
    assert session.scalars(sa.select(Draft)).one().closed_at is None


@pytest.mark.usefixtures("planned")
def test_a_draft_that_was_changed_is_not_published(
    session: Session, pia: Client, publisher: Person, pass_days: Work
) -> None:
    write(pia, BETTER + "\nHalf a sentence\n")

    pass_days(1)

    assert live_module(session) == MODULE
    refused(session, "The draft was changed", {publisher.id})


@pytest.mark.usefixtures("planned")
def test_what_cannot_be_cited_any_more_is_not_published(
    session: Session, publisher: Person, pass_days: Work
) -> None:
    facts = {
        name: replace(fact, review_by=NOW.date()) for name, fact in live_facts(session).items()
    }
    files, kept = {"facts.yaml": "reviewed"}, facts_to_json(facts)
    new = NewRevision(Kind.FACTS, FACTS_SLUG, EVERY_LANGUAGE, "Facts", files, kept)
    publish(session, new, SITE, change=Change.MINOR)
    session.commit()

    pass_days(1)

    assert live_module(session) == MODULE
    refused(session, "This text has errors", {publisher.id})


@pytest.mark.usefixtures("planned")
def test_a_publisher_who_lost_the_role_publishes_nothing(
    session: Session, publisher: Person, keepers: Unit, pass_days: Work
) -> None:
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == publisher.id))
    other = make_person(session, keepers, roles=(Role.PUBLISHER,))
    session.commit()

    pass_days(1)

    assert live_module(session) == MODULE
    refused(session, "does not publish the course any more", {other.id})


def test_the_author_is_told_too(
    session: Session, ada: Client, author: Person, pia: Client, pass_days: Work
) -> None:
    ada.post(EDIT, form_of(ada, source=BETTER))
    draft = session.scalars(sa.select(Draft)).one()
    form = checked(pia, f"{PUBLISH}?draft={draft.id}", draft=str(draft.id), **LATER)
    assert pia.post(PUBLISH, form).status_code == 302
    ada.post(EDIT, form_of(ada, source=BETTER + "\nMore.\n"))

    pass_days(1)

    refused(session, "The draft was changed", {author.id, plan(session).planned_by_id})


def test_a_withdrawn_approval_keeps_it_from_being_published(
    session: Session, keepers: Unit, pia: Client, ada: Client, pass_days: Work
) -> None:
    session.get_one(Organisation, keepers.organisation_id).four_eyes = True
    session.commit()
    write(pia)
    draft = session.scalars(sa.select(Draft)).one()
    opinion = {"seen": str(draft.version), "live": "1", "note": "Read."}
    url = f"{EDIT}/drafts/{draft.id}/opinion"
    assert pia.post(PUBLISH, checked(pia, **LATER)).status_code == 409
    assert ada.post(url, {**opinion, "verdict": "approve"}).status_code == 302
    assert pia.post(PUBLISH, checked(pia, **LATER)).status_code == 302
    assert ada.post(url, {**opinion, "verdict": "change"}).status_code == 302

    pass_days(1)

    assert live_module(session) == MODULE
    refused(session, "somebody else approves", {plan(session).planned_by_id})


@pytest.mark.usefixtures("planned")
def test_one_draft_of_a_text_waits_at_a_time(
    session: Session, keepers: Unit, browser: Browser
) -> None:
    other = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    other.post(EDIT, form_of(other, source=BETTER.replace("children", "boys and girls")))

    page = other.post(PUBLISH, {**checked(other), **LATER})

    assert page.status_code == 409
    assert "move or cancel that first" in page.text


@pytest.mark.usefixtures("planned")
def test_what_is_published_by_hand_is_not_published_again(
    session: Session, pia: Client, pass_days: Work
) -> None:
    draft = session.scalars(sa.select(Draft)).one()
    assert pia.post(PUBLISH, checked(pia, draft=str(draft.id))).status_code == 302

    pass_days(1)

    assert live_module(session) == BETTER
    assert plan(session).state is PlanState.CANCELLED
    assert mails(session) == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("", "Enter the day and the time"),
        ("tomorrow", "Enter the day and the time"),
        ("2027-02-28T09:00", "Choose a time after now"),
        ("2029-01-01T09:00", "at most a year from now"),
    ],
)
def test_a_time_that_cannot_be_is_told_at_its_field(
    session: Session, pia: Client, at: str, told: str
) -> None:
    write(pia)

    page = pia.post(PUBLISH, checked(pia, when="later", at=at))

    assert page.status_code == 422
    assert told in page.text
    assert session.scalars(sa.select(PlannedPublication)).all() == []


@pytest.mark.parametrize(
    "asked",
    [
        ("Europe/Berlin", "2027-03-29T06:30", "2027-03-29T04:30", "29 March 2027, 06:30"),
        # The hour between two and three is left out that night: half past two is half past three.
        ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T01:30", "28 March 2027, 03:30"),
        # It comes twice that night: the first one counts.
        ("Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30", "31 October 2027, 02:30"),
        ("Europe/Berlin", "2027-11-01T06:30", "2027-11-01T05:30", "1 November 2027, 06:30"),
        ("Pacific/Kiritimati", "2027-03-02T06:30", "2027-03-01T16:30", "2 March 2027, 06:30"),
        ("Pacific/Midway", "2027-03-02T06:30", "2027-03-02T17:30", "2 March 2027, 06:30"),
    ],
)
def test_a_time_is_that_of_the_clocks_on_its_own_day(
    session: Session, publisher: Person, pia: Client, app: Flask, asked: tuple[str, ...]
) -> None:
    zone, at, moment, shown = asked
    publisher.organisation.time_zone = zone
    session.commit()
    write(pia)
    answer = pia.post(PUBLISH, checked(pia, note="A new law.", change="minor", when="later", at=at))
    assert answer.status_code == 302, answer.text
    assert shown in pia.get(PUBLISH).text
    planned_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert plan(session).publish_at == planned_at
    for minutes, published in ((-1, False), (0, True)):
        now = planned_at + timedelta(minutes=minutes)
        with time_machine.travel(now, tick=False), app.app_context():
            while run_next(session, HANDLERS):
                session.expire_all()
        assert (live_module(session) == BETTER) is published


@pytest.mark.usefixtures("planned")
def test_authors_and_strangers_move_nothing(
    session: Session, ada: Client, browser: Browser
) -> None:
    stranger = browser.sign_in(make_person(session, roles=(Role.AUTHOR, Role.PUBLISHER)))

    for client in (ada, stranger):
        assert client.post(PLAN, {"do": "cancel"}).status_code == 403
    assert plan(session).state is PlanState.WAITING


@pytest.mark.parametrize(
    ("hours", "possible"), [(-1, False), (0, False), (1, True), (24 * 366, True), (24 * 367, False)]
)
def test_when_a_draft_can_wait(hours: int, possible: bool) -> None:
    assert may_wait_until(NOW + timedelta(hours=hours), NOW) is possible
