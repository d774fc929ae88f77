"""What a ladder would do for those whom an assignment is about to reach, or to move."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from coursesite.assignments.queries.alike import Alike
from coursesite.assignments.rules import Effect, Excuse, Plan, Reached, about
from coursesite.reminding.queries.foreseeing import SOON, Foreseen, reminded, told_already
from coursesite.reminding.rules import Ladder, Level, steps_due

DATED_ANEW = {Effect.MOVED, Effect.RESTORED}


@dataclass
class Expecting:
    """Watches everybody as they are reached, so many alike at a time; nothing is written.

    `fresh` is an assignment that does not stand yet. Where it adds nothing but one more reason,
    it reminds only those whom nothing reminds so far; one that stands reminds them already.
    What is an estimate is told as such, rounded.
    """

    ladder: Ladder
    today: date
    fresh: bool
    _dates: Counter[date] = field(default_factory=Counter)
    _at_once: Counter[Level] = field(default_factory=Counter)
    _one_of: int = 1

    def columns(self, plan: Plan) -> Sequence[sa.ColumnElement[Any]]:
        """Of what is open, which steps were taken and, if it matters, whether anything reminds."""
        told = told_already(plan).label("told")
        return [told, reminded(plan).label("reminded")] if self.fresh else [told]

    def __call__(self, alike: Alike, reached: Reached) -> None:
        """So many are reached so; `alike` tells how they stand, with these columns."""
        self._one_of = alike.one_of
        if alike.absent or alike.excuse not in (None, Excuse.NONE):
            return
        if reached.effect is Effect.NEW and reached.due_on:
            self._tell(alike.people, reached.due_on, reached.due_on, frozenset())
        elif self._concerns(alike, reached):
            self._tell_of_open(alike, reached)

    def _concerns(self, alike: Alike, reached: Reached) -> bool:
        """Those who have an open period already, and to whom this ladder begins to speak."""
        if alike.open_due_on is None:
            return False
        joins = self.fresh and reached.effect is Effect.JOINED and not alike.more["reminded"]
        return joins or (reached.effect in DATED_ANEW and alike.matches)

    def _tell_of_open(self, alike: Alike, reached: Reached) -> None:
        moved = reached.due_on if reached.effect in DATED_ANEW else None
        due_on = moved or alike.open_due_on
        if due_on:
            first, *told = (alike.more["told"] or due_on.isoformat()).split()
            self._tell(alike.people, due_on, date.fromisoformat(first), frozenset(told))

    def _tell(self, people: int, due_on: date, first_due_on: date, told: frozenset[str]) -> None:
        self._dates[due_on] += people
        for step in steps_due(self.ladder, due_on, first_due_on, self.today, told):
            self._at_once[step.level] += people

    @property
    def foreseen(self) -> Foreseen:
        return Foreseen(
            at_once={level: self._told(self._at_once[level]) for level in Level},
            soon=[
                (level, day, self._told(self._coming(day)))
                for level in Level
                for day in self.ladder.days(level)
            ],
            due_on=max(self._dates, key=self._dates.__getitem__, default=None),
            first_on=min(self._days_to_come(), default=None),
            one_of=self._one_of,
        )

    def _told(self, people: int) -> int:
        return people if self._one_of == 1 else about(people)

    def _days_to_come(self) -> Iterator[date]:
        for due_on in self._dates:
            for level in Level:
                days = (due_on + timedelta(days=day) for day in self.ladder.days(level))
                yield from (day for day in days if day > self.today)

    def _coming(self, day: int) -> int:
        """How many come to this step in the days after today."""
        days = ((due_on - self.today).days + day for due_on in self._dates)
        numbers = zip(days, self._dates.values(), strict=True)
        return sum(number for left, number in numbers if 0 < left <= SOON)
