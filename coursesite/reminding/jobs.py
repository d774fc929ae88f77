"""The reminders of a day, in short transactions, so that other work gets its turn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.config import Settings
from coursesite.jobs.services import enqueue
from coursesite.notifications.models import Mail
from coursesite.notifications.rules import Letter
from coursesite.people.models import Organisation
from coursesite.reminding import services
from coursesite.reminding.composing import composer
from coursesite.reminding.models import ReminderRun
from coursesite.reminding.queries.gathered import Gathered, is_wanted

SLICE_TIME = timedelta(seconds=5)

log = structlog.get_logger()


def begin_reminders(session: Session) -> None:
    """Every hour: the organisations whose day has begun and is not quiet."""
    settings: Settings = current_app.extensions["settings"]
    services.begin_runs(session, mailing=settings.mail is not None)


def remind(session: Session, payload: dict[str, Any]) -> None:
    """A few seconds of an organisation's day, committed part by part; then others have a turn."""
    organisation_id, until = payload["organisation_id"], clock.now() + SLICE_TIME
    compose = composer(session, _today(session, organisation_id))
    while _one_part(session, organisation_id, compose):
        session.commit()
        if clock.now() >= until:
            enqueue(session, services.REMIND, payload)
            return


def _one_part(
    session: Session, organisation_id: int, compose: Callable[[Gathered], Letter]
) -> bool:
    """One batch, by whoever holds the organisation's row; False when the day is done."""
    run = session.get(ReminderRun, organisation_id, with_for_update=True, populate_existing=True)
    if run is None or run.finished_at is not None:
        return False
    if run.run_on != _today(session, organisation_id):
        log.info("reminders of a day that is over", organisation=organisation_id)
        run.finished_at = clock.now()
        return False
    if run.collected_at is None:
        services.collect(session, run)
        return True
    return services.compose_digests(session, run, compose)


def _today(session: Session, organisation_id: int) -> Any:
    return clock.today(session.get_one(Organisation, organisation_id).time_zone)


def still_wanted(session: Session, mail_id: int) -> bool:
    """Whether a mail is no reminder of what is done or excused by now."""
    mail = session.get_one(Mail, mail_id)
    return is_wanted(session, mail_id, _today(session, mail.organisation_id))
