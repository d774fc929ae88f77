"""What was acknowledged stands, whatever happens to the server; what is handed in counts once."""

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from fractions import Fraction
from http.client import HTTPConnection
from itertools import count
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from coursesite.audit.models import Event
from coursesite.extensions import db
from coursesite.quizzes.models import Answer
from coursesite.quizzes.rules import AttemptState
from tests.conftest import NewDatabase, migrated_site
from tests.serving.answering import (
    DOWN,
    PATIENCE,
    Answerer,
    answerers,
    kill,
    make_quiz,
    server_on,
    state_of,
)

SECONDS, FEWEST_CRASHES, PEOPLE = 2.5, 2, 4

Kept = dict[tuple[int, str], tuple[int, str]]
"""The last version that was acknowledged of each answer, and what was chosen."""


@pytest.fixture(scope="module")
def site(
    engine_name: str, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("site")
    with new_database(engine_name) as url, migrated_site(url, folder) as app:
        make_quiz(app)
        yield app


def answer_until_it_is_down(port: int, who: Answerer, kept: Kept) -> None:
    chance, sequence = random.Random(), count(1)  # noqa: S311 - which answer comes next
    with suppress(*DOWN), closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        while True:
            question, option = chance.choice(who.questions), f"o{chance.randrange(3)}"
            form = {"question": question, question: option}
            form |= {"tab": "a" * 8, "sequence": str(next(sequence))}
            status, body = who.post(line, f"{who.path}/answers", form)
            assert status == 200, body
            kept[who.attempt_id, question] = (json.loads(body)["version"], option)


def wait_for_the_first(kept: Kept) -> None:
    """A machine with other work may need longer than the crash would leave it."""
    deadline = time.monotonic() + PATIENCE
    while not kept and time.monotonic() < deadline:
        time.sleep(0.01)


def crash_in_the_middle(site: Flask, chance: random.Random) -> Kept:
    """Kill the server with everybody in the middle of an answer; what it had acknowledged."""
    people, kept = answerers(site, PEOPLE), Kept()
    with server_on(site) as (port, process), ThreadPoolExecutor(PEOPLE) as pool:
        busy = [pool.submit(answer_until_it_is_down, port, who, kept) for who in people]
        wait_for_the_first(kept)
        time.sleep(chance.uniform(0.0, 0.5))
        kill(process)
        for each in busy:
            each.result()
    return kept


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(site: Flask) -> None:
    chance, until = random.Random(), time.monotonic() + SECONDS  # noqa: S311 - when it is killed
    crashes = acknowledged = 0
    while crashes < FEWEST_CRASHES or time.monotonic() < until:
        kept = crash_in_the_middle(site, chance)
        stands(site, kept)
        crashes, acknowledged = crashes + 1, acknowledged + len(kept)
    assert acknowledged >= crashes


def stands(site: Flask, kept: Kept) -> None:
    """An answer that nobody heard of may have come after the last that was acknowledged."""
    with site.app_context():
        for (attempt_id, question), (version, option) in kept.items():
            answer = db.session.get_one(Answer, (attempt_id, question))
            assert answer.version in {version, version + 1}
            if answer.version == version:
                assert answer.response == {"chosen": [option]}


@pytest.fixture(scope="module")
def ports(site: Flask) -> Iterator[tuple[int, int]]:
    """Two servers on one database."""
    with server_on(site) as (one, _), server_on(site) as (other, _):
        yield one, other


def test_of_two_submissions_in_two_processes_one_counts(
    site: Flask, ports: tuple[int, int]
) -> None:
    people = answerers(site, 6)
    for who in people:
        together = Barrier(2)

        def hand_in(port: int, who: Answerer = who, together: Barrier = together) -> int:
            together.wait()
            form = {**dict.fromkeys(who.questions, "o0"), "do": "check"}
            return send(who, port, who.path, form)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(hand_in, ports)) == [302, 409]
    for who in people:
        attempt = state_of(site, who.attempt_id)
        assert (attempt.state, attempt.score) == (AttemptState.PASSED, 100)
        assert submissions_of(site, who.attempt_id) == 1


def submissions_of(site: Flask, attempt_id: int) -> int:
    of_attempt = (Event.kind == "attempt-submitted", Event.subject_id == str(attempt_id))
    with site.app_context():
        found = sa.select(sa.func.count()).select_from(Event).where(*of_attempt)
        return db.session.scalar(found) or 0


def test_an_answer_on_its_way_while_another_hands_in_is_counted_or_refused(
    site: Flask, ports: tuple[int, int]
) -> None:
    """Whatever comes first: what is acknowledged is what was marked."""
    one, other = ports
    for who in answerers(site, 6):
        question = who.questions[0]
        form = {"question": question, question: "o0"}
        with ThreadPoolExecutor(2) as pool:
            saving = pool.submit(send, who, one, f"{who.path}/answers", form)
            handing_in = pool.submit(send, who, other, who.path, {"do": "anyway"})
            assert handing_in.result() == 302
            status, points = saving.result(), state_of(site, who.attempt_id).points
        assert (status, points) in {(200, Fraction(1)), (409, Fraction(0))}


def send(who: Answerer, port: int, path: str, form: dict[str, str]) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        return who.post(line, path, form)[0]
