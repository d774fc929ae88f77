"""What a ladder would do for those whom an assignment is about to reach, or to move."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.rules import Effect, Excuse, Reached
from coursesite.reminding.queries.due import told_of
from coursesite.reminding.queries.foreseeing import SOON, Foreseen, first_dates
from coursesite.reminding.rules import Ladder, Level, steps_due

Pair = tuple[AnyRow, Reached]

DATED_ANEW = {Effect.MOVED, Effect.RESTORED}


@dataclass
class Expecting:
    """Watches everybody as they are reached, some thousands at a time; nothing is written.

    `fresh` is an assignment that does not stand yet. Where it adds nothing but one more reason,
    it reminds only those whom nothing reminds so far; one that stands reminds them already.
    """

    session: Session
    ladder: Ladder
    today: date
    fresh: bool
    _dates: Counter[date] = field(default_factory=Counter)
    _at_once: Counter[Level] = field(default_factory=Counter)

    def watch(self, pairs: Sequence[Pair]) -> None:
        awake = [(row, reached) for row, reached in pairs if not _rests(row)]
        for _row, reached in awake:
            if reached.effect is Effect.NEW and reached.due_on:
                self._dates[reached.due_on] += 1
                self._tell(reached.due_on, reached.due_on, frozenset())
        self._watch_open([pair for pair in awake if self._concerns(*pair)])

    def _concerns(self, row: AnyRow, reached: Reached) -> bool:
        """Those who have an open period already, and to whom this ladder begins to speak."""
        if row.period_id is None:
            return False
        joins = self.fresh and reached.effect is Effect.JOINED
        return joins or (reached.effect in DATED_ANEW and getattr(row, "matches", True))

    def _watch_open(self, pairs: Sequence[Pair]) -> None:
        if not pairs:
            return
        ids = [row.period_id for row, _reached in pairs]
        told, first = told_of(self.session, ids), first_dates(self.session, ids)
        for row, reached in pairs:
            first_due_on, reminded = first[row.period_id]
            if reached.effect is Effect.JOINED and reminded:
                continue
            moved = reached.due_on if reached.effect in DATED_ANEW else None
            due_on = moved or row.open_due_on
            if due_on:
                self._dates[due_on] += 1
                self._tell(due_on, first_due_on, told.get(row.period_id, frozenset()))

    def _tell(self, due_on: date, first_due_on: date, told: frozenset[str]) -> None:
        for step in steps_due(self.ladder, due_on, first_due_on, self.today, told):
            self._at_once[step.level] += 1

    @property
    def foreseen(self) -> Foreseen:
        return Foreseen(
            at_once={level: self._at_once[level] for level in Level},
            soon=[
                (level, day, self._coming(day))
                for level in Level
                for day in self.ladder.days(level)
            ],
        )

    def _coming(self, day: int) -> int:
        """How many come to this step in the days after today."""
        days = ((due_on - self.today).days + day for due_on in self._dates)
        numbers = zip(days, self._dates.values(), strict=True)
        return sum(number for left, number in numbers if 0 < left <= SOON)


def _rests(row: AnyRow) -> bool:
    """Waived or absent, so that nobody is told."""
    return row.excuse not in (None, Excuse.NONE) or bool(getattr(row, "absent", False))
