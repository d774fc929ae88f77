"""Two workers at one correction, each with its own connection: every attempt once."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.db import writing
from coursesite.extensions import db
from coursesite.jobs.models import Job
from coursesite.jobs.services import enqueue, run_next
from coursesite.quizzes.jobs import regrade as regrade_some
from coursesite.quizzes.models import Regraded
from coursesite.quizzes.queries import get_regrade
from coursesite.quizzes.rules import RegradeState, Way
from coursesite.quizzes.services import REGRADE, carry_out, recount, remarking
from tests.conftest import NewDatabase, forget_kept, migrated_site
from tests.quizzes.regrades import (
    SLUG,
    a_question,
    a_quiz,
    an_actor,
    numbers,
    publish_quiz,
    take,
    tried,
)

ATTEMPTS = 11
HANDLERS = {REGRADE: regrade_some, "passed-later": lambda _session, _payload: None}


@pytest.fixture
def site(engine_name: str, new_database: NewDatabase, tmp_path: Path) -> Iterator[Flask]:
    """A database of its own, in which what is committed stays."""
    forget_kept()
    with new_database(engine_name) as url, migrated_site(url, tmp_path) as site:
        yield site
    forget_kept()


@pytest.fixture(autouse=True)
def a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarking, "SOME", 2)
    monkeypatch.setattr("coursesite.quizzes.services.regrading.SOME", 2)


def test_each_attempt_is_marked_again_once(site: Flask) -> None:
    with site.app_context(), writing(), db.sessionmaker() as session:
        regrade_id = begun(session)
    workers = [Thread(target=works, args=(site,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with site.app_context(), db.sessionmaker() as session:
        regrade = get_regrade(session, regrade_id)
        assert regrade.state is RegradeState.DONE
        assert regrade.looked_at == regrade.total == ATTEMPTS
        assert numbers(regrade, "done") == {"attempts": ATTEMPTS, "gain": 11, "pass": 11}
        assert session.scalar(sa.select(sa.func.count()).select_from(Regraded)) == ATTEMPTS
        later = sa.select(sa.func.count()).where(Job.kind == "passed-later")
        assert session.scalar(later) == ATTEMPTS
        assert recount(session, SLUG) == []


def begun(session: Session) -> int:
    """A correction that is to be carried out, which two jobs ask for at once."""
    publish_quiz(session, a_quiz(q1=a_question("q1", right="b")))
    for _ in range(ATTEMPTS):
        take(session, q1="a", q2="a", q3="a")
    publish_quiz(session, a_quiz())
    regrade = tried(session)
    carry_out(session, regrade, Way.RESCORE, "The key was wrong.", an_actor(session))
    enqueue(session, REGRADE, {"regrade_id": regrade.id, "after": 0})
    session.commit()
    return regrade.id


def works(site: Flask) -> None:
    with site.app_context(), writing(), db.sessionmaker() as session:
        while run_next(session, HANDLERS):
            pass
