"""The SQL behind the manager's pages; every query stays within the manager's scope."""

from coursesite.reports.queries.asking import (
    Asked,
    Target,
    find_unit,
    places_within,
    titles,
    topmost_units,
    units_around,
)
from coursesite.reports.queries.corrections import (
    Concerned,
    corrections_within,
    crossed,
    foreseen,
    get_attempt_within,
    get_correction,
)
from coursesite.reports.queries.exports import Exported, exported
from coursesite.reports.queries.figures import Worst, by_target, by_unit, counted, worst
from coursesite.reports.queries.lists import Listed, Page, Turn, page_of
from coursesite.reports.queries.record import (
    attempts_of,
    get_person,
    get_requirement,
    periods_of,
)

__all__ = [
    "Asked",
    "Concerned",
    "Exported",
    "Listed",
    "Page",
    "Target",
    "Turn",
    "Worst",
    "attempts_of",
    "by_target",
    "by_unit",
    "corrections_within",
    "counted",
    "crossed",
    "exported",
    "find_unit",
    "foreseen",
    "get_attempt_within",
    "get_correction",
    "get_person",
    "get_requirement",
    "page_of",
    "periods_of",
    "places_within",
    "titles",
    "topmost_units",
    "units_around",
    "worst",
]
