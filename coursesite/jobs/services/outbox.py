"""Putting short work into the outbox, and carrying it out at least once."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.jobs.models import DailyRun, Job

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)

Handler = Callable[[Session, dict[str, Any]], None]

log = structlog.get_logger()


def enqueue(session: Session, kind: str, payload: dict[str, Any]) -> Job:
    """Ask for work in the transaction of the fact that causes it."""
    job = Job(kind=kind, payload=payload, available_at=clock.now())
    session.add(job)
    return job


def claim(session: Session) -> Job | None:
    """The oldest waiting job, leased to the caller, or None; two workers never get the same."""
    now = clock.now()
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until < now)
    waiting = sa.and_(Job.done_at.is_(None), Job.available_at <= now, free)
    job_id = session.scalar(sa.select(Job.id).where(waiting).order_by(Job.id).limit(1))
    if job_id is None:
        return None
    lease = sa.update(Job).where(Job.id == job_id, waiting).values(leased_until=now + LEASE)
    taken = cast("CursorResult[Any]", session.execute(lease)).rowcount
    return session.get(Job, job_id, populate_existing=True) if taken else None


def run_next(session: Session, handlers: Mapping[str, Handler]) -> bool:
    """Carry out one waiting job and commit it; False when none waits. Handlers are idempotent."""
    job = claim(session)
    session.commit()
    if job is None:
        return False
    job_id = job.id
    try:
        handlers[job.kind](session, job.payload)
        # Asked for again: a handler may have let go of all that the session held.
        session.get_one(Job, job_id).done_at = clock.now()
        session.commit()
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job waits and is told
        session.rollback()
        _put_back(session, job_id, error)
        session.commit()
    return True


def start_daily(session: Session, name: str, today: date) -> bool:
    """Whether this process is the one that does a job of the timetable today; commits its claim."""
    session.add(DailyRun(name=name, run_on=today, started_at=clock.now()))
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _put_back(session: Session, job_id: int, error: Exception) -> None:
    job = session.get_one(Job, job_id)
    job.tries += 1
    job.error = f"{type(error).__name__}: {error}"[:1000]
    job.leased_until = None
    job.available_at = next_try(clock.now(), job.tries)
    log.error("job failed", kind=job.kind, job=job_id, tries=job.tries, error=type(error).__name__)


def next_try(now: datetime, tries: int) -> datetime:
    """Wait longer after each failure: 2, 4, 8 seconds ... at most an hour."""
    return now + min(timedelta(seconds=2 ** min(tries, 20)), LONGEST_WAIT)
