"""An author and a publisher at real browsers: with scripts, and without."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Open

EDIT = "/authoring/modules/police-2-at-the-door/en"
QUESTIONS = "/authoring/quizzes/police-2-at-the-door/en"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHEET = "/// facilitator"
CHOSEN = "box => box.value.slice(box.selectionStart, box.selectionEnd)"


def add(page: Page, words: str) -> None:
    """Write these words below the last lesson, above the sheet that closes it."""
    box = page.locator("#source")
    lessons, sheet = box.input_value().split(SHEET)
    box.fill(f"{lessons}{words}\n\n{SHEET}{sheet}")


def test_a_draft_saves_itself_and_a_problem_leads_to_its_line(open_page: Open) -> None:
    page = open_page("author")
    page.goto(EDIT)

    add(page, "[Lost](nowhere)")

    expect(page.locator("[data-save-state]")).to_have_text("Draft saved", timeout=20_000)
    problem = page.locator("#problems .problem-error").filter(has_text="nowhere")
    expect(problem).to_be_visible(timeout=20_000)
    problem.get_by_role("link").click()
    expect(page.locator("#source")).to_be_focused()
    assert page.locator("#source").evaluate(CHOSEN) == "[Lost](nowhere)"

    page.get_by_text("Insert a block").click()
    page.get_by_role("button", name="Key point").click()
    page.keyboard.press("Control+z")
    assert f"[Lost](nowhere)\n\n{SHEET}" in page.locator("#source").input_value()
    for name in ("name-of-check", "name-of-check-2"):
        page.get_by_text("Insert a block").click()
        page.get_by_role("button", name="Check", exact=True).click()
        assert f"{{id: {name}}}\nThe question?" in page.locator("#source").input_value()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Give this draft up").click()
    expect(page.get_by_text("The draft is given up.")).to_be_visible()


def test_somebody_who_was_signed_out_is_told_how_the_text_is_kept(open_page: Open) -> None:
    page = open_page("author")
    page.goto(EDIT)
    page.context.clear_cookies()

    add(page, "One more sentence.")

    state = page.locator("[data-save-state]")
    expect(state).to_contain_text("Your sign-in has ended", timeout=20_000)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_label("E-mail address").fill("author@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("#source")).to_have_value(re.compile("One more sentence"))


def test_a_form_keeps_itself_while_somebody_writes(open_page: Open) -> None:
    page = open_page("author")
    page.goto(f"{QUESTIONS}/questions")
    page.locator("[id^=question-] > a").first.click()
    address = page.url
    page.locator("#text").fill("Half a ques")
    page.locator("input[name=correct]").nth(1).check()
    page.get_by_role("link", name=re.compile("Insert.*Why the right")).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Insert").first.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#explanation")).to_be_focused()
    expect(page.locator("#explanation")).to_have_value(re.compile(r"!\[.+\]\(media/.+\)"))
    kept = page.locator("[data-save-state]")
    expect(kept).to_have_text("Kept, not in the draft yet", timeout=20_000)
    with page.expect_response(
        lambda answer: "Half+a+question%3F" in (answer.request.post_data or "")
    ):
        page.locator("#text").press_sequentially("tion?")
    expect(kept).to_have_text("Kept, not in the draft yet", timeout=20_000)
    page.close()

    again = open_page("author")
    again.goto(address)
    expect(again.locator("#text")).to_have_value("Half a question?")
    expect(again.locator("input[name=correct]").nth(1)).to_be_checked()
    expect(again.get_by_text("Not saved yet")).to_be_visible()
    again.get_by_role("button", name="Back to what the draft has").click()
    expect(again.locator("#text")).not_to_have_value("Half a question?")


def test_an_organisation_writes_its_own_passage(open_page: Open) -> None:
    page = open_page("admin")
    page.goto("/local/en/passages/arrest-plan-form")
    page.locator("#source").fill("Form **12b** asks for [@Z99] the children.")
    expect(page.locator("[data-save-state]")).to_have_text("Draft saved", timeout=20_000)
    problem = page.locator("#problems .problem-error")
    expect(problem).to_contain_text("fact 'Z99' is cited but not in facts.yaml", timeout=20_000)
    page.locator("#source").fill("Form **12b** asks for the children.")
    expect(page.locator("#preview strong")).to_have_text("12b", timeout=20_000)
    expect(page.locator("[data-save-state]")).to_have_text("Draft saved", timeout=20_000)
    page.goto("/local/en/publish")
    page.get_by_label("Minor").check()
    page.get_by_label("What changes, and why?").fill("The form is new.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("The form is new.")).to_be_visible()

    page.goto("/local/en/modules/police-1-before-the-door")
    expect(page.get_by_text("Form 12b asks for the children.")).to_be_visible()


def test_what_is_looked_up_is_put_at_the_cursor(open_page: Open) -> None:
    page = open_page("author")
    page.goto(EDIT)
    source = page.locator("#source")
    lesson = page.locator("#outline [data-lesson]").nth(2)
    lesson.click()
    expect(lesson).to_have_attribute("aria-current", "")
    expect(page.locator("#preview h2.part-title").nth(2)).to_be_in_viewport()

    source.press("End")
    page.get_by_role("link", name="Cite a fact").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("norway flats")
    page.get_by_role("button", name="Cite F24").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "[@F24]" in source.evaluate(
        "box => box.value.split('\\n').find(line => line.startsWith('# ') && line.includes('F24'))"
    )

    source.press("Control+h")
    page.get_by_label("Find", exact=True).fill("child")
    page.get_by_label("Whole words").check()
    page.get_by_label("Find", exact=True).press("Enter")
    expect(page.locator("[data-find-said]")).to_contain_text(" of ")
    assert source.evaluate(CHOSEN).lower() == "child"
    page.get_by_label("Replace with").fill("person")
    page.get_by_role("button", name="Replace all").click()
    expect(page.locator("[data-find-said]")).to_contain_text("replaced")
    assert " child " not in source.input_value()
    source.press("Control+z")
    assert " child " in source.input_value()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Give this draft up").click()
    expect(page.get_by_text("The draft is given up.")).to_be_visible()


def test_writing_and_publishing_without_scripts(open_page: Open) -> None:
    author = open_page("author", java_script_enabled=False)
    publisher = open_page("publisher", java_script_enabled=False)
    author.goto(EDIT)
    publisher.goto(EDIT)
    add(author, "<script>alert(1)</script> A sentence more.")
    author.get_by_role("button", name="Check and preview").click()
    expect(author.locator("#preview")).to_contain_text("<script>alert(1)</script> A sentence more.")
    author.get_by_role("button", name="Save draft").click()
    expect(author.get_by_text("The draft is saved.")).to_be_visible()
    writing = open_page("author")
    writing.goto(EDIT)

    add(publisher, "Another sentence.")
    publisher.get_by_role("button", name="Save draft").click()
    publisher.get_by_role("link", name="has a draft of this text, too").click()
    publisher.get_by_role("link", name="Take it over into my draft").click()
    publisher.get_by_label("Both, mine first").check()
    publisher.get_by_role("button", name="Make one draft of them").click()
    publisher.get_by_role("button", name="Save and go on to publishing").click()
    expect(publisher.locator("ins").filter(has_text="A sentence more.").first).to_be_visible()
    expect(publisher.locator("ins").filter(has_text="Another sentence.").first).to_be_visible()
    publisher.get_by_label("Minor").check()
    publisher.get_by_label("Note").fill("A sentence more.")
    publisher.get_by_role("button", name="Publish").click()
    expect(publisher.get_by_text("Published. Learners see it")).to_be_visible()
    add(writing, "Still writing.")
    expect(writing.get_by_role("status").get_by_role("link", name="What changed")).to_be_visible()

    publisher.get_by_role("button", name="Show the differences").click()
    expect(publisher.locator("ins").filter(has_text="Another sentence.").first).to_be_visible()
    author.goto(f"{EDIT}/publish")
    expect(author.get_by_role("heading", name="You cannot open this page")).to_be_visible()
