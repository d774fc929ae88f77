"""Beginning a day's reminders, collecting what is due, and making digests of it."""

from coursesite.reminding.services.collecting import (
    REMIND,
    begin_runs,
    collect,
)
from coursesite.reminding.services.composing import Compose, compose_digests
from coursesite.reminding.services.expecting import Expecting
from coursesite.reminding.services.laddering import keep_ladder
from coursesite.reminding.services.requesting import tell_who_decides

__all__ = [
    "REMIND",
    "Compose",
    "Expecting",
    "begin_runs",
    "collect",
    "compose_digests",
    "keep_ladder",
    "tell_who_decides",
]
