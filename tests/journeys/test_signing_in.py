from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, Open


def test_somebody_signs_in_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("officer@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Amira Haddad").first).to_be_visible()


def test_a_wrong_password_is_told_without_script(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, width=360)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("officer@example.org")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("officer@example.org")
