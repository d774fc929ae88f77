"""Each day, what is due to be told is written down once for each period, step and reader.

`reminders` has a key of these three: whoever dies half-way, and whoever does the same at the same
time, adds nothing twice. What is written down and not yet in a mail waits there.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Reminder
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.db import insert_into
from coursesite.jobs.services import enqueue
from coursesite.notifications.models import MailHours
from coursesite.notifications.rules import DEFAULT_HOURS, Hours
from coursesite.people.models import Organisation
from coursesite.reminding.models import ReminderRun
from coursesite.reminding.queries.due import (
    ladder_of_each,
    ladders_in,
    managers_of,
    open_and_due,
    told_of,
)
from coursesite.reminding.rules import Ladder, Level, levels_above, steps_due
from coursesite.reminding.rules.ladder import horizon
from coursesite.reminding.rules.levels import Managers

REMIND = "remind"
BATCH = 500

AskManagers = Callable[[], Managers]
"""They are asked for only where somebody beside the person is told."""


def begin_runs(session: Session, *, mailing: bool) -> int:
    """Let every organisation in which it is not quiet, and that was not served today, have its day.

    Without a mail server only demonstrations have theirs: their mails can be looked at.
    """
    found = sa.select(Organisation.id, Organisation.time_zone).order_by(Organisation.id)
    if not mailing:
        found = found.where(Organisation.demonstration)
    hours = _hours(session)
    begun, now = 0, clock.now()
    for organisation_id, time_zone in session.execute(found).all():
        local = now.astimezone(ZoneInfo(time_zone))
        if hours.get(organisation_id, DEFAULT_HOURS).holds(local):
            begun += _begin(session, organisation_id, local.date())
    return begun


def _hours(session: Session) -> dict[int, Hours]:
    return {
        each.organisation_id: Hours(each.starts_at, each.ends_at, tuple(each.days))
        for each in session.scalars(sa.select(MailHours))
    }


def _begin(session: Session, organisation_id: int, today: date) -> bool:
    """False when the day was begun already."""
    fresh = {
        "run_on": today,
        "due_on": None,
        "requirement_id": 0,
        "collected_at": None,
        "recipient_id": 0,
        "finished_at": None,
        "reminders": 0,
        "mails": 0,
    }
    adding = insert_into(session, ReminderRun).values(organisation_id=organisation_id, **fresh)
    begun = session.execute(
        adding.on_conflict_do_update(
            index_elements=["organisation_id"],
            set_=fresh,
            where=ReminderRun.run_on < today,
        ).returning(ReminderRun.organisation_id),
        execution_options={"populate_existing": True},
    ).first()
    if begun is None:
        return False
    enqueue(session, REMIND, {"organisation_id": organisation_id})
    session.flush()
    return True


def collect(session: Session, run: ReminderRun) -> bool:
    """The next 500 open periods that may be due to be told; False when there are no more.

    The caller has locked the run, and commits it with what was written down.
    """
    ladders = ladders_in(session, run.organisation_id)
    rows = _next_rows(session, run, ladders) if ladders else []
    if not rows:
        run.collected_at = clock.now()
        return False
    told = told_of(session, [row.period_id for row in rows])
    chosen = ladder_of_each(session, rows, ladders)
    managers = cache(partial(managers_of, session, run.organisation_id, run.run_on))
    due = [
        reminder
        for row in rows
        if row.id in chosen
        for reminder in _reminders(
            row, chosen[row.id], managers, (run.run_on, told.get(row.period_id, frozenset()))
        )
    ]
    run.reminders += _write(session, due)
    run.due_on, run.requirement_id = rows[-1].listed_on, rows[-1].id
    return True


def _next_rows(session: Session, run: ReminderRun, ladders: dict[int, Ladder]) -> Sequence[AnyRow]:
    up_to = max(horizon(each, run.run_on) for each in ladders.values())
    after = (run.due_on or date.min, run.requirement_id)
    return open_and_due(session, run.organisation_id, run.run_on, (up_to, after), BATCH)


def _reminders(
    row: AnyRow, ladder: Ladder, managers: AskManagers, when: tuple[date, frozenset[str]]
) -> Iterator[dict[str, Any]]:
    today, told = when
    for step in steps_due(ladder, row.due_on, row.first_due_on, today, told):
        for reader in _readers(row, step.level, managers):
            yield {
                "period_id": row.period_id,
                "step": step.name,
                "level": step.level,
                "recipient_id": reader,
                "due_on": row.due_on,
            }


def _readers(row: AnyRow, level: Level, managers: AskManagers) -> tuple[int, ...]:
    if level is Level.OWN:
        return (row.person_id,)
    above = levels_above(row.path, managers(), row.person_id)
    number = 0 if level is Level.MANAGER else 1
    return above[number] if len(above) > number else ()


def _write(session: Session, due: list[dict[str, Any]]) -> int:
    if not due:
        return 0
    now = clock.now()
    key = ["period_id", "step", "recipient_id"]
    adding = insert_into(session, Reminder).on_conflict_do_nothing(index_elements=key)
    rows = [{**each, "created_at": now, "mail_id": None} for each in due]
    return len(session.execute(adding.returning(Reminder.period_id), rows).all())
