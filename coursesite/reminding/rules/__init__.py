"""Which reminder is due when, to whom it goes, and when a digest is sent."""

from coursesite.reminding.rules.digests import URGENT_DAYS, is_sent_on
from coursesite.reminding.rules.ladder import (
    DEFAULT_LADDER,
    FARTHEST,
    MOST_STEPS,
    Ladder,
    Level,
    Step,
    latest,
    step_name,
    steps_due,
)
from coursesite.reminding.rules.levels import levels_above

__all__ = [
    "DEFAULT_LADDER",
    "FARTHEST",
    "MOST_STEPS",
    "URGENT_DAYS",
    "Ladder",
    "Level",
    "Step",
    "is_sent_on",
    "latest",
    "levels_above",
    "step_name",
    "steps_due",
]
