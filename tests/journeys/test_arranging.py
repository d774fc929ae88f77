"""Putting steps in order and pairing answers: by pointer, by keyboard, and without a script."""

import pytest
from playwright.sync_api import Locator, Page, expect

from coursesite.content.rules import Completion
from coursesite.quizzes.rules import Quiz, QuizTerms
from tests.journeys.axe import findings
from tests.journeys.conftest import Open, Site
from tests.journeys.steps import SIDEWAYS, tab_to
from tests.learning.makers import a_module, publish_bank, publish_module
from tests.quizzes.examples import AT_THE_DOOR, WHO_DOES_WHAT, make, make_case

RIGHT = ["Find out who is at home.", "Say who you are.", "Explain what happens next.", "Write it"]
FIRST_PLACE = "[data-arrange] > li:first-child"


@pytest.fixture(scope="module", autouse=True)
def _quiz(site: Site) -> None:
    terms = Completion(None, QuizTerms(pass_mark=80, draw=3), attestation=False)
    questions = (make(AT_THE_DOOR), make(WHO_DOES_WHAT, objective=2), *make_case())
    with site.session() as session:
        publish_bank(session, Quiz("arranging", "en", questions))
        publish_module(session, a_module("arranging", completion=terms))


def begin(page: Page) -> Page:
    page.goto("/quizzes/arranging")
    begun = page.get_by_role("link", name="Go on with the quiz")
    begun.or_(page.get_by_role("button", name="quiz")).first.click()
    expect(page.locator("[data-arrange]")).to_be_visible()
    return page


def step(page: Page, words: str) -> Locator:
    return page.locator("[data-arrange] > li").filter(has_text=words)


def places(page: Page) -> list[str]:
    lists = page.locator("[data-arrange] select")
    chosen: list[str] = lists.evaluate_all("all => all.map(one => one.value)")
    return chosen


def drag(page: Page, what: Locator, to: Locator) -> None:
    """Slowly enough that the page sees the pointer on its way."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 6, steps=8)
    page.mouse.up()


def test_steps_are_dragged_into_their_order_and_kept(open_page: Open) -> None:
    page = begin(open_page("officer"))
    assert places(page) == ["", "", "", ""]
    for words in reversed(RIGHT):
        drag(page, step(page, words).locator(".grip"), page.locator(FIRST_PLACE))
    assert places(page) == ["1", "2", "3", "4"]
    expect(page.locator(FIRST_PLACE)).to_contain_text(RIGHT[0])
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    page.reload()
    expect(page.locator("[data-arrange] > li").nth(3)).to_contain_text(RIGHT[3])
    assert places(page) == ["1", "2", "3", "4"]


def test_the_keyboard_moves_steps_and_is_told_where_they_are(open_page: Open) -> None:
    page = begin(open_page("colleague"))
    last = page.locator("[data-arrange] > li").last
    words = last.locator("[data-step]").inner_text()
    button = page.get_by_role("button", name=f"Move up: {words}")
    button.focus()
    for _press in range(3):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="place 1 of 4")).to_have_text(
        f"{words}: place 1 of 4"
    )
    expect(page.locator(FIRST_PLACE)).to_contain_text(words)
    expect(button).to_be_disabled()
    expect(page.get_by_role("button", name=f"Move down: {words}")).to_be_focused()
    page.get_by_role("button", name=f"Move down: {words}").press("Enter")
    assert places(page) == ["1", "2", "3", "4"]
    expect(page.locator("[data-save-state]")).to_have_text("Saved")


def test_answers_are_dragged_to_where_they_belong(open_page: Open) -> None:
    page = begin(open_page("manager"))
    teacher = page.get_by_label("A teacher")
    chip = page.locator(".chip").filter(has_text="notices a change")
    drag(page, chip, page.locator("[data-pair] > li").filter(has_text="A teacher"))
    expect(teacher.locator("option:checked")).to_have_text("notices a change in class.")
    expect(chip).to_contain_class("used")
    expect(page.locator("[data-save-state]")).to_have_text("Saved")
    expect(page.locator("[data-answered]")).to_have_text("1 of 5 answered")
    drag(page, chip, page.locator("h1"))
    teacher.select_option("asks who is at home.")
    expect(chip).not_to_contain_class("used")


def test_an_answer_too_long_for_its_box_stands_below_it(open_page: Open) -> None:
    page = begin(open_page("officer", width=320))
    judge = page.locator("[data-pair] > li").filter(has_text="A judge")
    expect(judge.locator(".full-answer")).to_be_hidden()
    judge.get_by_role("combobox").select_option("asks what the sentence does to a child.")
    expect(judge.locator(".full-answer")).to_have_text("asks what the sentence does to a child.")


@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_is_kept_out(open_page: Open, width: int) -> None:
    page = begin(open_page("officer", width=width))
    assert findings(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    tab_to(page, "↓")


def test_a_thumb_moves_a_step(open_page: Open) -> None:
    page = begin(open_page("chief", width=360, has_touch=True))
    words = page.locator("[data-arrange] > li").last.locator("[data-step]").inner_text()
    page.get_by_role("button", name=f"Move up: {words}").tap()
    expect(page.locator("[data-arrange] > li").nth(2)).to_contain_text(words)


def test_without_a_script_the_lists_are_the_answer(open_page: Open) -> None:
    page = begin(open_page("admin", java_script_enabled=False))
    assert not page.locator(".grip, .moves, .chip").count()
    for place, words in enumerate(RIGHT, 1):
        step(page, words).get_by_role("combobox").select_option(str(place))
    page.get_by_role("button", name="Stop for now").click()
    begin(page)
    given = [step(page, words).get_by_role("combobox").input_value() for words in RIGHT]
    assert given == ["1", "2", "3", "4"]
