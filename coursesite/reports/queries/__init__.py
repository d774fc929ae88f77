"""The SQL behind the manager's pages; every query stays within the manager's scope."""

from coursesite.reports.queries.asking import Asked, Target, places_within, titles
from coursesite.reports.queries.exports import Exported, exported
from coursesite.reports.queries.figures import figures_of
from coursesite.reports.queries.lists import Listed, Page, Turn, page_of
from coursesite.reports.queries.record import (
    attempts_of,
    get_person,
    leaves_on,
    periods_of,
)
from coursesite.reports.queries.standings import Rows, conditions, standing_of

__all__ = [
    "Asked",
    "Exported",
    "Listed",
    "Page",
    "Rows",
    "Target",
    "Turn",
    "attempts_of",
    "conditions",
    "exported",
    "figures_of",
    "get_person",
    "leaves_on",
    "page_of",
    "periods_of",
    "places_within",
    "standing_of",
    "titles",
]
