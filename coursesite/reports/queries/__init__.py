"""The SQL behind the manager's pages; every query stays within the manager's scope."""

from coursesite.reports.queries.asking import (
    Asked,
    Target,
    find_unit,
    places_within,
    titles,
    units_around,
    units_at_the_top,
)
from coursesite.reports.queries.corrections import (
    Concerned,
    corrections_within,
    crossed,
    foreseen,
    get_attempt_within,
    get_correction,
)
from coursesite.reports.queries.expiring import expiring
from coursesite.reports.queries.exports import Exported, exported
from coursesite.reports.queries.figures import MANY, Ground, by_target, ground
from coursesite.reports.queries.lists import (
    Listed,
    Page,
    Turn,
    page_of,
    people_between,
    people_of,
    those_in,
)
from coursesite.reports.queries.made import (
    Corrected,
    Made,
    corrections,
    made_of_changes,
    made_of_facts,
    requirements_within,
)
from coursesite.reports.queries.record import (
    Row,
    attempts_of,
    completions_of,
    get_person,
    get_requirement,
    periods_of,
    stood_on,
)
from coursesite.reports.queries.saved import get_view, views_of
from coursesite.reports.queries.sums import Kept, Line, Source, Worst, trend

__all__ = [
    "MANY",
    "Asked",
    "Concerned",
    "Corrected",
    "Exported",
    "Ground",
    "Kept",
    "Line",
    "Listed",
    "Made",
    "Page",
    "Row",
    "Source",
    "Target",
    "Turn",
    "Worst",
    "attempts_of",
    "by_target",
    "completions_of",
    "corrections",
    "corrections_within",
    "crossed",
    "expiring",
    "exported",
    "find_unit",
    "foreseen",
    "get_attempt_within",
    "get_correction",
    "get_person",
    "get_requirement",
    "get_view",
    "ground",
    "made_of_changes",
    "made_of_facts",
    "page_of",
    "people_between",
    "people_of",
    "periods_of",
    "places_within",
    "requirements_within",
    "stood_on",
    "those_in",
    "titles",
    "trend",
    "units_around",
    "units_at_the_top",
    "views_of",
]
