"""Workers are killed while they mail real people over a real server: nothing is made twice,
nothing is lost, and what arrives twice says that it is the same.
"""

import datetime
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Reminder
from coursesite.assignments.services import ask_extension, assign
from coursesite.db import set_up, writing
from coursesite.jobs.models import Job
from coursesite.notifications.models import Mail, MailHours, News
from coursesite.notifications.rules import MailState
from coursesite.notifications.services import TELL_NEWS
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.reminding.models import ReminderRun
from coursesite.reminding.rules import Ladder
from coursesite.reminding.services import begin_runs, keep_ladder, tell_who_decides
from tests.assignments.makers import acting, in_days, make_plan, publish_module, requirement_of
from tests.conftest import NewDatabase, migrated_site
from tests.makers import make_organisation, make_person, make_unit
from tests.notifications.server import PostOffice, post_office
from tests.reminding.worker import MOMENTS

PEOPLE, ASKING = 12, 3
MAILS = PEOPLE + 1
"""One for each of them, and one that tells their manager who asks for more time."""
AT_ONCE = Ladder((-60,), (), ())
LONGEST = 90


@pytest.fixture
def engine(engine_name: str, new_database: NewDatabase, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of its own, which outlives the workers, with people who are to be reminded, some
    of whom have asked for more time.
    """
    with new_database(engine_name) as url, migrated_site(url, tmp_path):
        engine = set_up(sa.create_engine(url))
        with writing(), Session(engine) as session:
            publish_module(session)
            wing = make_unit(session, make_organisation(session))
            boss = make_person(session, wing, roles=(Role.MANAGER,))
            people = [make_person(session, wing) for _ in range(PEOPLE - 1)]
            made = assign(session, make_plan(wing), acting(boss))
            keep_ladder(session, made, AT_ONCE, acting(boss), enabled=True)
            _always_open(session, wing.organisation_id)
            session.execute(sa.delete(Job))
            _ask_for_more_time(session, people[:ASKING])
            begin_runs(session, mailing=True)
            session.commit()
        yield engine
        engine.dispose()


def _always_open(session: Session, organisation_id: int) -> None:
    session.add(
        MailHours(
            organisation_id=organisation_id,
            starts_at=datetime.time(0),
            ends_at=datetime.time(23, 59, 59),
            days=[1, 2, 3, 4, 5, 6, 7],
        )
    )
    session.flush()


def _ask_for_more_time(session: Session, people: Sequence[Person]) -> None:
    """Their manager is told of it by now."""
    for each in people:
        held = requirement_of(session, each)
        asked = ask_extension(session, held, in_days(90), "Nights", acting(each))
        tell_who_decides(session, asked, each.id)
    now = clock.now()
    session.execute(sa.update(News).values(ready_at=now))
    session.execute(sa.update(Job).where(Job.kind == TELL_NEWS).values(available_at=now))


class Workers:
    """Starts workers of a site, each a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def start(self, engine: sa.Engine, office: PostOffice, kill_at: str = "") -> int:
        assert self.process.stdin
        assert self.process.stdout
        given = {
            "COURSESITE_ENV": "test",
            "COURSESITE_SECRET_KEY": "not secret",
            "COURSESITE_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "COURSESITE_ADDRESS": "https://learn.example.org",
            "COURSESITE_SMTP_HOST": "127.0.0.1",
            "COURSESITE_SMTP_PORT": str(office.port),
            "COURSESITE_SMTP_TLS": "none",
            "COURSESITE_SMTP_FROM": "learn@example.org",
            **({"KILL_AT": kill_at} if kill_at else {}),
        }
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    command = [sys.executable, "-m", "tests.reminding.worker"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield Workers(process)
        process.kill()


@contextmanager
def working(*numbers: int) -> Iterator[None]:
    """They are killed at the end of the block."""
    try:
        yield
    finally:
        for number in numbers:
            kill(number)


def kill(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    wait_for_end(number)


def wait_for_end(number: int) -> None:
    deadline = time.monotonic() + LONGEST
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(number, 0)
            time.sleep(0.01)
        raise AssertionError("It lives.")


def until_all_is_sent(engine: sa.Engine) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            done = connection.scalar(sa.select(ReminderRun.finished_at)) is not None
            told = connection.scalar(sa.select(News.id).where(News.mail_id.is_(None))) is None
            open_ = sa.select(sa.func.count()).where(Mail.state != MailState.SENT)
            if done and told and connection.scalar(open_) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("Not all was sent.")


def check(engine: sa.Engine, office: PostOffice, deaths: int) -> int:
    """Nothing twice in the database, everybody served; how often a mail arrived once more."""
    with Session(engine) as session:
        mails = session.scalars(sa.select(Mail)).all()
        reminders = session.scalars(sa.select(Reminder)).all()
        news = session.scalars(sa.select(News)).all()
    digests: dict[int | None, int] = {mail.id: mail.person_id for mail in mails}
    (about_news,) = {each.mail_id for each in news}
    assert len(news) == ASKING
    del digests[about_news]
    assert len(digests) == len(set(digests.values())) == PEOPLE
    assert len(reminders) == PEOPLE
    assert {each.mail_id for each in reminders} == set(digests)
    came = Counter(str(message["Message-ID"]) for message in office.came)
    assert set(came) == {mail.message_id for mail in mails}
    again = sum(came.values()) - MAILS
    assert 0 <= again <= deaths
    said = {
        (str(message["Message-ID"]), str(message["To"]), message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        for message in office.came
    }
    assert len(said) == MAILS, "What comes again is the same."
    return again


@pytest.mark.parametrize(
    ("moment", "times", "again"),
    [
        ("after the server took it", 3, 1),
        ("before the server heard of it", 3, 0),
        ("while steps are written down", 1, 0),
        ("while digests are made", 1, 0),
        ("while news are made into a mail", 1, 0),
    ],
)
def test_a_worker_that_dies_at_the_worst_moment(
    engine: sa.Engine, workers: Workers, moment: str, times: int, again: int
) -> None:
    assert moment in MOMENTS
    with post_office() as office:
        wait_for_end(workers.start(engine, office, f"{moment} {times}"))
        with working(workers.start(engine, office)):
            until_all_is_sent(engine)
        # One mail may arrive twice, and only for a death between the server's yes and our note.
        assert check(engine, office, deaths=1) == again


def test_two_workers_that_are_killed_again_and_again(engine: sa.Engine, workers: Workers) -> None:
    chance = random.Random(engine.dialect.name)  # noqa: S311 - the same each time
    deaths = 3
    with post_office() as office:
        office.at_data = _slow
        for _ in range(deaths):
            with working(workers.start(engine, office), workers.start(engine, office)):
                _wait_for(office, len(office.came) + 1)
                time.sleep(chance.uniform(0, 0.15))
        with working(workers.start(engine, office), workers.start(engine, office)):
            until_all_is_sent(engine)
        check(engine, office, deaths=2 * deaths)


def _slow(_address: str) -> str:
    time.sleep(0.03)
    return "250 OK"


def _wait_for(office: PostOffice, number: int) -> None:
    deadline = time.monotonic() + LONGEST
    while len(office.came) < min(number, PEOPLE) and time.monotonic() < deadline:
        time.sleep(0.01)
