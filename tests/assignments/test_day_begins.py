"""A day begins where the organisation is, not when UTC has a new one."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import schedule
from coursesite.assignments import jobs
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.rules import Cause, Excuse, Reason, ReasonCode, Rest, Terms, add_months
from coursesite.assignments.services import assign, completed, mark_absent, recount, waive
from coursesite.db import set_up, writing
from coursesite.doctor.services import CHECK_INVARIANT
from coursesite.jobs.models import Job
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.conftest import NewDatabase, migrated_site
from tests.makers import make_organisation, make_person, make_unit

BECAUSE = Reason(ReasonCode.LEAVE, "Away")
DAY = date(2027, 3, 9)
ONE_DAY = timedelta(days=1)


def at(zone: str, day: date, hour: int) -> time_machine.travel:
    """That wall-clock time."""
    return time_machine.travel(datetime.combine(day, time(hour), ZoneInfo(zone)), tick=False)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati"])
def test_excuses_and_renewals_begin_and_end_with_the_day_of_the_organisation(
    session: Session, zone: str
) -> None:
    publish_module(session)
    unit = make_unit(session, make_organisation(session, time_zone=zone))
    boss, away, back, certified = (make_person(session, unit) for _ in range(4))
    until = add_months(DAY - 300 * ONE_DAY, 12)
    window = Terms(months=12, window_days=(until - DAY).days)
    with at(zone, DAY - 300 * ONE_DAY, 12):
        assign(session, make_plan(unit, terms=window), acting(boss))
        assert completed(session, complete(session, certified)).valid_until == until
        mark_absent(session, [away], Rest(Excuse.ABSENT, DAY), BECAUSE, acting(boss))
        waiver = Rest(Excuse.WAIVED, DAY - 9 * ONE_DAY, DAY - ONE_DAY)
        waive(session, [requirement_of(session, back)], waiver, BECAUSE, acting(boss))
    with at(zone, DAY - ONE_DAY, 12):
        jobs.begin_the_day(session)
    day_begins = datetime.combine(DAY, time(0, 20), ZoneInfo(zone)).astimezone(UTC)
    with at("UTC", day_begins.date(), 0):
        jobs.open_renewals(session)
        jobs.rest_by_days(session)
    assert [requirement_of(session, each).excuse for each in (away, back)] == ["none", "waived"]
    assert len(periods_of(session, certified)) == 1

    with time_machine.travel(day_begins, tick=False):
        jobs.begin_the_day(session)

    assert [requirement_of(session, each).excuse for each in (away, back)] == ["absent", "none"]
    [_, renewal] = periods_of(session, certified)
    assert (renewal.cause, renewal.opens_on, renewal.due_on) == (Cause.RENEWAL, DAY, until)
    assert recount(session) == []


@pytest.mark.parametrize(
    ("zone", "day", "over_at"),
    [
        ("UTC", date(2027, 3, 9), datetime(2027, 3, 10, tzinfo=UTC)),
        ("Pacific/Kiritimati", date(2027, 3, 9), datetime(2027, 3, 9, 10, tzinfo=UTC)),
        ("America/Los_Angeles", date(2027, 3, 9), datetime(2027, 3, 10, 8, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_a_past_day_is_over_when_it_was_where_the_organisation_is(
    zone: str, day: date, over_at: datetime
) -> None:
    assert Past(day, Known.NOW, zone).over_at == over_at


def test_the_timetable_of_the_night_does_what_days_bring_and_asks_for_the_checks(
    session: Session,
) -> None:
    publish_module(session)
    unit = make_unit(session, make_organisation(session))
    boss, away, certified = (make_person(session, unit) for _ in range(3))
    assign(session, make_plan(unit), acting(boss))
    completed(session, complete(session, certified, days_ago=304))
    mark_absent(session, [away], Rest(Excuse.ABSENT, in_days(2)), BECAUSE, acting(boss))
    with time_machine.travel(datetime.combine(in_days(2), time(0, 5), UTC), tick=False):
        for job in schedule.DAILY:
            if job in {"open renewals", "rest by days", "check everything"}:
                schedule.DAILY[job](session)
    assert requirement_of(session, away).excuse is Excuse.ABSENT
    assert len(periods_of(session, certified)) == 2
    asked = session.scalars(sa.select(Job.kind)).all()
    assert CHECK_INVARIANT in asked


def test_nobody_waits_to_write_while_it_is_looked_for_whom_days_concern(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    """All requirements are read for it: from a cold disk that takes longer than anybody waits."""
    with new_database("sqlite") as url, migrated_site(url, tmp_path):
        engine = set_up(sa.create_engine(url))
        with writing(), Session(engine) as session:
            publish_module(session)
            unit = make_unit(session, make_organisation(session))
            boss, away = make_person(session, unit), make_person(session, unit)
            assign(session, make_plan(unit), acting(boss))
            mark_absent(session, [away], Rest(Excuse.ABSENT, in_days(1)), BECAUSE, acting(boss))
            session.commit()
            looked = []

            @sa.event.listens_for(engine, "after_cursor_execute")
            def write_beside(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
                if "FROM leaves" in statement and " UNION " in statement:
                    beside = sqlite3.connect(str(engine.url.database), timeout=0)
                    beside.execute("BEGIN IMMEDIATE")
                    beside.close()
                    looked.append(statement)

            with time_machine.travel(datetime.combine(in_days(1), time(1), UTC), tick=False):
                jobs.begin_the_day(session)
                jobs.rest_by_days(session)
            assert requirement_of(session, away).excuse is Excuse.ABSENT
            assert len(looked) == 2
        engine.dispose()
