"""A question that takes the database too long is given up, and the person is told what helps."""

import dataclasses
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from coursesite.accounts.access import public
from coursesite.app import create_app, limit_questions_of
from coursesite.extensions import db
from coursesite.limits import is_over_the_limit
from tests.accounts.test_held import form_of
from tests.browser import Client

COUNTING = """
WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers
WHERE number < :most) SELECT count(*) FROM numbers
"""
ENDLESS, LONG, SOME, FEW = 2_000_000_000, 5_000_000, 300_000, 100_000


@pytest.fixture
def patient(app: Flask) -> Iterator[Flask]:
    """The site on the same database with connections of its own, as jobs and commands have it."""
    settings = dataclasses.replace(app.extensions["settings"], longest_question=1)
    made = create_app(settings)
    made.add_url_rule("/count", "count", public(count), methods=["GET", "POST"])
    yield made
    with made.app_context():
        db.engine.dispose()


def count() -> str:
    most = request.values.get("most", ENDLESS, int)
    return str(db.session.scalar(sa.text(COUNTING), {"most": most}))


@pytest.fixture
def impatient(patient: Flask) -> Flask:
    """The same, as the processes of the server have it."""
    limit_questions_of(patient)
    return patient


def test_a_page_that_takes_too_long_says_so_and_the_next_works(impatient: Flask) -> None:
    client, began = impatient.test_client(), time.monotonic()
    with capture_logs() as logged:
        refused = client.get("/count")
    assert time.monotonic() - began < 30
    assert refused.status_code == 503
    assert "gave up looking after 1 second. Nothing was changed." in refused.text
    assert "one unit, one training" in refused.text
    (entry,) = logged
    assert entry["event"] == "question took too long"
    assert entry["page"] == "count"
    assert "numbers" in entry["question"]
    assert client.get(f"/count?most={SOME}").text == str(SOME)


def test_what_was_sent_is_given_back(impatient: Flask) -> None:
    client = Client(impatient.test_client())
    client.get("/sign-in")
    action, kept = form_of(client.post("/count", {"most": str(ENDLESS), "note": "Kept"}).text)
    assert action == "/count"
    assert kept["note"] == "Kept"


def test_scripts_hear_it_too(impatient: Flask) -> None:
    refused = impatient.test_client().get("/count", headers={"Accept": "application/json"})
    assert refused.status_code == 503
    assert "gave up looking" in refused.get_json()["error"]


def test_jobs_and_commands_have_no_limit(patient: Flask) -> None:
    with patient.app_context(), db.engine.connect() as connection:
        assert connection.scalar(sa.text(COUNTING), {"most": LONG}) == LONG


@pytest.mark.only_on("sqlite")
def test_whoever_reads_an_answer_slowly_reads_all_of_it(impatient: Flask) -> None:
    rows = COUNTING.replace("count(*)", "number")
    with impatient.app_context(), db.engine.connect() as connection:
        read = connection.execute(sa.text(rows), {"most": FEW})
        first = read.fetchone()
        time.sleep(1.5)
        assert first == (1,)
        assert sum(1 for _row in read) == FEW - 1


def test_only_what_took_too_long_is_told_so(impatient: Flask) -> None:
    with impatient.app_context(), pytest.raises(OperationalError) as caught:
        db.session.scalar(sa.text(COUNTING), {"most": ENDLESS})
    assert is_over_the_limit(caught.value)
    assert not is_over_the_limit(OperationalError("SELECT 1", None, Exception("away")))
