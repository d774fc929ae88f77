"""What an author wrote and the server does not have yet survives a crash and a dead line."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import Open, Site, browsers

MODULE = "/authoring/modules/prison-1-first-days/en"
OTHER = "/authoring/modules/police-2-at-the-door/en"
FACT = "/authoring/facts/facts/all/entries/A01"
OURS = "The van is two hours late."
BEFORE = "Safe first."
THEIRS = "Safety first."
IN_LOCAL_STORAGE = "() => Object.values(localStorage).join()"
KEPT = "() => Object.keys(localStorage).some((name) => name.startsWith('draft:'))"


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page("author")


def crash(page: Page) -> Page:
    """The page is gone before anything was sent; its author comes back."""
    page.wait_for_function(KEPT)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    return again


def be(page: Page, site: Site, who: str) -> None:
    """Somebody else signs in at the same browser, and nobody signed out."""
    page.context.clear_cookies()
    value = site.cookie(who)
    page.context.add_cookies([{"name": "session", "value": value, "url": site.address}])


def write(page: Page, words: str, place: str = "#source") -> None:
    box = page.locator(place)
    box.fill(box.input_value() + f"\n\n{words}\n")


def keep_away(route: Route) -> None:
    """Nothing that is sent arrives; consoles keep silent about a 404."""
    if route.request.method == "POST":
        route.fulfill(status=404)
    else:
        route.continue_()


def test_a_crash_loses_nothing_and_the_next_person_reads_nothing(page: Page, site: Site) -> None:
    page.goto(MODULE)
    expect(page.locator("#preview")).to_be_visible()
    page.route("**/*", keep_away)
    write(page, OURS)
    again = crash(page)

    again.goto(MODULE)
    expect(again.get_by_text("that did not reach the server")).to_be_visible()
    assert OURS not in str(again.evaluate(IN_LOCAL_STORAGE))
    expect(again.locator("#source")).not_to_have_value(OURS)
    be(again, site, "publisher")
    again.goto(MODULE)
    expect(again.locator("#preview")).to_be_visible()
    expect(again.get_by_text("that did not reach the server")).to_have_count(0)

    be(again, site, "author")
    again.goto(MODULE)
    again.get_by_role("button", name="Compare it").click()
    expect(again.get_by_text("Nothing is changed before you choose.")).to_be_visible()
    expect(again.locator("ins").filter(has_text=OURS).first).to_be_visible()
    again.go_back()
    again.get_by_role("button", name="Take it").click()
    expect(again.locator("[data-save-state]")).to_have_text("Draft saved")
    again.wait_for_function(f"!({KEPT})()")
    again.reload()
    assert OURS in again.locator("#source").input_value()
    expect(again.get_by_text("that did not reach the server")).to_have_count(0)


def test_offline_text_meets_what_was_saved_meanwhile(chromium: Browser, site: Site) -> None:
    with browsers(chromium, site) as (open_it, said):
        writes_offline(open_it("author"))
    assert [each for each in said if "INTERNET_DISCONNECTED" not in each] == []


def writes_offline(page: Page) -> None:
    page.goto(OTHER)
    context = page.context
    context.set_offline(True)
    write(page, OURS)
    expect(page.locator("[data-save-state]")).to_contain_text("kept in this browser")
    again = crash(page)
    context.set_offline(False)
    elsewhere = context.new_page()
    elsewhere.goto(OTHER)
    expect(elsewhere.get_by_role("button", name="Take it")).to_be_visible()
    source = elsewhere.locator("#source")
    source.fill(source.input_value().replace(BEFORE, THEIRS))
    elsewhere.get_by_role("button", name="Save draft").click()
    expect(elsewhere.get_by_text("The draft is saved.")).to_be_visible()

    again.goto(OTHER)
    again.get_by_role("button", name="Take it").click()
    expect(again.get_by_role("heading", name="Bring two texts together")).to_be_visible()
    again.get_by_role("button", name="Make one draft of them").click()
    text = again.locator("#source").input_value()
    assert OURS in text
    assert THEIRS in text
    again.wait_for_function(f"!({KEPT})()")


def test_a_form_of_one_fact_is_kept_too(page: Page) -> None:
    page.goto(FACT)
    write(page, OURS, "#caution")
    again = crash(page)
    again.goto(FACT)
    expect(again.get_by_role("button", name="Compare it")).to_have_count(0)
    again.get_by_role("button", name="Take it").click()
    assert OURS in again.locator("#caution").input_value()
    expect(again.locator("[data-save-state]")).to_have_text("Kept, not in the draft yet")
    again.wait_for_function(f"!({KEPT})()")
    again.reload()
    assert OURS in again.locator("#caution").input_value()
    again.get_by_role("button", name="Back to what the draft has").click()
    expect(again.get_by_text("What was not saved is gone.")).to_be_visible()
    more = again.get_by_role("group", name="One more source")
    more.get_by_label("Title").fill("A second report")
    again.get_by_role("button", name="Save draft").click()
    expect(again.get_by_text("The draft is saved.")).to_be_visible()
    again.wait_for_function(f"!({KEPT})()")
    expect(again.get_by_text("that did not reach the server")).to_have_count(0)
    assert OURS not in again.locator("#caution").input_value()
