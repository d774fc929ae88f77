import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services import repair_counts
from coursesite.people.models import Unit
from tests.journeys.conftest import Open, Site, person_of
from tests.makers import make_person
from tests.reports.makers import MODULE, in_days, require


@pytest.fixture(scope="module")
def record(site: Site) -> str:
    """The address of the officer's record, in a service with people in every state."""
    with site.session() as session:
        officer = person_of(session, site, "officer")
        require(session, officer, due_on=in_days(-3))
        assert officer.unit
        _colleagues(session, officer.unit)
        repair_counts(session)
        return f"/reports/people/{officer.id}"


def _colleagues(session: Session, unit: Unit) -> None:
    valid = in_days(90)
    for number in range(60):
        colleague = make_person(session, unit, family_name=f"Colleague {number:02}")
        due_on = in_days(number - 10)
        require(session, colleague, due_on=due_on, progress=Progress.IN_PROGRESS)
        done = Progress.COMPLETED if number % 3 else Progress.REVOKED
        require(session, colleague, "core-1-seeing-the-child", progress=done, valid_until=valid)
    require(session, make_person(session, unit), excuse=Excuse.WAIVED)


def test_a_manager_follows_a_number_to_a_person(open_page: Open, site: Site, record: str) -> None:
    page = open_page("manager", java_script_enabled=False)
    page.goto("/reports")
    page.get_by_label("State").select_option("overdue")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="List 11 records with names").click()
    page.get_by_role("link", name="Haddad, Amira").click()
    expect(page.get_by_text("3 days ago, and not finished yet.")).to_be_visible()


def test_on_a_phone_the_numbers_come_first_and_long_tables_when_they_are_asked_for(
    open_page: Open, site: Site, record: str
) -> None:
    page = open_page("manager", width=360, dark=True, java_script_enabled=False)
    page.goto("/reports")
    figures = page.locator(".figure-late").bounding_box()
    assert figures
    assert figures["y"] + figures["height"] < 640
    table = page.get_by_role("table", name="By training", exact=True)
    title = page.locator(".brief-title summary", has_text="By training")
    assert page.locator("#targets").is_hidden()

    page.emulate_media(media="print")
    expect(table).to_be_visible()
    page.emulate_media(media="screen")
    title.press("Enter")
    expect(table).to_be_visible()
    expect(title).to_have_css("color", "rgb(27, 35, 41)")  # on the yellow of what has the focus
    title.press("Enter")
    expect(table).to_have_count(0)

    page.goto("/reports#targets")
    expect(table).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/reports")
    expect(table).to_be_visible()
    expect(title).to_be_hidden()


def test_a_manager_takes_a_list_away(open_page: Open, site: Site, record: str) -> None:
    page = open_page("manager")
    page.goto(f"/reports/people?state=overdue&target=module:{MODULE}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export 11 records (CSV)").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == 12


def test_a_manager_saves_a_view_and_reminds_everybody_of_it(
    open_page: Open, site: Site, record: str
) -> None:
    page = open_page("manager", java_script_enabled=False)
    page.goto("/reports/people?state=overdue")
    page.get_by_text("Save this view").click()
    page.get_by_label("Its name").fill("The late ones")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as “The late ones”.")).to_be_visible()

    page.goto("/reports")
    page.get_by_role("link", name="The late ones").click()
    page.get_by_label("… or for everybody of this list: 11 records").check()
    page.get_by_role("button", name="Remind by mail").click()
    expect(page.get_by_text("Everybody of the list with 11 records")).to_be_visible()
    page.get_by_label("Your words to them").fill("The inspection comes on Monday")
    page.get_by_role("button", name="Remind by mail").click()
    expect(page.get_by_text("The mail is written: 11 people.")).to_be_visible()


def test_a_manager_looks_at_yesterday_by_what_is_known_today(
    open_page: Open, site: Site, record: str
) -> None:
    page = open_page("manager", java_script_enabled=False)
    page.goto("/reports")
    page.get_by_label("As of").fill(in_days(-1).isoformat())
    page.get_by_label("As known").select_option("now")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("How it stood at the end of")).to_be_visible()
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_text("as of today")).to_be_visible()
