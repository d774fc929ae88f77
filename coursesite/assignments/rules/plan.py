"""An assignment before it is made, or as it is to be from now on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from coursesite.assignments.rules.days import Due
from coursesite.assignments.rules.matching import Condition
from coursesite.assignments.rules.validity import Terms
from coursesite.assignments.rules.words import Criterion, DueRule, ExpiryMode
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Plan:
    """This target, for the people who match, due by this rule, valid for so long, and why.

    `due_target` is the slug of the path or module that AFTER_TARGET counts from.
    """

    organisation_id: int
    kind: TargetKind
    slug: str
    conditions: tuple[Condition, ...]
    due: Due
    terms: Terms
    reason: str
    due_target: str | None = None

    @property
    def when(self) -> tuple[Due, str | None]:
        """All that decides by when."""
        return self.due, self.due_target

    def to_json(self) -> dict[str, Any]:
        """What it says, for the record of events; people stand in it by their numbers."""
        due, terms = self.due, self.terms
        return {
            "target": f"{self.kind}:{self.slug}",
            "conditions": [[each.group, each.kind, each.value] for each in self.conditions],
            "due": [due.rule, due.on.isoformat() if due.on else None, due.days, self.due_target],
            "validity": [terms.months, terms.window_days, terms.grace_days],
            "expiry": [terms.mode, terms.calendar_day],
            "refreshers": list(terms.refreshers),
            "reason": self.reason,
        }


def plan_from_json(organisation_id: int, kept: dict[str, Any]) -> Plan:
    """The plan as it was recorded."""
    kind, slug = kept["target"].split(":", 1)
    rule, on, days, due_target = kept["due"]
    return Plan(
        organisation_id=organisation_id,
        kind=TargetKind(kind),
        slug=slug,
        conditions=tuple(
            Condition(Criterion(kind), value, group) for group, kind, value in kept["conditions"]
        ),
        due=Due(DueRule(rule), date.fromisoformat(on) if on else None, days),
        terms=_terms(kept),
        reason=kept["reason"],
        due_target=due_target,
    )


def _terms(kept: dict[str, Any]) -> Terms:
    (months, window_days, grace_days), (mode, calendar_day) = kept["validity"], kept["expiry"]
    refreshers = tuple(kept["refreshers"])
    return Terms(months, window_days, grace_days, ExpiryMode(mode), calendar_day, refreshers)
