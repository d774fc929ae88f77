"""An assignment before it is made."""

from dataclasses import dataclass

from coursesite.assignments.rules.days import Due
from coursesite.assignments.rules.matching import Condition
from coursesite.assignments.rules.validity import Terms
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
