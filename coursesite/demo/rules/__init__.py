"""Who is in the demonstration, and what is asked of them."""

from coursesite.demo.rules.assigned import (
    ASSIGNED,
    ASSIGNED_TODAY,
    FATES,
    OFTEN_RENEWED,
    Asked,
    AskedToday,
    Fate,
    fate_of,
    finished_on,
    renewed_on,
)
from coursesite.demo.rules.people import (
    ACCOUNTS,
    ORGANISATIONS,
    Account,
    OrganisationPlan,
    UnitPlan,
    address,
)

__all__ = [
    "ACCOUNTS",
    "ASSIGNED",
    "ASSIGNED_TODAY",
    "FATES",
    "OFTEN_RENEWED",
    "ORGANISATIONS",
    "Account",
    "Asked",
    "AskedToday",
    "Fate",
    "OrganisationPlan",
    "UnitPlan",
    "address",
    "fate_of",
    "finished_on",
    "renewed_on",
]
