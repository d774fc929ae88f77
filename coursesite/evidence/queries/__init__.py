"""What is on record about people, read for packs of evidence."""

from coursesite.evidence.queries.events import events_about
from coursesite.evidence.queries.reading import Reading
from coursesite.evidence.queries.record import record_of
from coursesite.evidence.queries.texts import (
    local_versions_in,
    local_versions_of,
    revisions_in,
    revisions_of,
)
from coursesite.evidence.queries.whom import number_about, people_about

__all__ = [
    "Reading",
    "events_about",
    "local_versions_in",
    "local_versions_of",
    "number_about",
    "people_about",
    "record_of",
    "revisions_in",
    "revisions_of",
]
