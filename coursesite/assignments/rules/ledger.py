"""What a requirement and its periods are, built from nothing but what happened.

Each fact says what it does to a ledger of periods; told in the order of time, they make the rows
that services keep as things happen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from coursesite.assignments.rules.days import Anchors, Due
from coursesite.assignments.rules.reaching import Ask, Candidate, Effect, Held, reach
from coursesite.assignments.rules.validity import Policy, Renewal, Validity, granted, held
from coursesite.assignments.rules.words import (
    FOLLOWED,
    RENEWING,
    Cause,
    DueRule,
    Progress,
    RequirementState,
)

DAYS_TO_DO_AGAIN = 30


@dataclass
class Cycle:
    """A period; `changed_by` is the day by which a changed text must be learned in it.

    `moves` are the numbers of what moved its date.
    """

    cause: Cause
    assigned_on: date
    opens_on: date
    due_on: date
    first_due_on: date
    completion_id: int | None = None
    validity: Validity = field(default_factory=Validity)
    changed_by: date | None = None
    moves: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Learned:
    """A completion that was recorded at some time, and counts unless it was revoked."""

    id: int
    completed_at: datetime
    completed_on: date
    recorded_on: date


@dataclass
class Ledger:
    """All periods that count, in their order, and what stands in the requirement's row.

    `completions` are all that are known and not revoked, `recorded` the days since when, and
    `begun` when rounds were begun. `waiting` is one that has expired, and counts once it is late.
    """

    cycles: list[Cycle] = field(default_factory=list)
    state: RequirementState | None = None
    progress: Progress = Progress.NOT_STARTED
    validity: Validity = field(default_factory=Validity)
    completions: dict[int, Learned] = field(default_factory=dict)
    begun: list[tuple[datetime, date]] = field(default_factory=list)
    recorded: dict[int, date] = field(default_factory=dict)
    waiting: "Completed | None" = None

    @property
    def open(self) -> Cycle | None:
        last = self.cycles[-1] if self.cycles else None
        return last if last and last.completion_id is None else None

    @property
    def last(self) -> Cycle | None:
        """The latest that was completed."""
        done = (each for each in reversed(self.cycles) if each.completion_id is not None)
        return next(done, None)

    @property
    def due_on(self) -> date | None:
        return self.open.due_on if self.open else None

    @property
    def known_on(self) -> date:
        """Since when the site knows of what was completed last: nothing could open before."""
        last = self.last
        if last is None:
            return date.min
        return max(last.assigned_on, self.recorded.get(last.completion_id or 0, date.min))

    def start(self, cycle: Cycle) -> None:
        self.cycles.append(cycle)

    def hold(self, validity: Validity) -> None:
        """It is completed, and nothing is open."""
        if self.open:
            self.cycles.pop()
        self.progress, self.validity = Progress.COMPLETED, validity

    def move(self, due_on: date) -> None:
        cycle = self.open
        if cycle is None:
            return
        cycle.due_on = due_on
        if self.validity.valid_until is not None:
            before = self.last.validity if self.last else Validity()
            grace = held(before, due_on=due_on, changed_by=cycle.changed_by).grace_until
            self.validity = Validity(self.validity.valid_until, grace)

    def latest(self) -> Learned | None:
        known = self.completions.values()
        return max(known, key=lambda each: (each.completed_at, each.id), default=None)

    def has_begun(self, cycle: Cycle) -> bool:
        """A renewal begins with a round since it opened, the first time with any since the last."""
        if cycle.cause is Cause.ASSIGNED:
            latest = self.latest()
            return any(latest is None or at > latest.completed_at for at, _day in self.begun)
        return any(day >= cycle.opens_on for _at, day in self.begun)

    def note_progress(self, cycle: Cycle) -> None:
        begun = self.has_begun(cycle)
        self.progress = Progress.IN_PROGRESS if begun else Progress.NOT_STARTED


@dataclass(frozen=True)
class Fact:
    """Something that happened at a moment, on a day where the organisation is.

    `place` is the number of the period in which it did: of what a clock puts at the same moment,
    or in a wrong order, the record's own numbers say what came first.
    """

    at: datetime
    on: date
    place: int = field(default=0, kw_only=True)

    def tell(self, ledger: Ledger) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Matched(Fact):
    """An assignment began to lead to the requirement, and gave it a date."""

    due_on: date | None
    policy: Policy

    def tell(self, ledger: Ledger) -> None:
        latest = ledger.latest()
        due = Due(DueRule.FIXED, on=self.due_on)
        kept = None
        if ledger.state is not None:
            until = ledger.validity.valid_until
            kept = Held(ledger.state, ledger.progress, until, ledger.due_on)
        person = Candidate(Anchors(self.on), kept, latest.completed_on if latest else None)
        reached = reach(Ask(due, self.policy.terms, 0), person, self.on, self.due_on)
        anew = ledger.state in (None, RequirementState.ENDED)
        ledger.state = RequirementState.ACTIVE
        if reached.effect is Effect.COMPLETED and latest:
            self._count(ledger, latest, reached.validity or Validity())
        elif reached.effect is Effect.MOVED and reached.due_on:
            ledger.move(reached.due_on)
        elif reached.effect not in {Effect.JOINED, Effect.MOVED}:
            self._open(ledger, anew=anew)

    def _count(self, ledger: Ledger, latest: Learned, validity: Validity) -> None:
        cycle = self._cycle()
        cycle.completion_id, cycle.validity = latest.id, validity
        ledger.start(cycle)
        ledger.progress, ledger.validity = Progress.COMPLETED, validity

    def _open(self, ledger: Ledger, *, anew: bool) -> None:
        cycle = self._cycle()
        ledger.start(cycle)
        ledger.note_progress(cycle)
        if anew:
            ledger.validity = Validity()

    def _cycle(self) -> Cycle:
        due_on = self.due_on or self.on
        return Cycle(Cause.ASSIGNED, self.on, self.on, due_on, due_on)


@dataclass(frozen=True)
class Opened(Fact):
    """The window of a renewal had begun: so many days, by the terms of that day."""

    window_days: int

    def tell(self, ledger: Ledger) -> None:
        if ledger.open and ledger.waiting:
            ledger.waiting.count(ledger, self.on)
        until = ledger.validity.valid_until
        if ledger.open or until is None:
            return
        opens_on = until - timedelta(days=self.window_days)
        if opens_on > self.on:
            return
        assigned_on = max(opens_on, ledger.known_on)
        cycle = Cycle(Cause.RENEWAL, assigned_on, opens_on, until, until)
        ledger.start(cycle)
        ledger.note_progress(cycle)


@dataclass(frozen=True)
class Begun(Fact):
    """Somebody began a round of what is asked."""

    def tell(self, ledger: Ledger) -> None:
        ledger.begun.append((self.at, self.on))
        if ledger.open and ledger.progress is Progress.NOT_STARTED:
            ledger.progress = Progress.IN_PROGRESS


@dataclass(frozen=True)
class Completed(Fact):
    """A completion was recorded; `policies` are the terms that counted then.

    Without any, it is one that closed nothing.
    """

    learned: Learned
    policies: Collection[Policy]

    def tell(self, ledger: Ledger) -> None:
        ledger.completions[self.learned.id] = self.learned
        ledger.recorded[self.learned.id] = self.learned.recorded_on
        self.count(ledger, self.on)

    def count(self, ledger: Ledger, today: date) -> None:
        """Let it close what it closes on that day, if anything."""
        if ledger.state in (None, RequirementState.ENDED):
            return
        on, cycle = self.learned.completed_on, ledger.open
        validity, _policy = granted(self.policies, on, self._renewal(ledger))
        if cycle is None and not self._is_better(ledger, validity):
            return
        if cycle is None:
            cycle = Cycle(Cause.REPEATED, on, on, on, on)
            ledger.start(cycle)
        elif on < cycle.opens_on and not self._counts(ledger, cycle, validity, today):
            if self.policies:
                ledger.waiting = self
            return
        cycle.completion_id, cycle.validity = self.learned.id, validity
        ledger.progress, ledger.validity, ledger.waiting = Progress.COMPLETED, validity, None

    def _counts(self, ledger: Ledger, cycle: Cycle, validity: Validity, today: date) -> bool:
        """From before it: still valid or, of what is overdue, later than all that counted."""
        if not self.policies:
            return False
        if validity.covers(today):
            return True
        if cycle.cause not in FOLLOWED or cycle.due_on >= today:
            return False
        last = ledger.completions.get(ledger.last.completion_id or 0) if ledger.last else None
        if last and last.completed_at >= self.learned.completed_at:
            return False
        ends = (each.valid_until or date.min for each in (ledger.validity, validity))
        return next(ends) < next(ends)

    def _renewal(self, ledger: Ledger) -> Renewal:
        cycle, last = ledger.open, ledger.last
        if cycle and cycle.cause is Cause.CHANGED:
            return Renewal(last.validity.valid_until if last else None, at_least=last is not None)
        return Renewal(ledger.validity.valid_until, cycle.opens_on if cycle else None)

    def _is_better(self, ledger: Ledger, validity: Validity) -> bool:
        stored = ledger.validity.valid_until
        if not self.policies or stored is None:
            return False
        return validity.valid_until is None or validity.valid_until > stored


@dataclass(frozen=True)
class Revoked(Fact):
    """A completion was revoked; `again_on` is the first day on which it can be done again.

    None for one that somebody had only entered: what it had closed is open as before.
    """

    completion_id: int
    again_on: date | None

    def tell(self, ledger: Ledger) -> None:
        ledger.completions.pop(self.completion_id, None)
        last = ledger.last
        ended = ledger.state in (None, RequirementState.ENDED)
        if ended or last is None or last.completion_id != self.completion_id:
            return
        if ledger.open:
            ledger.cycles.pop()
        if self.again_on:
            due_on = self.on + timedelta(days=DAYS_TO_DO_AGAIN)
            opens_on = max(self.on, self.again_on)
            ledger.start(Cycle(Cause.REVOKED, self.on, opens_on, due_on, due_on))
            ledger.progress, ledger.validity = Progress.REVOKED, Validity()
        else:
            self._reopen(ledger, last)

    def _reopen(self, ledger: Ledger, cycle: Cycle) -> None:
        cycle.completion_id, cycle.validity = None, Validity()
        earlier = ledger.last
        before = earlier.validity if earlier else Validity()
        if cycle.cause is Cause.REPEATED and earlier:
            ledger.hold(before)
            return
        if cycle.cause is Cause.REVOKED:
            ledger.progress = Progress.REVOKED
        else:
            ledger.note_progress(cycle)
        base = before if cycle.cause in RENEWING else Validity()
        ledger.validity = held(base, due_on=cycle.due_on, changed_by=cycle.changed_by)


@dataclass(frozen=True)
class Restored(Fact):
    """A revocation was taken back."""

    again: Completed

    def tell(self, ledger: Ledger) -> None:
        last = ledger.last
        ended = ledger.state in (None, RequirementState.ENDED)
        if ended or last is None or last.completion_id != self.again.learned.id:
            self.again.tell(ledger)
            return
        ledger.completions[self.again.learned.id] = self.again.learned
        ledger.hold(last.validity)


@dataclass(frozen=True)
class Moved(Fact):
    """The date of the open period was moved: by an extension, an absence, another rule."""

    number: int
    due_on: date

    def tell(self, ledger: Ledger) -> None:
        if ledger.open:
            ledger.open.moves.add(self.number)
            ledger.move(self.due_on)


@dataclass(frozen=True)
class MovedBack(Fact):
    """That was taken back; it matters only as long as that period is open."""

    number: int
    days: int

    def tell(self, ledger: Ledger) -> None:
        if ledger.open and self.number in ledger.open.moves:
            ledger.move(ledger.open.due_on - timedelta(days=self.days))


@dataclass(frozen=True)
class Changed(Fact):
    """A published change asks those who hold it to learn it again, by a day."""

    opens_on: date
    due_on: date

    def tell(self, ledger: Ledger) -> None:
        if not ledger.open:
            ledger.start(
                Cycle(Cause.CHANGED, self.opens_on, self.opens_on, self.due_on, self.due_on)
            )
            ledger.progress = Progress.NOT_STARTED
        cycle = ledger.open
        if cycle is None or cycle.cause not in RENEWING:
            return
        cycle.due_on = min(cycle.due_on, self.due_on)
        cycle.changed_by = min(cycle.changed_by or date.max, self.due_on)
        before = ledger.last.validity if ledger.last else Validity()
        ledger.validity = held(before, due_on=cycle.due_on, changed_by=cycle.changed_by)


@dataclass(frozen=True)
class Ended(Fact):
    """The last assignment that led to it ended."""

    def tell(self, ledger: Ledger) -> None:
        ledger.state = RequirementState.ENDED
        if ledger.open:
            ledger.cycles.pop()


ORDER: tuple[type[Fact], ...] = (
    Matched,
    Opened,
    Changed,
    Moved,
    Begun,
    Completed,
    Revoked,
    Restored,
    MovedBack,
    Ended,
)


def build(facts: Iterable[Fact]) -> Ledger:
    """The ledger after all that happened; what happened at the same moment, in one fixed order."""
    ledger = Ledger()
    for fact in sorted(facts, key=_when):
        fact.tell(ledger)
    return ledger


def _when(fact: Fact) -> tuple[datetime, int, int]:
    return (fact.at, fact.place, ORDER.index(type(fact)))
