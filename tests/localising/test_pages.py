"""An administrator writes what the organisation says of itself; its people read it, nobody else."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.people.models import Person, RoleGrant
from coursesite.people.rules import Role
from tests.browser import Browser, Client, Queries
from tests.localising.makers import (
    GENERAL,
    HERE,
    LESSON,
    PASSAGE,
    an_organisation,
    between,
    fill_in,
    publish_course,
    publish_draft,
    seen_on,
    somebody,
    write_passage,
)
from tests.makers import make_person, make_unit


def test_what_an_organisation_says_is_read_by_its_people_once_it_is_published(
    session: Session, browser: Browser, admin: Person
) -> None:
    client, learner = browser.sign_in(admin), somebody(session, admin.organisation)
    reader = browser.sign_in(learner)
    assert "1 is still missing" in client.get(HERE).text
    assert "<b>duty phone</b> (not yet filled in: ask your supervisor)" in reader.get(LESSON).text

    assert fill_in(client, duty_phone=" <b>112</b> ") == 302
    assert write_passage(client, "The *governor* decides. Call {{duty_phone}}. [@F1]") == 302
    assert GENERAL in reader.get(LESSON).text
    preview = client.get(f"{HERE}/modules/the-door").text
    assert "The <em>governor</em> decides. Call" in preview
    assert "Not published yet: Duty phone, Who decides." in preview

    page = client.get(f"{HERE}/publish").text
    assert "People of your organisation" in page
    assert publish_draft(client, note="") == 422
    assert publish_draft(client) == 302

    lesson = reader.get(LESSON).text
    assert '<span class="field" dir="auto">&lt;b&gt;112&lt;/b&gt;</span>' in lesson
    assert "The <em>governor</em> decides. Call" in lesson
    assert "From your organisation" in lesson
    assert 'href="#here-who-decides-F1"' in lesson
    assert 'id="here-who-decides-F1"' in lesson
    assert GENERAL not in lesson
    assert "All are filled in" in client.get(HERE).text


def test_a_stranger_sees_and_changes_nothing_of_it(
    session: Session, browser: Browser, admin: Person
) -> None:
    client = browser.sign_in(admin)
    fill_in(client, duty_phone="112-secret")
    write_passage(client, "Our secret passage.")
    publish_draft(client)
    write_passage(client, "Our secret draft.")
    other = somebody(session, an_organisation(session), Role.ADMINISTRATOR)
    stranger = browser.sign_in(other)

    draft = between(client.get(HERE).text, f"{HERE}/drafts/", '"')
    version = between(client.get(f"{HERE}/history").text, "history/", '"')
    pages = ["", "/fields", "/passages/who-decides", "/modules/the-door", "/history", "/publish"]
    for page in pages:
        assert "secret" not in stranger.get(HERE + page).text
    assert "secret" not in stranger.get(LESSON).text
    for address in (f"drafts/{draft}", f"history/{version}", f"publish?draft={draft}"):
        assert stranger.get(f"{HERE}/{address}").status_code == 404
    sent = {"seen": "1", "live": "", "draft": draft, "note": "Mine now."}
    assert stranger.post(f"{HERE}/publish", sent).status_code == 404
    assert stranger.post(f"{HERE}/history/{version}").status_code == 404
    assert stranger.get(f"{HERE}/compare?before={version}&after={version}").status_code == 404
    assert "Our secret draft." in client.get(PASSAGE).text


def test_only_those_who_write_for_the_whole_organisation_come_here(
    session: Session, browser: Browser, admin: Person
) -> None:
    part = make_unit(session, admin.organisation)
    learner = somebody(session, admin.organisation)
    manager = somebody(session, admin.organisation, Role.MANAGER)
    of_a_unit = make_person(session, part, roles=(Role.ADMINISTRATOR,), roles_at=part)
    for person in (learner, manager, of_a_unit):
        client = browser.sign_in(person)
        assert client.get(HERE).status_code == 403
        assert client.post(PASSAGE, {"seen": "", "source": "x"}).status_code == 403
    author = browser.sign_in(somebody(session, admin.organisation, Role.AUTHOR))
    assert write_passage(author, "Written by an author.") == 302
    assert author.get(f"{HERE}/publish").status_code == 403
    publisher = browser.sign_in(somebody(session, admin.organisation, Role.PUBLISHER))
    assert publish_draft(publisher) == 302
    assert author.get("/authoring").status_code == 403


def test_an_author_who_lost_the_role_leaves_a_draft_that_others_can_publish(
    session: Session, browser: Browser, admin: Person
) -> None:
    person = somebody(session, admin.organisation, Role.AUTHOR)
    author = browser.sign_in(person)
    write_passage(author, "Written before the role was lost.")
    page = author.get(PASSAGE).text
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == person.id))
    session.commit()
    answer = author.post(PASSAGE, {"seen": seen_on(page), "source": "Too late."})
    assert answer.status_code == 403

    client = browser.sign_in(admin)
    assert "Written before the role was lost." in client.get(f"{HERE}/publish").text
    assert publish_draft(client) == 302


def test_the_pages_ask_the_database_as_much_for_many_modules_as_for_one(
    session: Session, browser: Browser, admin: Person
) -> None:
    client = browser.sign_in(admin)
    fill_in(client, duty_phone="112")
    write_passage(client, "The governor decides.")
    publish_draft(client)
    write_passage(client, "The director decides.")
    addresses = [HERE, f"{HERE}/fields", PASSAGE, f"{HERE}/publish", f"{HERE}/history"]
    asked = [counted(session, client, each) for each in addresses]
    assert max(asked) <= 10, dict(zip(addresses, asked, strict=True))
    for number in range(30):
        publish_course(session, f"Words of module {number}.", f"door-{number}")
    assert [counted(session, client, each) for each in addresses] == asked


def counted(session: Session, client: Client, address: str) -> int:
    client.get(address)
    with Queries(session.connection()) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
