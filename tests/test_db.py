"""What the columns of tables keep."""

from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import Ratio


@pytest.mark.parametrize(
    "points", [None, Fraction(0), Fraction(1), Fraction(5, 3), Fraction(1, 3) + Fraction(1, 7)]
)
def test_a_fraction_comes_back_exactly(session: Session, points: Fraction | None) -> None:
    assert session.scalar(sa.select(sa.literal(points, Ratio))) == points


def test_a_binary_fraction_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.StatementError, match="no exact one"):
        session.scalar(sa.select(sa.literal(0.1, Ratio)))
