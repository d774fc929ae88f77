"""An author and a publisher: the course changes under way, and nobody is thrown out of it."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open

SLUG = "prison-1-first-days"
EDITOR = f"/authoring/modules/{SLUG}/en"
QUESTIONS = f"/authoring/quizzes/{SLUG}/en"
LESSON = f"/modules/{SLUG}/why-first-days"
BEFORE, AFTER = "The van is late.", "The van is two hours late."
ANEW = "(Asked anew.)"


def test_a_text_is_broken_mended_published_and_shown_as_it_was(open_page: Open) -> None:
    learner, author, publisher = open_page("officer"), open_page("author"), open_page("publisher")
    learner.goto(LESSON)
    expect(learner.get_by_text(BEFORE)).to_be_visible()

    breaks_it(author)
    mends_it(author)
    learner.reload()
    expect(learner.get_by_text(BEFORE)).to_be_visible()

    publishes(publisher, EDITOR)
    learner.reload()
    expect(learner.get_by_text(AFTER)).to_be_visible()
    shows_it_as_it_was(publisher)


def breaks_it(page: Page) -> None:
    """The problem comes with its line, and the draft outlives the page."""
    page.goto("/authoring")
    with page.expect_navigation():
        page.get_by_role("link", name="First days").first.click()
    source = page.locator("#source")
    source.fill(source.input_value().replace(BEFORE, f"{AFTER} [@Z99]"))
    problem = page.locator("#problems li").filter(has_text="Z99")
    expect(problem).to_be_visible()
    expect(page.locator("[data-save-state]")).to_have_text("Draft saved")
    problem.get_by_role("link", name="Line").click()
    expect(source).to_be_focused()
    page.reload()
    expect(page.locator("#problems li").filter(has_text="Z99")).to_be_visible()


def mends_it(page: Page) -> None:
    source = page.locator("#source")
    source.fill(source.input_value().replace(" [@Z99]", ""))
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    expect(page.locator("#problems li").filter(has_text="Z99")).to_have_count(0)


def publishes(page: Page, editor: str) -> None:
    page.goto(f"{editor}/publish")
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_label("Minor").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Learners see it from the next page")).to_be_visible()


def shows_it_as_it_was(page: Page) -> None:
    page.get_by_role("link", name="Exactly as it was").last.click()
    expect(page.get_by_text(BEFORE)).to_be_visible()
    expect(page.get_by_text(AFTER)).to_have_count(0)


def test_an_open_attempt_stays_on_the_questions_it_began_with(open_page: Open) -> None:
    began, publisher = open_page("officer"), open_page("publisher")
    starts_the_quiz(began)
    publisher.goto(QUESTIONS)
    source = publisher.locator("#source")
    source.fill(re.sub(r'(?m)^(    text: .*?)("?)$', rf"\1 {ANEW}\2", source.input_value()))
    publisher.get_by_role("button", name="Save and go on to publishing").click()
    publishes(publisher, QUESTIONS)

    began.reload()
    expect(began.locator("[data-question]")).to_have_count(6)
    expect(began.get_by_text(ANEW)).to_have_count(0)
    later = open_page("colleague")
    starts_the_quiz(later)
    expect(later.get_by_text(ANEW)).to_have_count(6)


def starts_the_quiz(page: Page) -> None:
    page.goto(f"/quizzes/{SLUG}")
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.get_by_role("button", name="Check and hand in")).to_be_visible()
