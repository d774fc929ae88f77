"""An officer learns: without JavaScript from the first lesson to the certificate, and with it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from coursesite.quizzes.models import Attempt
from coursesite.quizzes.queries import QUIZZES
from tests.journeys.axe import findings
from tests.journeys.conftest import Open, Site

MODULE = "/modules/prison-1-first-days"
QUIZ = "/quizzes/prison-1-first-days"
LESSONS = 6
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def key_of(session: Session, attempt_id: int) -> dict[str, list[str]]:
    """The fields and values that answer every drawn question rightly."""
    attempt = session.get_one(Attempt, attempt_id)
    quiz = QUIZZES.get(session, attempt.revision_id).text
    form: dict[str, list[str]] = {}
    for drawn in attempt.drawn:
        question = quiz.find_question(drawn["id"])
        assert question
        for part, values in question.key().items():
            name = question.id if part in {"chosen", "text"} else f"{question.id}.{part}"
            form[name] = list(values)
    return form


def answer(page: Page, form: dict[str, list[str]]) -> None:
    for name, values in form.items():
        for value in values:
            field = page.locator(f'[name="{name}"]')
            if field.first.get_attribute("type") in {"radio", "checkbox"}:
                page.locator(f'[name="{name}"][value="{value}"]').check()
            elif field.first.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)


def test_a_module_is_finished_without_javascript(open_page: Open, site: Site) -> None:
    page = open_page("officer", java_script_enabled=False, width=360)
    page.goto("/learn")
    page.get_by_role("link", name="Prison officers", exact=True).click()
    page.get_by_role("link", name="First days").click()
    page.get_by_role("link", name="Start with lesson 1").click()
    for _ in range(LESSONS):
        page.get_by_role("button", name="Mark as read and go on").click()
    page.get_by_role("button", name="Start the quiz").click()
    page.get_by_role("button", name="Check and hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("What you answered is kept.")
    with site.session() as session:
        form = key_of(session, int(page.url.rsplit("/", 1)[1]))
    answer(page, form)
    page.get_by_role("button", name="Check and hand in").click()
    expect(page.locator(".result")).to_contain_text("Passed")
    page.get_by_role("link", name="Confirm and finish").click()
    page.get_by_label("Yes, this is true").check()
    page.get_by_role("button", name="Confirm and finish the module").click()
    expect(page.get_by_text("Completed on")).to_be_visible()
    page.goto("/record")
    page.get_by_role("link", name="Certificate for First days").click()
    expect(page.get_by_role("main")).to_contain_text("Amira Haddad")


def test_a_check_answers_in_place_and_an_answer_is_kept_as_it_is_given(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(f"{MODULE}/what-cannot-wait")
    check = page.locator("form[data-check]").first
    check.get_by_role("button").click()
    expect(page.locator("[data-outcome]")).to_be_focused()
    page.goto(QUIZ)
    page.get_by_role("button", name="Start the quiz").click()
    first = page.locator("[data-question] input:not([type=hidden]), [data-question] select").first
    if first.evaluate("field => field.tagName") == "SELECT":
        first.select_option(index=1)
    else:
        first.check()
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    expect(page.locator("[data-version]").first).to_have_value("1")
    page.reload()
    expect(page.get_by_text("1 of 6 answered")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_learners_pages_are_open_to_everybody(open_page: Open, width: int) -> None:
    for dark in (False, True):
        page = open_page("manager", width=width, dark=dark)
        addresses = ("/learn", "/paths/prison-officers", MODULE, f"{MODULE}/what-cannot-wait")
        for address in (*addresses, f"{MODULE}/checklist", QUIZ, "/record"):
            page.goto(address)
            assert findings(page) == [], address
            assert page.evaluate(SIDEWAYS) <= 0, address
