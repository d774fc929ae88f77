"""Days that nobody kept while they were new: made of what changed since, or added up in steps."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given, settings
from sqlalchemy.orm import Session

from coursesite.assignments import services
from coursesite.assignments.models import KeptStanding
from coursesite.assignments.services.keeping import sums_behind
from tests.assignments.test_as_of import (
    IN_TIME,
    LATE,
    ONCE,
    ONE_DAY,
    START,
    World,
    histories,
    lived,
)


class Careless(World):
    """A service whose days are kept now and then, the last one of those that were missed."""

    nights = 0

    def keep(self) -> None:
        self.nights += 1
        if self.nights % 3 == 0:
            super().keep()

    def behind(self, day: date) -> Counter[tuple[int, str, int]]:
        sums = sums_behind(self.session, self.organisation_id, day)
        return Counter(
            {(spot.unit_id, spot.standing, each.alone): each.people for spot, each in sums.items()}
        )

    def missed(self) -> list[date]:
        days = self.shown
        return [
            each for each in days if services.is_missed(self.session, self.organisation_id, each)
        ]

    def add_up(self, day: date) -> int:
        """One step after the other, each of them taken twice; how many there were."""
        after, steps, number = None, 0, 1
        while number:
            services.keep_some_units(self.session, self.organisation_id, day, after)
            after, number = services.keep_some_units(self.session, self.organisation_id, day, after)
            steps += 1
        return steps - 1


@settings(max_examples=5, suppress_health_check=ONCE, deadline=None)
@given(histories([*IN_TIME, *LATE]))
def test_a_missed_day_comes_to_what_was_shown_and_leaves_others_as_they_are(
    session: Session, monkeypatch: pytest.MonkeyPatch, history: list[Any]
) -> None:
    monkeypatch.setattr("coursesite.assignments.services.keeping.LONGEST_GAP", 1)
    monkeypatch.setattr("coursesite.assignments.services.missed_days.UNITS_AT_ONCE", 3)
    with time_machine.travel(START, tick=False) as traveller, session.begin_nested() as example:
        world = Careless(session, traveller)
        lived(world, [*history, (IN_TIME[0], 0, 1, 5)])
        missed = world.missed()
        assert missed
        for day in missed:
            assert +world.behind(day) == +world.shown[day]
        for day in (*missed[::2], *missed[1::2][::-1]):
            assert world.add_up(day) == 2
            assert +world.kept(day) == +world.shown[day]
        assert world.missed() == []
        last = max(day for day in world.shown if day <= max(missed) + 3 * ONE_DAY)
        for day, shown in world.shown.items():
            if day < last:
                assert +world.kept(day) == +shown
        example.rollback()


def test_a_day_that_is_over_lately_is_none_that_was_missed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.assignments.services.keeping.LONGEST_GAP", 1)
    with time_machine.travel(START, tick=False) as traveller:
        world = Careless(session, traveller)
        world.pass_days(4)
        own, days = world.organisation_id, list(world.shown)
        missed = [services.is_missed(session, own, day) for day in days]
        assert missed == [True, True, False, False]
        assert not services.is_missed(session, own + 1, days[0])
        world.add_up(days[0])
        rows = session.scalar(sa.select(sa.func.count()).select_from(KeptStanding))
        world.add_up(days[0])
        assert session.scalar(sa.select(sa.func.count()).select_from(KeptStanding)) == rows
