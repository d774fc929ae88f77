"""Translations: what of a text is translated, how far that is, and what became out of date."""

from coursesite.content.library.translating.carrying import Carried, aligned, carried
from coursesite.content.library.translating.pieces import Place, Template, Unit, mark_of
from coursesite.content.library.translating.record import (
    Made,
    Record,
    is_record,
    read_record,
    record_name,
)
from coursesite.content.library.translating.standing import (
    Passage,
    Share,
    State,
    has_words,
    odd_frames,
    oddities,
    passages_of,
    settled,
    share_by_marks,
    share_of,
)
from coursesite.content.library.translating.texts import template_of

__all__ = [
    "Carried",
    "Made",
    "Passage",
    "Place",
    "Record",
    "Share",
    "State",
    "Template",
    "Unit",
    "aligned",
    "carried",
    "has_words",
    "is_record",
    "mark_of",
    "odd_frames",
    "oddities",
    "passages_of",
    "read_record",
    "record_name",
    "settled",
    "share_by_marks",
    "share_of",
    "template_of",
]
