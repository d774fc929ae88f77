"""Signing in and out: who gets in, what a stranger learns, what the server can end."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import SignInSession
from coursesite.jobs.models import Job
from coursesite.people.models import Person, RoleGrant
from coursesite.people.rules import Role
from tests.browser import Browser
from tests.makers import give_password, make_organisation, make_person, make_unit

WRONG = "The e-mail address or the password is not right."


def test_a_person_signs_in_and_goes_where_they_wanted(session: Session, browser: Browser) -> None:
    person = make_person(session)
    password = give_password(session, person)
    client = browser.anonymous()

    asked = client.get("/settings?x=1")
    form = client.get(asked.location)
    answer = client.post(
        "/sign-in", {"email": person.email.upper(), "password": password, "next": "/settings?x=1"}
    )

    assert asked.location == "/sign-in?next=/settings?x%3D1"
    assert 'value="/settings?x=1"' in form.text
    assert answer.location == "/settings?x=1"
    assert client.get("/settings").status_code == 200
    assert client.get("/sign-in").location == "/learn"


def test_the_form_helps_password_managers(browser: Browser) -> None:
    page = browser.anonymous().get("/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_address_get_one_answer(
    session: Session, browser: Browser, known: bool
) -> None:
    person = make_person(session)
    give_password(session, person)
    email = person.email if known else "nobody@example.org"
    client = browser.anonymous()
    client.get("/sign-in")
    page = client.post("/sign-in", {"email": email, "password": "something else"})
    assert page.status_code == 422
    assert WRONG in page.text
    assert f'value="{email}"' in page.text
    assert "something else" not in page.text


def test_who_left_cannot_sign_in(session: Session, browser: Browser) -> None:
    person = make_person(session, left_on=date(2026, 1, 1))
    password = give_password(session, person)
    page = browser.anonymous().post("/sign-in", {"email": person.email, "password": password})
    assert WRONG in page.text


def test_an_empty_form_says_what_is_missing(browser: Browser) -> None:
    page = browser.anonymous().post("/sign-in", {})
    assert page.status_code == 422
    assert '<a href="#email">Enter your e-mail address</a>' in page.text
    assert '<a href="#password">Enter your password</a>' in page.text


def test_passwords_are_never_taken_from_the_address(session: Session, browser: Browser) -> None:
    person = make_person(session)
    password = give_password(session, person)
    client = browser.anonymous()
    client.get(f"/sign-in?email={person.email}&password={password}")
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/learn\r\nX-Evil: 1",
        "javascript:alert(1)",
        "/sign-in",
        "/sign-out?x=1",
        "",
    ],
)
def test_nobody_is_sent_to_another_site_or_in_a_circle(
    session: Session, browser: Browser, elsewhere: str
) -> None:
    person = make_person(session)
    password = give_password(session, person)
    fields = {"email": person.email, "password": password, "next": elsewhere}
    assert browser.anonymous().post("/sign-in", fields).location == "/learn"


def test_signing_in_makes_a_new_session_and_ends_the_one_before(
    session: Session, browser: Browser
) -> None:
    person = make_person(session)
    password = give_password(session, person)
    client = browser.anonymous()
    fields = {"email": person.email, "password": password}
    client.post("/sign-in", fields)
    first = session.scalars(sa.select(SignInSession)).one()
    client.token = ""
    with client.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    client.get("/settings")
    client.post("/sign-in", fields)
    session.expire_all()

    with client.client.session_transaction() as cookie:
        assert cookie["_user_id"] != token
    assert len(token) >= 43
    assert first.ended_at is not None


def test_nothing_in_the_cookie_from_before_signing_in_stays(
    session: Session, browser: Browser
) -> None:
    """Whoever had put a cookie of their own into this browser knows nothing of it any more."""
    person = make_person(session)
    fields = {"email": person.email, "password": give_password(session, person)}
    client = browser.anonymous()
    client.get("/sign-in")
    with client.client.session_transaction() as cookie:
        known = cookie["csrf_token"]
        cookie["planted"] = "by somebody else"
    client.post("/sign-in", fields)
    client.get("/settings")
    with client.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["csrf_token"] != known


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize(
    ("days", "status"),
    [((0, None), 200), ((1, None), 403), ((-9, 0), 200), ((-9, -1), 403), ((-9, 9), 200)],
)
def test_a_role_opens_pages_from_its_first_day_to_its_last(
    session: Session, browser: Browser, zone: str, days: tuple[int, int | None], status: int
) -> None:
    """Those days are where the organisation is."""
    unit = make_unit(session, make_organisation(session, time_zone=zone))
    person, today = make_person(session, unit, roles=(Role.MANAGER,)), clock.today(zone)
    first, last = (None if each is None else today + timedelta(days=each) for each in days)
    session.execute(sa.update(RoleGrant).values(starts_on=first, ends_on=last))
    session.commit()
    assert browser.sign_in(person).get("/people").status_code == status


def test_after_signing_out_the_old_cookie_opens_nothing(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    with client.client.session_transaction() as cookie:
        kept = dict(cookie)
    client.get("/settings")
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    with client.client.session_transaction() as cookie:
        assert "_user_id" not in cookie
        cookie.update(kept)
    assert client.get("/settings").location.startswith("/sign-in")


def test_signing_out_needs_a_button(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    assert client.get("/sign-out").status_code == 405
    assert client.get("/settings").status_code == 200


def test_a_session_ends_after_an_hour_without_use(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    seen(session, minutes=59)
    assert client.get("/settings").status_code == 200
    seen(session, minutes=61)
    assert client.get("/settings").status_code == 302


def test_a_session_ends_after_twelve_hours_of_use(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    session.execute(sa.update(SignInSession).values(expires_at=clock.now()))
    session.commit()
    assert client.get("/settings").status_code == 302


def test_use_is_noted_at_most_every_five_minutes(session: Session, browser: Browser) -> None:
    client = browser.sign_in(make_person(session))
    before = seen(session, minutes=4)
    client.get("/settings")
    assert session.scalar(sa.select(SignInSession.last_seen_at)) == before
    before = seen(session, minutes=6)
    client.get("/settings")
    now = session.scalars(sa.select(SignInSession.last_seen_at)).one()
    assert now > before + timedelta(minutes=5)


def seen(session: Session, minutes: int) -> datetime:
    moment = clock.now() - timedelta(minutes=minutes)
    session.execute(sa.update(SignInSession).values(last_seen_at=moment))
    session.commit()
    return moment


def test_the_first_sign_in_is_told_to_assignments_once(session: Session, browser: Browser) -> None:
    person = make_person(session)
    fields = {"email": person.email, "password": give_password(session, person)}
    browser.anonymous().post("/sign-in", fields)
    browser.anonymous().post("/sign-in", fields)
    session.expire_all()
    jobs = session.scalars(sa.select(Job).where(Job.kind == "people-changed")).all()
    assert [job.payload for job in jobs] == [{"person_id": person.id}]
    assert session.get_one(Person, person.id).first_signed_in_at is not None


def test_a_script_without_a_session_gets_json(browser: Browser) -> None:
    answer = browser.anonymous().get("/settings", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 401
    assert answer.json == {"error": "Your session is over. Sign in again."}


def test_the_eleventh_wrong_try_is_refused(session: Session, browser: Browser) -> None:
    person = make_person(session)
    password = give_password(session, person)
    client = browser.anonymous()
    for _ in range(10):
        assert client.post("/sign-in", {"email": person.email, "password": "x"}).status_code == 422
    with structlog.testing.capture_logs() as events:
        refused = client.post("/sign-in", {"email": person.email, "password": password})
    assert refused.status_code == 429
    assert [each["event"] for each in events] == ["too many tries"]
    assert "Wait a few minutes" in refused.text


def test_a_station_behind_one_address_signs_in_at_the_start_of_a_shift(
    session: Session, browser: Browser
) -> None:
    for _ in range(12):
        person = make_person(session)
        fields = {"email": person.email, "password": give_password(session, person)}
        assert browser.anonymous().post("/sign-in", fields).status_code == 302


def test_one_address_does_not_try_a_password_on_everybody(browser: Browser) -> None:
    visitor = browser.anonymous()
    answers = [
        visitor.post("/sign-in", {"email": f"person-{number}@example.org", "password": "Spring1"})
        for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2


def test_one_account_is_guarded_from_many_addresses(session: Session, browser: Browser) -> None:
    """However it is typed."""
    person = make_person(session)
    typed = (person.email, person.email.upper(), f" {person.email} ")
    answers = [
        browser.anonymous().post(
            "/sign-in",
            {"email": typed[number % 3], "password": "wrong"},
            environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"},
        )
        for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
