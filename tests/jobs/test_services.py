from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.jobs.models import Job
from coursesite.jobs.services import claim, enqueue, run_next, start_daily


def test_a_job_is_done_once(session: Session) -> None:
    done: list[str] = []
    enqueue(session, "greet", {"name": "Ada"})
    handlers = {"greet": lambda _session, payload: done.append(payload["name"])}
    assert run_next(session, handlers)
    assert not run_next(session, handlers)
    assert done == ["Ada"]


def test_a_leased_job_is_not_given_to_a_second_worker(session: Session) -> None:
    enqueue(session, "greet", {})
    assert claim(session) is not None
    assert claim(session) is None


def test_a_job_that_fails_waits_and_says_why(session: Session) -> None:
    enqueue(session, "greet", {})

    def fail(_session: Session, _payload: object) -> None:
        raise ValueError("no voice")

    assert run_next(session, {"greet": fail})
    job = session.scalars(sa.select(Job)).one()
    assert (job.tries, job.done_at, job.error) == (1, None, "ValueError: no voice")
    assert not run_next(session, {"greet": fail})


def test_a_daily_job_is_started_by_one_process(session: Session) -> None:
    assert start_daily(session, "seal events", date(2026, 11, 1))
    assert not start_daily(session, "seal events", date(2026, 11, 1))
    assert start_daily(session, "seal events", date(2026, 11, 2))
