"""A scenario in which an earlier choice changes what comes later, played with the keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from coursesite.progress.models import ChoiceCount
from tests.content.documents import MODULE, TEXT, read
from tests.content.test_scenarios import OLD, PLAY
from tests.journeys.axe import findings
from tests.journeys.conftest import Open, Site
from tests.journeys.steps import SIDEWAYS, tab_to
from tests.learning.makers import publish_module

LESSON = "/modules/at-the-door/a-morning"
WITH_WAY_BACK = PLAY.replace("- [Go.](#debrief)", "- [Back to the door.](#door)\n- [Go.](#debrief)")


@pytest.fixture(scope="module", autouse=True)
def published(site: Site) -> None:
    module = read(TEXT.replace(OLD, WITH_WAY_BACK), MODULE.replace("quiz: {", "# quiz: {")).module
    assert module is not None
    with site.session() as session:
        publish_module(session, module)


def game_of(page: Page) -> Locator:
    return page.locator("[data-scenario=six]")


def press(page: Page, name: str) -> None:
    """Press what begins with this name; the scene that it leads to takes the focus."""
    tab_to(page, name)
    page.keyboard.press("Enter")
    expect(game_of(page).locator("[data-scene]:focus")).to_have_count(1)


def trust(page: Page) -> Locator:
    return game_of(page).locator("> .meters")


def test_an_earlier_choice_changes_what_comes_later(open_page: Open, site: Site) -> None:
    page = open_page("officer", width=360)
    page.goto(LESSON)
    game = game_of(page)
    expect(trust(page)).to_have_text("Her trustthin")
    press(page, "Tell her the truth.")
    expect(game.get_by_text("She opens before you knock.")).to_be_visible()
    expect(game.get_by_text("Nobody opens.")).to_be_hidden()
    expect(game.get_by_text("If you told the truth", exact=False).first).to_be_hidden()
    expect(game.get_by_role("link", name="Knock again.")).to_be_hidden()
    expect(trust(page)).to_have_text("Her trustwhole")
    expect(game.get_by_role("status").filter(has_text="Her trust: whole.")).to_have_count(1)
    expect(game.locator("#six--later")).to_be_focused()
    assert findings(page) == []
    assert page.evaluate(SIDEWAYS) <= 0
    goes_back_and_is_as_before(page)
    ends_another_way(page)
    comes_back_and_sees_it_again(page)
    with site.session() as session:
        counted = {(each.scene_id, each.people) for each in session.query(ChoiceCount)}
    assert counted == {("door", 1), ("later", 1)}


def goes_back_and_is_as_before(page: Page) -> None:
    game = game_of(page)
    press(page, "Go back one step")
    expect(trust(page)).to_have_text("Her trustthin")
    press(page, "Say that it is a game.")
    expect(trust(page)).to_have_text("Her trustgone")
    expect(game.get_by_text("Nobody opens.")).to_be_visible()
    expect(game.get_by_role("link", name="Ask how she slept.")).to_be_hidden()
    page.go_back()
    expect(game.get_by_text("It is six.")).to_be_visible()
    page.go_forward()
    expect(game.get_by_text("Nobody opens.")).to_be_visible()
    page.reload()
    expect(trust(page)).to_have_text("Her trustgone")
    expect(game.get_by_text("Nobody opens.")).to_be_visible()
    press(page, "Knock again.")
    press(page, "Back to the door.")
    expect(trust(page)).to_have_text("Her trustthin")


def ends_another_way(page: Page) -> None:
    game = game_of(page)
    press(page, "Leave your card.")
    press(page, "Ask how she slept.")
    expect(game.get_by_text("You had knocked.")).to_be_visible()
    expect(game.get_by_text("The route you took")).to_be_visible()
    expect(game.locator(".taken")).to_contain_text("How it endedHer trustthin")
    expect(game.get_by_text("Nobody else sees which route you took.")).to_be_visible()
    assert findings(page) == []


def comes_back_and_sees_it_again(page: Page) -> None:
    page.evaluate("sessionStorage.clear()")
    page.goto(LESSON)
    game = game_of(page)
    expect(game.get_by_text("You have played this before.")).to_be_visible()
    press(page, "See your last route and the debrief")
    expect(game.locator("[data-last] li")).to_have_count(5)
    expect(game.get_by_text("If you knocked:")).to_be_visible()
    assert findings(page) == []
    press(page, "Start again")
    expect(game.get_by_text("It is six.")).to_be_visible()
    press(page, "Tell her the truth.")
    press(page, "Ask how she slept.")
    expect(game.get_by_text("The route you took", exact=True)).to_be_visible()
    press(page, "Start again")
    press(page, "Leave your card.")
    press(page, "Ask how she slept.")
    expect(game.locator("[data-last] li")).to_have_text(
        ["Tell her the truth.✓ A good choice", "Ask how she slept.✓ A good choice"]
    )


def test_without_script_and_on_paper_it_says_for_whom_a_passage_is(open_page: Open) -> None:
    page = open_page("officer", java_script_enabled=False)
    page.goto(LESSON)
    game = game_of(page)
    expect(game.get_by_text("If you told the truth:")).to_be_visible()
    expect(game.get_by_text("Unless you told the truth or you left your card:")).to_be_visible()
    expect(game.get_by_text("Her trust")).to_have_count(0)
    page.close()

    page = open_page("colleague")
    page.goto(LESSON)
    page.emulate_media(media="print")
    expect(game_of(page).get_by_text("If you told the truth:")).to_be_visible()
    expect(game_of(page).get_by_text("Unless you told the truth:")).to_be_visible()
    expect(game_of(page).get_by_role("link", name="Knock again.")).to_be_visible()
    expect(trust(page)).to_be_hidden()


def test_the_map_leads_to_the_line_of_a_scene(open_page: Open) -> None:
    page = open_page("author")
    page.goto("/authoring/modules/prison-1-first-days/en")
    link = page.locator("#maps a[data-line]").first
    name = (link.get_attribute("aria-label") or "").removeprefix("Go to the scene ")
    link.focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("Text of the module")
    expect(box).to_be_focused()
    marked = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert marked == f"/// scene | {name}"
