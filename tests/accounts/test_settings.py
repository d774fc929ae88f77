"""What people may change about their own account."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.accounts.models import SignInSession
from coursesite.audit.models import Event
from tests.browser import Browser
from tests.makers import give_password, make_person

NEW = "kettle marble antenna 9"


def change(old: str, new: str, again: str | None = None) -> dict[str, str]:
    return {"old_password": old, "new_password": new, "again_password": again or new}


def test_a_new_password_ends_every_other_session(session: Session, browser: Browser) -> None:
    person = make_person(session)
    old = give_password(session, person)
    here, there = browser.sign_in(person), browser.sign_in(person)
    here.get("/settings")

    answer = here.post("/settings/password", change(old, NEW))

    assert answer.location == "/settings"
    assert "Your password is changed" in here.get("/settings").text
    assert there.get("/settings").status_code == 302
    fields = {"email": person.email, "password": NEW}
    assert browser.anonymous().post("/sign-in", fields).status_code == 302
    fields["password"] = old
    assert browser.anonymous().post("/sign-in", fields).status_code == 422
    event = session.scalars(sa.select(Event).where(Event.kind == "password-changed")).one()
    assert event.actor_id == person.id
    assert event.before is event.after is None


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("kettle mar", None, "Use at least 12 characters"),
        ("k1" * 65, None, "Use at most 128 characters"),
        ("password1234", None, "one of the first that others would try"),
        ("12!Sunshine!12", None, "one of the first that others would try"),
        ("QWERTYUIOPAS", None, "one of the first that others would try"),
        ("abcabcabcabcabc", None, "one of the first that others would try"),
        ("Children in View 1", None, "mostly a name that others know"),
        (NEW, "kettle marble antenna 8", "are not the same"),
        ("", None, "Enter a new password"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(
    session: Session, browser: Browser, new: str, again: str | None, said: str
) -> None:
    person = make_person(session)
    old = give_password(session, person)
    page = browser.sign_in(person).post("/settings/password", change(old, new, again))
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{new}"' not in page.text or not new


@pytest.mark.parametrize(
    "good", ["ünï çødé passwörd!", "   spaces around   ", "a" * 3 + "b" * 60 + "c" * 60, NEW]
)
def test_any_characters_will_do(session: Session, browser: Browser, good: str) -> None:
    person = make_person(session)
    old = give_password(session, person)
    client = browser.sign_in(person)
    assert client.post("/settings/password", change(old, good)).status_code == 302
    fields = {"email": person.email, "password": good}
    assert browser.anonymous().post("/sign-in", fields).status_code == 302


def test_the_old_password_is_asked_for(session: Session, browser: Browser) -> None:
    person = make_person(session)
    give_password(session, person)
    page = browser.sign_in(person).post("/settings/password", change("not it", NEW))
    assert page.status_code == 422
    assert "This is not the password that you have now" in page.text


def test_nobody_guesses_the_old_password_at_a_screen_left_open(
    session: Session, browser: Browser
) -> None:
    person = make_person(session)
    old = give_password(session, person)
    client = browser.sign_in(person)
    for _ in range(10):
        assert client.post("/settings/password", change("not it", NEW)).status_code == 422
    assert client.post("/settings/password", change(old, NEW)).status_code == 429


def test_one_ends_ones_sessions_elsewhere_and_nobody_elses(
    session: Session, browser: Browser
) -> None:
    person, other = make_person(session), make_person(session)
    here, there, others = browser.sign_in(person), browser.sign_in(person), browser.sign_in(other)
    assert "Sign out everywhere else" in here.get("/settings").text
    here.post("/settings/sign-out-others")
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 302
    assert others.get("/settings").status_code == 200


def test_devices_are_named(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    session.execute(sa.update(SignInSession).values(device=firefox))
    session.commit()
    assert "Firefox, Windows" in client.get("/settings").text


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ("device", "<html")],
)
def test_colours_are_chosen(session: Session, browser: Browser, chosen: str, shown: str) -> None:
    client = browser.sign_in(make_person(session))
    client.post("/settings/theme", {"theme": "light"})
    client.post("/settings/theme", {"theme": chosen})
    page = client.get("/settings").text
    assert shown in page
    assert ("data-theme" in page) is (chosen != "device")


def test_a_name_with_markup_is_shown_as_text(session: Session, browser: Browser) -> None:
    person = make_person(session, given_name="<script>alert(1)</script>", family_name='"><img>')
    page = browser.sign_in(person).get("/settings").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
