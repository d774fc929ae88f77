"""How many people an assignment reaches, by what it does for them, and some of them by name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coursesite.assignments.rules.estimating import about
from coursesite.assignments.rules.reaching import Effect, Reached
from coursesite.assignments.rules.words import Problem

SAMPLE = 5

Case = Effect | Problem


@dataclass(frozen=True)
class Reach:
    """`unchanged` must do it already, or have; `moved` get another date; `completed` did it before.

    `kept` and `parked` are counted by why nobody could meet the date. `sample` holds the numbers
    of the first few people of each kind; two sums of the same people are the same without it.
    Where only one of so many was looked at, the numbers are estimates, and `counted` says of how
    many people in all.
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
    one_of: int = 1
    counted: int | None = None

    @property
    def people(self) -> int:
        """Those whom it leads to, and those whom it would if their dates could be met."""
        if self.counted is not None:
            return self.counted
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
        estimated = {"one-of": self.one_of} if self.one_of > 1 else {}
        return {**counted, "unchanged": self.unchanged, **some, **parked, **estimated}


class Tally:
    """Sums what happens to everybody, however many come, a few or so many alike at a time.

    Where only `one_of` so many of these `people` is looked at, what is told is rounded.
    """

    def __init__(self, one_of: int = 1, people: int | None = None) -> None:
        self._one_of = one_of
        self._people = people if one_of > 1 else None
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
        cases = Counter({case: self._told(case) for case in self._cases | self._seen})
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
            one_of=self._one_of,
            counted=self._people,
        )

    @property
    def _seen(self) -> Counter[Case]:
        """Those who are known by number: as many there are at least."""
        return Counter({case: len(ids) for case, ids in self._sample.items()})

    def _told(self, case: Case) -> int:
        if self._one_of == 1:
            return self._cases[case]
        return about(max(self._cases[case], self._seen[case]))


def _case(reached: Reached) -> Case:
    """The parked are told apart by why."""
    if reached.effect is Effect.PARKED and reached.problem:
        return reached.problem
    return reached.effect
