"""A prison officer, from the first sign-in to the certificate that a stranger checks."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Open, Site
from tests.journeys.steps import (
    NOTHING_WAITS,
    SIDEWAYS,
    answer,
    assign_path,
    follow,
    key_of,
    read_to_the_end,
    tab_to,
)

QUIZ = "prison-1-first-days"
MODULE = f"/modules/{QUIZ}"
TITLE = "First days: reception, recording children, first contact"
NOTE = "At the desk, before the phone is stored."


@pytest.fixture(scope="module", autouse=True)
def required(site: Site) -> None:
    assign_path(site, "manager", "prison-officers", "HMP Ashfield")


def test_an_officer_learns_over_several_days_and_is_certified(open_page: Open, site: Site) -> None:
    page = open_page()
    signs_in_with_the_keyboard(page)
    sees_what_is_required_and_opens_the_first_lesson(page)
    tries_a_check(page)
    looks_up_a_source(page)
    keeps_a_note(page)
    page.get_by_role("button", name="Mark as read and go on").click()
    expect(page.get_by_text("Lesson 2 of 6")).to_be_visible()
    page.close()

    phone = open_page("officer", width=360)
    goes_on_where_it_stopped(phone)
    plays_the_scenario(phone)
    read_to_the_end(phone)
    begins_the_quiz(phone, site)
    phone.close()

    page = open_page("officer")
    finds_the_answers_again(page, site)
    hands_in(page, site)
    confirms(page)
    code = sees_the_certificate(page)
    anybody_can_check(open_page(), code)


def signs_in_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    follow(page, "Sign in")
    tab_to(page, "E-mail address")
    page.keyboard.type("officer@example.org")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My learning")).to_be_visible()


def sees_what_is_required_and_opens_the_first_lesson(page: Page) -> None:
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Prison officers"))
    expect(row).to_contain_text("Due in 20 days")
    expect(row).to_contain_text("Why: New arrivals come with children outside.")
    follow(page, "Prison officers")
    follow(page, TITLE)
    expect(page.get_by_text("0 of 6 lessons read")).to_be_visible()
    follow(page, "Start with lesson 1")
    expect(page.get_by_text("Lesson 1 of 6")).to_be_visible()


def looks_up_a_source(page: Page) -> None:
    """The sources are folded; a citation opens its own."""
    citation = page.locator('a[href^="#source-"]').first
    source = page.locator(str(citation.get_attribute("href")))
    expect(source).to_be_hidden()
    citation.click()
    expect(source).to_be_in_viewport()


def tries_a_check(page: Page) -> None:
    check = page.locator("#check-can-it-wait")
    check.get_by_label("You're right. Let's keep reception").check()
    check.get_by_role("button").press("Enter")
    expect(check.get_by_text("Not quite.")).to_be_visible()
    expect(check.locator("[data-outcome]")).to_be_focused()
    expect(check.get_by_text("By next week a child may have been alone")).to_be_visible()
    check.get_by_label("are about safety").check()
    check.get_by_role("button").press("Enter")
    expect(check.get_by_text("That is it.")).to_be_visible()


def keeps_a_note(page: Page) -> None:
    note = page.locator("#reflect-last-late-shift")
    note.get_by_role("textbox").fill(NOTE)
    note.get_by_role("button", name="Keep my note").click()
    expect(note.get_by_role("textbox")).to_have_value(NOTE)


def goes_on_where_it_stopped(page: Page) -> None:
    page.goto("/learn")
    expect(page.get_by_text("1 of 6 lessons read")).to_be_visible()
    assert page.evaluate(SIDEWAYS) <= 0
    page.get_by_role("link", name="Continue with lesson 2").click()
    expect(page.get_by_text("Lesson 2 of 6")).to_be_visible()
    page.goto(f"{MODULE}/why-first-days")
    expect(page.locator("#reflect-last-late-shift textarea")).to_have_value(NOTE)


def plays_the_scenario(page: Page) -> None:
    page.goto(f"{MODULE}/family-rings")
    game = page.locator("[data-scenario=reception-19-10]")
    game.get_by_role("link", name="Don't lie to me.").click()
    expect(game.get_by_text("He shuts down.")).to_be_visible()
    expect(game.get_by_text("A new arrival, about thirty")).to_be_hidden()
    game.get_by_role("link", name="Go back and choose again.").click()
    game.get_by_role("link", name="People often hold back").click()
    game.get_by_role("link", name="Hear what he says.").click()
    game.get_by_role("link", name="I need to read that order first.").click()
    go_on_to_the_debrief(page)


def go_on_to_the_debrief(page: Page) -> None:
    game = page.locator("[data-scenario=reception-19-10]")
    scene = game.locator("[data-scene]:visible")
    while not game.get_by_text("The route you took").count():
        here = scene.get_attribute("id")
        good = scene.locator("a[data-quality=good]")
        (good if good.count() else scene.get_by_role("link")).last.click()
        expect(game.locator(f"[id='{here}']")).to_be_hidden()
    expect(game.get_by_text("A poor choice")).to_have_count(1)
    expect(game.get_by_text("Recorded as done. Nobody else sees which route")).to_be_visible()
    page.goto(f"{MODULE}/ask-and-record")


def begins_the_quiz(page: Page, site: Site) -> None:
    expect(page.get_by_role("heading", name=f"Quiz: {TITLE}")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Start the quiz").click()
    key = key_of(site, QUIZ)
    for number in range(2):
        answer(page.locator("[data-question]").nth(number), key)
    page.wait_for_function(NOTHING_WAITS)
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    assert page.evaluate(SIDEWAYS) <= 0


def finds_the_answers_again(page: Page, site: Site) -> None:
    page.goto("/learn")
    page.get_by_role("link", name="Go on with the quiz").click()
    page.get_by_role("link", name="Go on with the quiz").click()
    expect(page.get_by_text("2 of 6 answered")).to_be_visible()
    first = page.locator("[data-question]").first
    assert first.locator("input:checked, option:checked:not([value=''])").count()


def hands_in(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Check and hand in").click()
    summary = page.get_by_role("alert").filter(has_text="Some questions are not answered yet")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(4)
    summary.get_by_role("link").first.click()
    key = key_of(site, QUIZ)
    for question in page.locator("[data-question]").all():
        answer(question, key)
    page.get_by_role("button", name="Check and hand in").click()
    expect(page.get_by_text("6 of 6 right")).to_be_visible()


def confirms(page: Page) -> None:
    page.get_by_role("link", name="Confirm and finish").click()
    page.get_by_role("button", name="Confirm and finish the module").click()
    expect(page.get_by_text("Tick the box if it is true")).to_be_visible()
    page.get_by_label("Yes, this is true").check()
    page.get_by_role("button", name="Confirm and finish the module").click()
    expect(page.get_by_text("Completed on")).to_be_visible()


def sees_the_certificate(page: Page) -> str:
    page.get_by_role("link", name="Your record and certificates").click()
    row = page.get_by_role("row").filter(has_text=TITLE).first
    row.get_by_role("link", name="Certificate").click()
    expect(page.get_by_role("heading", name="Certificate of Amira Haddad")).to_be_visible()
    pdf = page.get_by_role("link", name="Download as PDF").get_attribute("href") or ""
    assert page.request.get(pdf).body().startswith(b"%PDF")
    return page.locator(".certificate .code").inner_text()


def anybody_can_check(page: Page, code: str) -> None:
    page.goto("/verify")
    page.get_by_label("Certificate code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("A. Haddad")).to_be_visible()
    expect(page.get_by_text(TITLE).first).to_be_visible()
    expect(page.locator("main").get_by_text("Amira")).to_have_count(0)


def test_the_same_way_without_script(open_page: Open, site: Site) -> None:
    page = open_page("colleague", java_script_enabled=False, width=360)
    page.goto("/learn")
    page.get_by_role("link", name="Prison officers", exact=True).click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Start with lesson 1").click()
    page.locator("#check-can-it-wait").get_by_label("are about safety").check()
    page.locator("#check-can-it-wait").get_by_role("button").click()
    expect(page.get_by_text("That is it.")).to_be_visible()
    read_to_the_end(page)

    page.get_by_role("button", name="Start the quiz").click()
    page.get_by_role("button", name="Check and hand in").click()
    expect(page.get_by_role("heading", name="Some questions are not answered yet")).to_be_visible()
    key = key_of(site, QUIZ)
    for question in page.locator("[data-question]").all():
        answer(question, key)
    page.get_by_role("button", name="Check and hand in").click()
    confirms_without_script(page)


def confirms_without_script(page: Page) -> None:
    page.get_by_role("link", name="Confirm and finish").click()
    page.get_by_label("Yes, this is true").check()
    page.get_by_role("button", name="Confirm and finish the module").click()
    expect(page.get_by_text("Completed on")).to_be_visible()
