"""People are told what is due, once for each step, in one mail a day, and not without reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import schedule
from coursesite.assignments.models import Assignment, Reminder
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import (
    assign,
    completed,
    end_assignment,
    give_extension,
    mark_absent,
    open_renewals,
    waive,
)
from coursesite.config import MailSecurity, MailSettings
from coursesite.jobs.models import Job
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import Digest, Hours, MailState
from coursesite.notifications.services import choose_digest, choose_hours, note_trouble
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.reminding.queries.foreseeing import foresee
from coursesite.reminding.queries.gathered import is_wanted
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder, Level
from coursesite.reminding.services import REMIND, begin_runs, keep_ladder
from tests.assignments.makers import (
    acting,
    complete,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.browser import Queries
from tests.makers import make_organisation, make_person, make_unit
from tests.reminding.conftest import Pass, at, in_days

BECAUSE = Reason(ReasonCode.OTHER, "A reason")


def steps(session: Session) -> list[tuple[str, int]]:
    found = session.execute(sa.select(Reminder.step, Reminder.recipient_id))
    return sorted((row.step, row.recipient_id) for row in found)


def to(mails: list[Mail]) -> set[int]:
    return {mail.person_id for mail in mails}


@pytest.mark.usefixtures("assigned")
def test_the_ladder_climbs_once_for_each_step(
    session: Session, boss: Person, amira: Person, pass_day: Pass
) -> None:
    chief = make_person(session, amira.unit, roles=(Role.MANAGER,))
    told = [(mail.person_id, days) for days in range(27, 80) for mail in pass_day(in_days(days))]

    # Due on day 60, a Saturday; mails go out from Monday to Friday. The boss must learn it too.
    assert [days for whom, days in told if whom == amira.id] == [30, 55, 62, 69]
    assert [days for whom, days in told if whom == boss.id] == [30, 55, 62, 69]
    assert [days for whom, days in told if whom == chief.id] == [69, 76]
    assert [step for step, whom in steps(session) if whom == amira.id] == ["+7", "-30", "-7", "0"]
    copies = [(step, whom) for step, whom in steps(session) if "+7" in step or "+14" in step]
    assert ("manager+7", boss.id) in copies
    assert ("above+14", chief.id) in copies


@pytest.mark.usefixtures("assigned")
def test_two_workers_and_two_runs_a_day_make_one_mail(
    session: Session, amira: Person, boss: Person, pass_day: Pass
) -> None:
    assert to(pass_day(in_days(30))) == {amira.id, boss.id}
    with at(in_days(30), hour=10):
        assert begin_runs(session, mailing=True) == 0
    assert pass_day(in_days(30), hour=10) == []
    assert pass_day(in_days(31)) == []


@pytest.mark.usefixtures("assigned")
def test_one_mail_tells_all_that_is_due(
    session: Session, wing: Unit, amira: Person, boss: Person, pass_day: Pass
) -> None:
    publish_module(session, "another")
    with at(in_days(0)):
        other = assign(session, make_plan(wing, slug="another"), acting(boss))
        keep_ladder(session, other, DEFAULT_LADDER, acting(boss), enabled=True)

    mails = {mail.person_id: mail for mail in pass_day(in_days(69))}

    mine = mails[amira.id]
    assert mine.subject == "2 trainings are due for you"
    for title in ("The module prison-1-first-days", "The module another"):
        assert title in mine.body
        assert title in (mine.html or "")
    assert "  was due on Saturday 30 January 2027" in mine.body
    assert "cannot be switched off" in mine.body
    assert "Amira Haddad, Wing: The module another" in mails[boss.id].body


def test_after_days_of_outage_one_mail_comes_and_not_seven(
    session: Session, assigned: Assignment, amira: Person, pass_day: Pass
) -> None:
    assert amira.id in to(pass_day(in_days(78)))
    mine = [step for step, whom in steps(session) if whom == amira.id]
    assert mine == ["+7"]


@pytest.mark.parametrize("days", [30, 69])
def test_nobody_is_reminded_without_reason(
    session: Session,
    assigned: Assignment,
    boss: Person,
    pass_day: Pass,
    days: int,
) -> None:
    wing = session.get_one(Unit, boss.unit_id)
    with at(in_days(0)):
        done, waived, absent, left, erased = (make_person(session, wing) for _ in range(5))
        again = make_plan(wing, reason="Once more")
        end_assignment(session, assigned, acting(boss), reason="For another")
        made = assign(session, again, acting(boss))
        keep_ladder(session, made, DEFAULT_LADDER, acting(boss), enabled=True)
        completed(session, complete(session, done))
        rest = Rest(Excuse.WAIVED, in_days(0), None)
        waive(session, [requirement_of(session, waived)], rest, BECAUSE, acting(boss))
        away = Rest(Excuse.ABSENT, in_days(0), None)
        mark_absent(session, [absent], away, BECAUSE, acting(boss))
    left.left_on = in_days(1)
    erased.erased_at = made.created_at
    session.commit()

    mails = pass_day(in_days(days))

    nobody = {done.id, waived.id, absent.id, left.id, erased.id}
    assert mails
    assert not to(mails) & nobody
    told = session.scalars(sa.select(Reminder.recipient_id))
    assert not set(told) & nobody


@pytest.mark.usefixtures("assigned")
def test_a_mail_that_still_waits_is_not_wanted_once_it_is_done(
    session: Session, amira: Person, pass_day: Pass
) -> None:
    [mail] = [each for each in pass_day(in_days(30)) if each.person_id == amira.id]
    with at(in_days(30)):
        assert is_wanted(session, mail.id, in_days(30))
        completed(session, complete(session, amira))
        assert not is_wanted(session, mail.id, in_days(30))


def test_a_renewal_is_told_before_it_expires(
    session: Session, assigned: Assignment, amira: Person, boss: Person, pass_day: Pass
) -> None:
    with at(in_days(0)):
        completed(session, complete(session, amira))
        until = requirement_of(session, amira).valid_until
    assert until
    assert until == date(2027, 12, 1)
    with at(until - timedelta(days=60)):
        open_renewals(session)
    mails = {mail.person_id: mail for mail in pass_day(until - timedelta(days=30))}
    assert "(renewal)" in mails[amira.id].body


@pytest.mark.usefixtures("assigned")
def test_a_date_that_was_moved_is_told_anew(
    session: Session, amira: Person, boss: Person, pass_day: Pass
) -> None:
    pass_day(in_days(55))
    with at(in_days(56)):
        due = in_days(100)
        chosen = [requirement_of(session, amira)]
        give_extension(session, chosen, due, BECAUSE, acting(boss))
        session.commit()
    assert periods_of(session, amira)[0].due_on == in_days(100)
    pass_day(in_days(76))
    pass_day(in_days(93))
    mine = [step for step, whom in steps(session) if whom == amira.id]
    moved = in_days(100).isoformat()
    assert mine == sorted(["-7", f"-30@{moved}", f"-7@{moved}"])


def test_changing_a_ladder_makes_at_most_one_message_and_says_how_many(
    session: Session, assigned: Assignment, amira: Person, boss: Person, pass_day: Pass
) -> None:
    pass_day(in_days(55))
    denser = Ladder((-30, -20, -7, -5, -4), (), ())
    # In SQL and in Python the same: two people would be told, each once.
    assert foresee(session, assigned.id, denser, in_days(56)).at_once[Level.OWN] == 2
    with at(in_days(56)):
        keep_ladder(session, assigned, denser, acting(boss), enabled=True)
    assert to(pass_day(in_days(56))) == {amira.id, boss.id}
    assert foresee(session, assigned.id, denser, in_days(56)).at_once[Level.OWN] == 0
    assert pass_day(in_days(57)) == []


def test_what_is_foreseen_is_what_comes(
    session: Session, assigned: Assignment, amira: Person, boss: Person, pass_day: Pass
) -> None:
    for day in (in_days(20), in_days(48), in_days(69), in_days(78)):
        foreseen = foresee(session, assigned.id, DEFAULT_LADDER, day)
        before = set(steps(session))
        pass_day(day)
        came = set(steps(session)) - before
        own = sum(not step.startswith(("manager", "above")) for step, _ in came)
        assert foreseen.at_once[Level.OWN] == own


def test_a_ladder_that_is_not_enabled_tells_nobody(
    session: Session, assigned: Assignment, boss: Person, pass_day: Pass
) -> None:
    with at(in_days(1)):
        keep_ladder(session, assigned, DEFAULT_LADDER, acting(boss), enabled=False)
    assert pass_day(in_days(30)) == []


def test_quiet_hours_and_days_are_kept(
    session: Session, home: Organisation, assigned: Assignment, boss: Person, pass_day: Pass
) -> None:
    saturday = in_days(32)
    assert saturday.isoweekday() == 6
    assert pass_day(saturday) == []
    monday = saturday + timedelta(days=2)
    assert pass_day(monday, hour=6) == []
    assert pass_day(monday, hour=19) == []
    choose_hours(session, home.id, Hours(days=(6,)), acting(boss))
    assert pass_day(monday) == []
    assert len(pass_day(saturday + timedelta(days=7))) == 2


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_each_organisation_has_its_own_morning(session: Session, zone: str, pass_day: Pass) -> None:
    publish_module(session)
    far = make_unit(session, make_organisation(session, time_zone=zone))
    chief, worker = make_person(session, far), make_person(session, far)
    with at(in_days(0), zone=zone):
        made = assign(session, make_plan(far), acting(chief))
        keep_ladder(session, made, DEFAULT_LADDER, acting(chief), enabled=True)
    session.commit()
    due = periods_of(session, worker)[0].due_on
    seventh = due - timedelta(days=7) + timedelta(days=2)
    assert pass_day(seventh, hour=6, zone=zone) == []
    assert to(pass_day(seventh, hour=8, zone=zone)) == {chief.id, worker.id}


@pytest.mark.usefixtures("assigned")
def test_who_wants_a_weekly_digest_waits_for_monday_but_not_for_what_cannot_wait(
    session: Session, amira: Person, boss: Person, pass_day: Pass
) -> None:
    choose_digest(session, amira.id, Digest.WEEKLY)
    thursday = in_days(30)
    assert thursday.isoweekday() == 4
    assert to(pass_day(thursday)) == {boss.id}
    assert to(pass_day(thursday + timedelta(days=4))) == {amira.id}
    assert amira.id in to(pass_day(in_days(55)))


@pytest.mark.usefixtures("assigned")
def test_a_managers_mail_says_whom_mail_does_not_reach(
    session: Session, home: Organisation, amira: Person, boss: Person, pass_day: Pass
) -> None:
    note_trouble(session, home.id, amira.email, "Came back", acting(boss))
    [mail] = [each for each in pass_day(in_days(69)) if each.person_id == boss.id]
    assert "mail does not reach this person" in mail.body


@pytest.mark.usefixtures("assigned")
def test_a_managers_mail_stays_short_and_says_how_many_more(
    session: Session, wing: Unit, boss: Person, pass_day: Pass
) -> None:
    with at(in_days(0)):
        for _ in range(30):
            make_person(session, wing)
        again = assign(session, make_plan(wing, reason="More"), acting(boss))
        keep_ladder(session, again, DEFAULT_LADDER, acting(boss), enabled=True)
        session.commit()
    [mail] = [each for each in pass_day(in_days(69)) if each.person_id == boss.id]
    assert mail.body.count("/reports/people/") == 25
    assert "and 6 more" in mail.body


@pytest.mark.usefixtures("assigned")
def test_a_demonstration_makes_its_mails_and_keeps_them(
    session: Session, home: Organisation, app: Flask, pass_day: Pass
) -> None:
    home.demonstration = True
    session.commit()
    mails = pass_day(in_days(30))
    assert {mail.state for mail in mails} == {MailState.KEPT}


@pytest.mark.usefixtures("assigned")
def test_without_a_mail_server_nothing_is_made(session: Session) -> None:
    with at(in_days(30)):
        assert begin_runs(session, mailing=False) == 0
        assert begin_runs(session, mailing=True) >= 1


@pytest.mark.usefixtures("assigned")
def test_the_timetable_of_each_hour_begins_the_reminders(
    session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = MailSettings("localhost", 25, MailSecurity.NONE, "site@learn.example.org")
    settings = replace(app.extensions["settings"], mail=mail)
    monkeypatch.setitem(app.extensions, "settings", settings)
    with at(in_days(30)), app.app_context():
        for job in schedule.HOURLY.values():
            job(session)
    assert REMIND in session.scalars(sa.select(Job.kind)).all()


def test_the_questions_do_not_grow_with_the_people(
    session: Session, wing: Unit, boss: Person, pass_day: Pass
) -> None:
    def asked(people: int, day: int) -> int:
        with at(in_days(0)):
            for _ in range(people):
                make_person(session, wing)
            made = assign(session, make_plan(wing, reason=f"{people}"), acting(boss))
            keep_ladder(session, made, DEFAULT_LADDER, acting(boss), enabled=True)
            session.commit()
        with Queries(session.connection()) as queries:
            assert len(pass_day(in_days(day))) >= people
        return len(queries)

    few, many = asked(3, 30), asked(40, 55)
    assert many <= few
