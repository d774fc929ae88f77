"""What reaches one person and what nearly does, and what another unit would change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coursesite.assignments.rules.days import Anchors, Due, due_on, problem_with
from coursesite.assignments.rules.matching import Condition, Member, groups_of, unmet
from coursesite.assignments.rules.words import Criterion, Problem

NEARLY = 1


@dataclass(frozen=True)
class Rule:
    """An assignment as far as it decides whom it reaches and by when.

    `assigned_on` is when it reached the person, if it did; `anchor_on` when they completed what
    its dates count from.
    """

    id: int
    conditions: Sequence[Condition]
    due: Due
    minutes: int
    paused: bool = False
    assigned_on: date | None = None
    anchor_on: date | None = None


@dataclass(frozen=True)
class Tried:
    """How a rule meets somebody; `lacks` are the kinds of conditions that do not hold, at best.

    Nothing reaches somebody who is not `here` any more.
    """

    rule: Rule
    lacks: tuple[Criterion, ...]
    here: bool = True
    due_on: date | None = None
    counted_from: date | None = None
    problem: Problem | None = None

    @property
    def matches(self) -> bool:
        return self.here and not self.lacks

    @property
    def nearly(self) -> bool:
        return self.here and len(self.lacks) == NEARLY


def try_rule(rule: Rule, person: Member, anchors: Anchors, today: date) -> Tried:
    """Whether it reaches somebody, what is missing at least, and the date that it gives."""
    lacking = (unmet(group, person) for group in groups_of(rule.conditions))
    lacks = min(lacking, key=len, default=[])
    anchors = replace(
        anchors,
        assigned_on=rule.assigned_on or anchors.assigned_on,
        target_completed_on=rule.anchor_on,
    )
    due = due_on(rule.due, anchors)
    new = rule.assigned_on is None
    return Tried(
        rule=rule,
        lacks=tuple(lacks),
        here=person.here,
        due_on=due,
        counted_from=anchors.day(rule.due.rule),
        problem=problem_with(due, rule.minutes, today) if new else None,
    )


@dataclass(frozen=True)
class Transfer:
    """What another unit would change: rules that begin to reach somebody, and those that stop."""

    begins: tuple[Tried, ...]
    stops: tuple[Tried, ...]
    stays: tuple[Tried, ...]


def transfer(before: Iterable[Tried], after: Iterable[Tried]) -> Transfer:
    """The same rules, tried for somebody as they are and as they would be."""
    pairs = list(zip(before, after, strict=True))
    return Transfer(
        begins=tuple(new for old, new in pairs if new.matches and not old.matches),
        stops=tuple(old for old, new in pairs if old.matches and not new.matches),
        stays=tuple(new for old, new in pairs if old.matches and new.matches),
    )
