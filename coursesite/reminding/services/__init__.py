"""Beginning a day's reminders, collecting what is due, and making digests of it."""

from coursesite.reminding.services.collecting import (
    REMIND,
    begin_runs,
    collect,
)
from coursesite.reminding.services.composing import Compose, compose_digests
from coursesite.reminding.services.expecting import Expecting
from coursesite.reminding.services.laddering import keep_ladder

__all__ = [
    "REMIND",
    "Compose",
    "Expecting",
    "begin_runs",
    "collect",
    "compose_digests",
    "keep_ladder",
]
