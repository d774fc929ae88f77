"""Administrators and visitors at a real browser; a session that ends while somebody writes."""

import sqlalchemy as sa
from playwright.sync_api import expect

from coursesite import clock
from coursesite.accounts.models import SignInSession
from tests.journeys.axe import findings
from tests.journeys.conftest import PASSWORD, Open, Site


def test_an_administrator_adds_a_colleague_who_sets_a_password(open_page: Open) -> None:
    page = open_page("admin", java_script_enabled=False, width=360)
    page.goto("/people")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Family name").fill("Newcomer")
    page.get_by_label("E-mail address").fill("newcomer@example.org")
    page.get_by_role("button", name="Add this person").click()
    link = page.locator("code").inner_text()

    theirs = open_page()
    theirs.goto(link)
    theirs.get_by_label("New password", exact=True).fill("kettle marble antenna 9")
    theirs.get_by_label("The new password again").fill("kettle marble antenna 9")
    theirs.get_by_role("button", name="Set the password").click()
    expect(theirs.get_by_text("Your password is set")).to_be_visible()


def test_what_was_written_when_the_session_ended_is_sent_after_all(
    open_page: Open, site: Site
) -> None:
    page = open_page("admin")
    page.goto("/local/en/fields")
    field = page.get_by_label("The emergency number")
    field.fill("112, ask for “children” <now>\nand say where")
    with site.session() as session:
        ended = sa.update(SignInSession).where(SignInSession.person_id == site.people["admin"])
        session.execute(ended.values(ended_at=clock.now()))
        session.commit()
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("What you had written is kept")).to_be_visible()
    assert findings(page) == []
    page.get_by_label("E-mail").fill("admin@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert findings(page) == []
    page.get_by_role("button", name="Send it now").click()
    expect(page).to_have_url(f"{site.address}/local/en/fields")
    expect(field).to_have_value("112, ask for “children” <now>\nand say where")
