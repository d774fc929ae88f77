"""What the columns of tables keep, and how those who write take turns."""

import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.db import MOST_ENGINES, Prepared, Ratio, give_way, set_up, writing
from coursesite.extensions import db


@pytest.mark.parametrize(
    "points", [None, Fraction(0), Fraction(1), Fraction(5, 3), Fraction(1, 3) + Fraction(1, 7)]
)
def test_a_fraction_comes_back_exactly(session: Session, points: Fraction | None) -> None:
    assert session.scalar(sa.select(sa.literal(points, Ratio))) == points


def test_a_binary_fraction_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.StatementError, match="no exact one"):
        session.scalar(sa.select(sa.literal(0.1, Ratio)))


def test_a_prepared_statement_serves_any_number_of_databases(tmp_path: Path) -> None:
    doubled = Prepared(sa.select(2 * sa.bindparam("number", type_=sa.Integer)))
    for number in range(MOST_ENGINES + 3):
        engine = sa.create_engine(f"sqlite:///{tmp_path}/{number}.sqlite3")
        with Session(engine) as session:
            assert doubled.rows(session, {"number": number})[0][0] == 2 * number
            assert doubled.rows(session, {"number": -number})[0][0] == -2 * number
        engine.dispose()
    assert len(doubled.compiled) <= MOST_ENGINES


@pytest.mark.only_on("postgresql")
def test_a_page_does_not_wait_for_postgresql_to_compile(app: Flask) -> None:
    """Nor after what was undone: settings of a transaction end with it."""
    with app.app_context(), db.engine.connect() as connection:
        for _ in range(2):
            assert connection.scalar(sa.text("SHOW jit")) == "off"
            connection.rollback()


def test_whoever_works_in_steps_lets_others_write_in_between(tmp_path: Path) -> None:
    """Without giving way, and asking often, the other waits until the steps are at their end."""
    engine = set_up(sa.create_engine(f"sqlite:///{tmp_path}/site.sqlite3"))
    steps: list[int] = []
    begun = threading.Event()

    def work() -> None:
        with writing(), Session(engine) as session:
            while len(steps) < 60 and not done.is_set():
                session.execute(sa.text("SELECT 1"))
                begun.set()
                time.sleep(0.05)
                steps.append(1)
                session.commit()
                give_way(session)

    done, worker = threading.Event(), threading.Thread(target=work)
    worker.start()
    begun.wait()
    time.sleep(0.3)
    before = len(steps)
    with writing(), Session(engine) as session:
        session.execute(sa.text("CREATE TABLE written (id INTEGER)"))
        session.commit()
    waited = len(steps) - before
    done.set()
    worker.join()
    engine.dispose()
    assert waited <= 10
