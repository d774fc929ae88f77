"""Acting from a list: for those who were chosen in it, or for everybody of it."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Leave, Requirement
from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services import assign, repair_counts
from coursesite.audit.models import Event
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import Digest
from coursesite.notifications.services import choose_digest
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from tests.assignments.makers import acting, in_days, make_plan, publish_module
from tests.browser import Browser, Client
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE

WAIVER = {"target": f"module:{MODULE}", "code": "duties", "reason": "Not their duty"}


@pytest.fixture
def wing(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def officers(session: Session, wing: Unit) -> list[Person]:
    people = [make_person(session, wing, family_name=f"Officer {n:02}") for n in range(60)]
    assign(session, make_plan(wing), acting(make_person(session, wing, audience=None)))
    found = sa.select(Requirement).where(Requirement.person_id.in_([p.id for p in people[:55]]))
    for requirement in session.scalars(found):
        requirement.due_on = in_days(-2)
    session.flush()
    repair_counts(session)
    return people


@pytest.fixture
def boss(session: Session, wing: Unit) -> Person:
    """A training officer who is no learner of the wing."""
    organisation = session.get_one(Organisation, wing.organisation_id)
    other = make_unit(session, organisation, "Office")
    return make_person(session, other, roles=(Role.TRAINING_OFFICER,))


def days(first: int, last: int) -> dict[str, str]:
    found = {}
    for name, number in (("starts_on", first), ("ends_on", last)):
        found[name] = in_days(number).isoformat()
    return found


def test_all_of_a_list_are_waived_though_a_page_shows_fifty(
    session: Session, browser: Browser, officers: list[Person], boss: Person
) -> None:
    client = browser.sign_in(boss)
    listed = client.get("/reports/people?state=overdue")
    assert "… or for everybody of this list: 55 records" in listed.text

    asked = client.get("/reports/changes/waiver?state=overdue&all=1")
    assert "Everybody of the list with 55 records" in asked.text
    whole = re.search(r'name="whole" value="([^"]+)"', asked.text)
    assert whole
    assert whole[1] == "state=overdue"
    sent = {**WAIVER, **days(0, 30), "whole": whole[1]}
    done = client.post("/reports/changes/waiver", data=sent, follow_redirects=True)
    assert "The training is waived: 55 people." in done.text
    waived = sa.select(sa.func.count()).select_from(Leave).where(Leave.excuse == Excuse.WAIVED)
    assert session.scalar(waived) == 55


def test_a_list_holds_nobody_whom_one_does_not_look_after(
    session: Session, browser: Browser, officers: list[Person]
) -> None:
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    client = browser.sign_in(stranger)
    sent = {**WAIVER, **days(0, 30), "whole": "state=overdue"}
    answer = client.post("/reports/changes/waiver", data=sent)
    assert answer.status_code == 422
    assert not session.scalars(sa.select(Leave)).all()
    unit = officers[0].unit_id
    answer = client.post("/reports/changes/waiver", data={**sent, "whole": f"unit={unit}"})
    assert answer.status_code == 404
    assert client.get(f"/reports/changes/waiver?all=1&unit={unit}").status_code == 404


def remind(client: Client, *people: Person) -> str:
    ids = [str(each.id) for each in people]
    sent = {"people": ids, "reason": "The inspection <b>comes</b> on Monday"}
    answer = client.post("/reports/changes/reminder", data=sent, follow_redirects=True)
    return str(answer.text)


def test_people_are_reminded_once_a_day_of_what_is_open(
    session: Session, browser: Browser, officers: list[Person], boss: Person
) -> None:
    late, done, other = officers[0], officers[1], officers[2]
    found = sa.select(Requirement).where(Requirement.person_id == done.id)
    session.scalars(found).one().progress = Progress.COMPLETED
    session.flush()
    client = browser.sign_in(boss)
    told = remind(client, late, done)
    assert f"The mail is written: {late.name}." in told
    assert f"{done.name}: Nothing is open for them." in told
    (mail,) = session.scalars(sa.select(Mail))
    assert mail.person_id == late.id
    assert f"The module {MODULE}" in mail.body
    assert f"You get this because {boss.name} looks after your training." in mail.body
    assert "The inspection <b>comes</b> on Monday" in mail.body
    assert mail.html
    assert "<b>comes" not in mail.html

    assert "They were reminded today already." in remind(client, late, other)
    assert len(session.scalars(sa.select(Mail)).all()) == 2
    kinds = session.scalars(sa.select(Event.kind).where(Event.kind == "reminded-by-hand"))
    assert len(kinds.all()) == 2


def test_whoever_gathers_reminders_once_a_week_gets_what_cannot_wait(
    session: Session, browser: Browser, officers: list[Person], boss: Person
) -> None:
    weekly = officers[0]
    choose_digest(session, weekly.id, Digest.WEEKLY)
    held = session.scalars(sa.select(Requirement).where(Requirement.person_id == weekly.id)).one()
    held.due_on = in_days(8)
    session.commit()
    client = browser.sign_in(boss)
    told = remind(client, weekly)
    assert f"{weekly.name}: They gather their reminders once a week" in told
    assert not session.scalars(sa.select(Mail)).all()
    held.due_on = in_days(7)
    session.commit()
    assert f"The mail is written: {weekly.name}." in remind(client, weekly)


def test_nobody_is_reminded_by_hand_in_quiet_hours(
    session: Session, browser: Browser, officers: list[Person], boss: Person
) -> None:
    zone = ZoneInfo(boss.organisation.time_zone)
    night = datetime(2027, 3, 6, 23, 30, tzinfo=zone)  # a Saturday
    with time_machine.travel(night):
        client = browser.sign_in(boss)
        asked = client.get(f"/reports/changes/reminder?person={officers[0].id}").text
        assert "It is quiet now: the mails go out on 8 March 2027, 07:00." in asked
        assert "The mail is written" in remind(client, officers[0])
    (mail,) = session.scalars(sa.select(Mail))
    assert mail.available_at.astimezone(zone) == datetime(2027, 3, 8, 7, tzinfo=zone)


def test_chosen_people_are_assigned_a_training(
    session: Session, browser: Browser, officers: list[Person], boss: Person
) -> None:
    publish_module(session, "the-next-one")
    sent = {
        "people": [str(each.id) for each in officers[:3]],
        "target": "module:the-next-one",
        "due_on": in_days(90).isoformat(),
        "reason": "New duties",
    }
    answer = browser.sign_in(boss).post("/reports/changes/assignment", data=sent)
    assert answer.status_code == 302
    found = sa.select(Requirement).where(Requirement.target_slug == "the-next-one")
    held = session.scalars(found).all()
    assert {each.person_id for each in held} == {each.id for each in officers[:3]}
    assert {each.due_on for each in held} == {in_days(90)}


def test_a_manager_who_may_not_assign_is_not_offered_it(
    session: Session, browser: Browser, officers: list[Person], wing: Unit
) -> None:
    manager = make_person(session, wing, roles=(Role.MANAGER,), audience=None)
    client = browser.sign_in(manager)
    assert "/reports/changes/assignment" not in client.get("/reports/people").text
    assert client.get("/reports/changes/assignment").status_code == 403
    before = len(session.scalars(sa.select(Assignment)).all())
    assert client.post("/reports/changes/assignment", data={}).status_code == 403
    assert len(session.scalars(sa.select(Assignment)).all()) == before
