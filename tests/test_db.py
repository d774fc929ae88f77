"""What the columns of tables keep."""

from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import MOST_ENGINES, Prepared, Ratio


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
