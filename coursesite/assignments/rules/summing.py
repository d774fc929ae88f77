"""How many people an assignment reaches, by what it does for them, and some of them by name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coursesite.assignments.rules.reaching import Effect, Reached
from coursesite.assignments.rules.words import Problem

SAMPLE = 5

Case = Effect | Problem


@dataclass(frozen=True)
class Reach:
    """`unchanged` must do it already, or have; `moved` get another date; `completed` did it before.

    `kept` and `parked` are counted by why nobody could meet the date. `sample` holds the numbers
    of the first few people of each kind; two sums of the same people are the same without it.
    """

    new: int = 0
    completed: int = 0
    moved: int = 0
    unchanged: int = 0
    parked: Mapping[Problem, int] | None = None
    restored: int = 0
    suspended: int = 0
    kept: int = 0
    sample: Mapping[Case, Sequence[int]] = field(default_factory=dict, compare=False)

    @property
    def people(self) -> int:
        """Those whom it leads to, and those whom it would if their dates could be met."""
        asked = self.new + self.completed + self.moved + self.unchanged + self.restored
        return asked + self.kept + self.parked_people

    @property
    def parked_people(self) -> int:
        return sum((self.parked or {}).values())

    def to_json(self) -> dict[str, int]:
        """The numbers by name, for the record of events."""
        parked = {f"parked-{problem}": number for problem, number in (self.parked or {}).items()}
        counted = {"new": self.new, "completed": self.completed, "moved": self.moved}
        followed = {"restored": self.restored, "suspended": self.suspended, "kept": self.kept}
        some = {name: number for name, number in followed.items() if number}
        return {**counted, "unchanged": self.unchanged, **some, **parked}


class Tally:
    """Sums what happens to everybody, however many come, a few or so many alike at a time."""

    def __init__(self) -> None:
        self._cases: Counter[Case] = Counter()
        self._sample: dict[Case, list[int]] = {}

    def add(self, everybody: Iterable[tuple[int, Reached]]) -> None:
        for person_id, reached in everybody:
            self.count(reached, 1)
            self.show(person_id, reached)

    def count(self, reached: Reached, people: int) -> None:
        """So many more to whom this happens."""
        self._cases[_case(reached)] += people

    def show(self, person_id: int, reached: Reached) -> None:
        """One of them by number, as long as there are few."""
        known = self._sample.setdefault(_case(reached), [])
        if len(known) < SAMPLE and person_id not in known:
            known.append(person_id)

    @property
    def reach(self) -> Reach:
        cases = self._cases
        return Reach(
            new=cases[Effect.NEW],
            completed=cases[Effect.COMPLETED],
            moved=cases[Effect.MOVED],
            unchanged=cases[Effect.JOINED],
            parked={problem: cases[problem] for problem in Problem if cases[problem]},
            restored=cases[Effect.RESTORED],
            suspended=cases[Effect.SUSPENDED],
            kept=cases[Effect.KEPT],
            sample={case: tuple(ids) for case, ids in self._sample.items()},
        )


def _case(reached: Reached) -> Case:
    """The parked are told apart by why."""
    if reached.effect is Effect.PARKED and reached.problem:
        return reached.problem
    return reached.effect
