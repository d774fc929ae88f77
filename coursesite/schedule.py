"""The timetable of all jobs, and the worker that carries out what waits."""

import signal
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic

import click
import structlog
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts import services as accounts
from coursesite.assignments import jobs as assignments
from coursesite.assignments.rules import (
    ASSIGN_TO_MANY,
    CARRY_OUT,
    DECIDE_SWEEP,
    KEEP_DAY,
    UNDO_SWEEP,
)
from coursesite.assignments.services import PATH_CHANGED, TEXT_CHANGED
from coursesite.audit import services as audit
from coursesite.authoring import jobs as authoring
from coursesite.authoring.composing import DRAFTS
from coursesite.authoring.rules import BRING_FOLDER, EXPORT_ARCHIVE, IMPORT_ARCHIVE
from coursesite.authoring.rules.citing import CITE_ANEW
from coursesite.authoring.services import FOLLOW, PUBLISH_PLANNED
from coursesite.content import jobs as content
from coursesite.content.services import NARROW
from coursesite.db import writing
from coursesite.doctor import jobs as doctor
from coursesite.doctor.services import CHECK_INVARIANT, CHECK_REQUIREMENTS
from coursesite.erasing import jobs as erasing
from coursesite.erasing.rules import ERASE
from coursesite.evidence import jobs as evidence
from coursesite.evidence.services import PACK
from coursesite.extensions import db
from coursesite.history import jobs as history
from coursesite.jobs.services import (
    Handler,
    LongHandler,
    Tasks,
    forget_old_tasks,
    run_next,
    start_daily,
)
from coursesite.learning import jobs as learning
from coursesite.localising import jobs as localising
from coursesite.notifications import jobs as mail
from coursesite.notifications.rules import Topic
from coursesite.notifications.services import (
    SEND_MAILS,
    TELL_NEWS,
    Desks,
    forget_attachments,
    is_still_news,
)
from coursesite.people.services import PEOPLE_CHANGED
from coursesite.quizzes import jobs as quizzes
from coursesite.quizzes.services import CLOSE_ATTEMPT, PASSED_LATER, REGRADE
from coursesite.reminding import jobs as reminding
from coursesite.reminding.composing import REQUESTS
from coursesite.reminding.services import REMIND
from coursesite.reports import jobs as reports
from coursesite.reports.exporting import EXPORT
from coursesite.reports.mailing import mail_views
from coursesite.reports.services import ACT, UNDO_ACT

PAUSE_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
"""How long the timetable waits for its turn while jobs wait."""

QUARTER = 15

log = structlog.get_logger()

DESKS: Desks = {Topic.AUTHORING: DRAFTS, Topic.REQUESTS: REQUESTS}
"""Which feature writes the news of each topic."""


def _is_wanted(session: Session, mail_id: int) -> bool:
    """No reminder of what is done or excused by now, no news for who may not know of it."""
    return reminding.still_wanted(session, mail_id) and is_still_news(session, mail_id, DESKS)


HANDLERS: dict[str, Handler] = {
    PEOPLE_CHANGED: assignments.people_changed,
    TEXT_CHANGED: assignments.text_changed,
    PATH_CHANGED: learning.path_changed,
    CLOSE_ATTEMPT: learning.close_attempt,
    REGRADE: quizzes.regrade,
    PASSED_LATER: learning.passed_later,
    quizzes.RECOUNT: quizzes.recount,
    CHECK_INVARIANT: doctor.check_invariant,
    CHECK_REQUIREMENTS: doctor.check_requirements,
    SEND_MAILS: partial(mail.send_mails, wanted=_is_wanted),
    TELL_NEWS: partial(mail.tell_news, desks=DESKS),
    REMIND: reminding.remind,
    PUBLISH_PLANNED: authoring.publish_planned,
    FOLLOW: authoring.follow_original,
    NARROW: content.narrow_picture,
}
HOURLY: dict[str, Callable[[Session], object]] = {
    "begin reminders": reminding.begin_reminders,
    "look into the outbox": mail.look_into_outbox,
    "tell of changed masters": localising.tell_of_changed_masters,
}
QUARTERLY: dict[str, Callable[[Session], object]] = {"begin the day": assignments.begin_the_day}
"""In no time zone does a day begin within a quarter of an hour."""

LONG: dict[str, LongHandler] = {
    EXPORT: reports.export,
    EXPORT_ARCHIVE: authoring.export_archive,
    IMPORT_ARCHIVE: authoring.import_archive,
    BRING_FOLDER: authoring.bring_folder,
    CITE_ANEW: authoring.cite_anew,
    ACT: reports.act_for_many,
    UNDO_ACT: reports.undo_act,
    PACK: evidence.make_pack,
    history.CHECK: history.check,
    history.IMPORT: history.import_,
    history.UNDO: history.undo,
    ASSIGN_TO_MANY: assignments.assign_to_many,
    CARRY_OUT: assignments.carry_out,
    KEEP_DAY: assignments.keep_day,
    DECIDE_SWEEP: assignments.decide_sweep,
    UNDO_SWEEP: assignments.undo_sweep,
    ERASE: erasing.erase,
}
"""Work in steps that people watch; see coursesite/jobs/rules.py."""

DAILY: dict[str, Callable[[Session], object]] = {
    "open renewals": assignments.open_renewals,
    "rest by days": assignments.rest_by_days,
    "count what lapsed": assignments.count_lapsed,
    "narrow pictures": content.narrow_what_is_left,
    "mail reports": mail_views,
    "check counts": assignments.check_counts,
    "check questions": quizzes.check_sums,
    "tell whose turn it is": authoring.tell_whose_turn_it_is,
    "check everything": doctor.check_everything,
    "seal events": audit.seal_all,
    "erase who left": erasing.erase_who_left,
    "forget what is over": accounts.forget_what_is_over,
    "forget old jobs": forget_old_tasks,
    "forget old attachments": forget_attachments,
    "forget old uploads": authoring.forget_old_uploads,
}


@click.command()
@with_appcontext
def work() -> None:
    """Carry out waiting jobs and the timetable until stopped."""
    stopped = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopped.set())
    tasks, looked_at = Tasks(LONG, db.sessionmaker), monotonic()
    while not stopped.is_set():
        due = monotonic() - looked_at > PATIENCE_SECONDS
        looked_at = monotonic() if due else looked_at
        if not work_once(tasks, timetable_first=due):
            stopped.wait(PAUSE_SECONDS)
    with writing():
        tasks.let_go()


def work_once(tasks: Tasks | None = None, *, timetable_first: bool = False) -> bool:
    """A step of long work, and one job or the day's jobs beside it.

    False when nothing was to be done or the database is away. The timetable has its turn when no
    job waits; `timetable_first` gives it one before them, so that thousands of mails hold up
    nothing else.
    """
    try:
        with writing():
            stepped = tasks.step() if tasks else False
            with db.sessionmaker() as session:
                return _whatever_waits(session, timetable_first) or stepped
    except OperationalError as error:
        log.error("database unavailable", error=type(error.orig).__name__)
        return False


def _whatever_waits(session: Session, timetable_first: bool) -> bool:
    if timetable_first and (run_hourly(session) or run_daily(session)):
        return True
    return run_next(session, HANDLERS) or run_hourly(session) or run_daily(session)


def run_hourly(session: Session) -> bool:
    """The first job of the timetable that nobody started in this quarter or hour, or False."""
    now = clock.now()
    quarter = f"{now.hour}:{now.minute // QUARTER * QUARTER:02}"
    jobs = [(f"{name} at {quarter}", job) for name, job in QUARTERLY.items()]
    jobs += [(f"{name} at {now.hour}", job) for name, job in HOURLY.items()]
    for name, job in jobs:
        if start_daily(session, name, now.date()):
            job(session)
            session.commit()
            return True
    return False


def run_daily(session: Session) -> bool:
    """The first job of the timetable that nobody started today (in UTC), or False."""
    today = clock.now().date()
    for name, job in DAILY.items():
        if start_daily(session, name, today):
            job(session)
            session.commit()
            return True
    return False
