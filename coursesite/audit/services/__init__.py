"""Recording events, sealing them, proving that none was changed, taking erased words out."""

from coursesite.audit.services.recording import SITE, Actor, record, recorded_together
from coursesite.audit.services.removing import (
    WORDS_REMOVED,
    Removed,
    removable,
    remove_origins,
    remove_words,
    wrongly_removed,
)
from coursesite.audit.services.sealing import (
    MOST_EVENTS,
    Counted,
    Proved,
    broken_seals,
    count,
    facts_of,
    proved,
    seal,
    seal_all,
    seals_from,
)

__all__ = [
    "MOST_EVENTS",
    "SITE",
    "WORDS_REMOVED",
    "Actor",
    "Counted",
    "Proved",
    "Removed",
    "broken_seals",
    "count",
    "facts_of",
    "proved",
    "record",
    "recorded_together",
    "removable",
    "remove_origins",
    "remove_words",
    "seal",
    "seal_all",
    "seals_from",
    "wrongly_removed",
]
